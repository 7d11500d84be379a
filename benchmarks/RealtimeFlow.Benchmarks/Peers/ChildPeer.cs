using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>
/// Peers in a program of their own, which takes lines of <c>run NAME</c> and <c>check NAME</c>, answers each with the seconds that NAME
/// took, and leaves what a checked one computed in the file <c>result</c> of the folder that it shares with us. Its first line is its
/// version, its second the names, each with a word on how it is done.
/// </summary>
internal sealed class ChildPeer : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ChildPeer(string name, Process process, string folder)
    {
        (Name, _process, _folder) = (name, process, folder);
        Version = ReadLine();
        Forms = ReadLine().Split('\t').Select(form => form.Split(": ", 2)).ToDictionary(parts => parts[0], parts => $"{parts[1]}; {Version}");
    }

    /// <summary>The library.</summary>
    public string Name { get; }

    /// <summary>What the program said of itself.</summary>
    public string Version { get; }

    /// <summary>What it can do, each with a word on how and the version.</summary>
    public IReadOnlyDictionary<string, string> Forms { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="name">The library.</param>
    /// <param name="program">The program's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The shared folder, passed on as the last argument.</param>
    /// <param name="threads">How many threads it may use.</param>
    /// <param name="reason">Why it does not run.</param>
    public static ChildPeer? Start(string name, string program, string[] arguments, string folder, int threads, out string reason)
    {
        ProcessStartInfo start = new(program, [.. arguments, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment[OpenBlas.CoreVariable] = OpenBlas.Core;

        // Their threads spin when a round is over, for up to 25 ms and on the core that the next peer measures itself on: 0.1 ms bridges what
        // comes between two products. In turns of the loop, and as the power of two of clock ticks.
        start.Environment["GOMP_SPINCOUNT"] = "30000";
        start.Environment["OPENBLAS_THREAD_TIMEOUT"] = "18";
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        try
        {
            Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            reason = "";
            if (process.StandardOutput.Peek() >= 0)
            {
                return new ChildPeer(name, process, folder);
            }

            reason = errors.Result.TrimEnd().Split('\n')[^1];
            process.Dispose();
        }
        catch (Win32Exception)
        {
            reason = $"there is no program '{program}'";
        }

        return null;
    }

    /// <summary>Does something once.</summary>
    /// <returns>Its seconds.</returns>
    public double Run(string name) => Ask("run", name);

    /// <summary>Does something once.</summary>
    /// <returns>What it computed.</returns>
    public float[] Check(string name)
    {
        Ask("check", name);
        return [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, "result")))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private double Ask(string command, string name)
    {
        _process.StandardInput.WriteLine($"{command} {name}");
        _process.StandardInput.Flush();
        return double.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    private string ReadLine() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended before it was told to.");
}
