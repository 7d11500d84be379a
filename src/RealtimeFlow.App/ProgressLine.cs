using System.Diagnostics;

namespace RealtimeFlow.App;

/// <summary>Progress for people: on a terminal one line, written over five times a second; in a pipe or file a plain line a second.</summary>
internal sealed class ProgressLine(TextWriter error)
{
    private readonly bool _onTerminal = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
    private long _last = Stopwatch.GetTimestamp();
    private int _shown;

    /// <summary>Whether it is time for the next line.</summary>
    public bool IsDue => Stopwatch.GetElapsedTime(_last).TotalSeconds >= (_onTerminal ? 0.2 : 1);

    /// <summary>Shows a line.</summary>
    public void Show(string line)
    {
        _last = Stopwatch.GetTimestamp();
        if (!_onTerminal)
        {
            error.WriteLine(line);
            return;
        }

        string cut = line.Length < Console.WindowWidth || Console.WindowWidth < 1 ? line : line[..(Console.WindowWidth - 1)];
        error.Write($"\r{cut.PadRight(_shown)}");
        _shown = cut.Length;
    }

    /// <summary>Leaves the line, so that what follows begins on its own.</summary>
    public void End()
    {
        if (_shown > 0)
        {
            error.WriteLine();
            _shown = 0;
        }
    }
}
