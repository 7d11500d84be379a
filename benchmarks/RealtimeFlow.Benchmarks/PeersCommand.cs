using System.Globalization;
using System.Numerics;
using System.Text;
using RealtimeFlow.Benchmarks.Peers;

namespace RealtimeFlow.Benchmarks;

/// <summary><c>peers [--quick] [--out FOLDER]</c>: the engine beside its peers in one run, on one core, alternated.</summary>
internal static class PeersCommand
{
    private const int Layers = 32;

    /// <summary>Runs the verb.</summary>
    /// <returns>The exit code: 0, or 1 where a peer's results are wrong or an option is.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        bool quick = false;
        string? folder = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick")
            {
                quick = true;
            }
            else if (arguments[i] == "--out" && i + 1 < arguments.Length)
            {
                folder = arguments[++i];
            }
            else
            {
                Console.Error.WriteLine($"peers: '{arguments[i]}' is no option: expected [--quick] [--out FOLDER].");
                return 1;
            }
        }

        Pin();
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("rtflow-peers");
        StringBuilder report = new();
        try
        {
            Measure(quick, temporary.FullName, line =>
            {
                report.AppendLine(line);
                Console.WriteLine(line);
            });
        }
        catch (InvalidOperationException wrong)
        {
            Console.Error.WriteLine($"peers: {wrong.Message}");
            return 1;
        }
        finally
        {
            temporary.Delete(recursive: true);
        }

        if (folder != null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "Peers.md"), report.ToString());
        }

        return 0;
    }

    private static void Measure(bool quick, string temporary, Action<string> write)
    {
        int rounds = quick ? 9 : 31;
        int particles = quick ? 1 << 18 : 1 << 20;
        List<CompiledPeer> compiled = [];
        List<string> absent = [];
        foreach (string compiler in (string[])["cc", "clang-19"])
        {
            if (CompiledPeer.Build(compiler, ["forward.c"], ["-lm"], temporary, out string reason) is CompiledPeer peer)
            {
                compiled.Add(peer);
            }
            else
            {
                absent.Add($"C by {compiler}: {Shell.FirstLine(reason)}");
            }
        }

        foreach (string kind in (string[])["planar", "radial"])
        {
            using ForwardWork work = new($"{kind}:{Layers}", particles);
            Peer[] peers = [.. compiled.Select(peer => work.Compiled(peer, $"{kind}_forward", "intrinsics"))];
            Contest contest = new($"forward/{kind}", "particle-layer", work.Ours(), peers);
            Write(contest, contest.Run(rounds), write);
        }

        foreach (string reason in absent)
        {
            write($"Not measured: {reason}.");
        }
    }

    private static void Write(Contest contest, IReadOnlyList<Standing> standings, Action<string> write)
    {
        write($"## {contest.Name}");
        write("");
        write($"| | ns a {contest.Unit} | G/s | times ours | quartiles | largest error: points, ln det | |");
        write("|---|---|---|---|---|---|---|");
        foreach ((Peer peer, double nanoseconds, double[] ratios) in standings)
        {
            string ratio = ratios.Length == 0
                ? "1 | "
                : string.Create(CultureInfo.InvariantCulture, $"{Contest.Quantile(ratios, 0.5):F3} | {Contest.Quantile(ratios, 0.25):F3}–{Contest.Quantile(ratios, 0.75):F3}");
            write(string.Create(
                CultureInfo.InvariantCulture, $"| {peer.Name} | {nanoseconds:F4} | {1 / nanoseconds:F3} | {ratio} | {peer.Error} | {peer.Form} |"));
        }

        write("");
    }

    // The main thread, and with it the programs that it starts, stay on the last core they may use.
    private static void Pin()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
            process.ProcessorAffinity = (nint)(1L << BitOperations.Log2((ulong)process.ProcessorAffinity));
        }
    }
}
