using System.ComponentModel;
using System.Diagnostics;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>Programs of the machine.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">What it printed; or that there is no such program.</param>
    /// <returns>Whether it ended well.</returns>
    public static bool Run(string program, IEnumerable<string> arguments, out string output)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            output = $"there is no program '{program}'";
            return false;
        }
    }

    /// <summary>The first line.</summary>
    public static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
