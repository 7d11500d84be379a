using System.Globalization;
using System.Text;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>The tables, printed as they grow.</summary>
internal sealed class PeerReport
{
    private readonly StringBuilder _text = new();

    /// <summary>All that was printed.</summary>
    public string Text => _text.ToString();

    /// <summary>Prints a line.</summary>
    public void Line(string line = "")
    {
        _text.Append(line).Append('\n');
        Console.WriteLine(line);
    }

    /// <summary>Runs a contest and prints its table; none, if there are no peers.</summary>
    public void Run(Contest contest, int rounds)
    {
        if (contest.Peers.Count == 0)
        {
            return;
        }

        Line($"## {contest.Name}");
        Line();
        Line($"| {contest.Unit} | {contest.Columns.First} | {contest.Columns.Second} | time, ours = 1 | quartiles | {contest.Error} | |");
        Line("|---|--:|--:|--:|--:|--:|---|");
        foreach ((Peer peer, double nanoseconds, double[] ratios) in contest.Run(rounds))
        {
            string ratio = ratios.Length == 0 ? "1 | " : $"{Digits(Contest.Quantile(ratios, 0.5))} | {Digits(Contest.Quantile(ratios, 0.25))}–{Digits(Contest.Quantile(ratios, 0.75))}";
            Line($"| {peer.Name} | {Digits(contest.Columns.OfFirst(nanoseconds))} | {Digits(contest.Columns.OfSecond(nanoseconds))} | {ratio} | {peer.Error} | {peer.Form} |");
        }

        Line();
    }

    // Three digits.
    private static string Digits(double x) =>
        x.ToString(x >= 99.95 ? "F0" : x >= 9.995 ? "F1" : x >= 0.9995 ? "F2" : x >= 0.0995 ? "F3" : "F4", CultureInfo.InvariantCulture);
}
