using System.Diagnostics;

namespace RealtimeFlow.Windowing.Tests;

/// <summary>A display server of the test's own, on a display number that it chose itself, ended by its process id.</summary>
internal sealed class Xvfb : IDisposable
{
    private readonly Process _process;
    private readonly NativeEnvironment _display;

    internal Xvfb(int width = 800, int height = 600)
    {
        ProcessStartInfo start = new("Xvfb", ["-displayfd", "1", "-screen", "0", $"{width}x{height}x24", "-nolisten", "tcp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Display = ":" + _process.StandardOutput.ReadLine();
        Assert.True(Display.Length > 1, "Xvfb did not start.");
        _display = new NativeEnvironment("DISPLAY", Display);
    }

    internal string Display { get; }

    /// <summary>Starts a program on this display.</summary>
    internal Process Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments);
        start.Environment["DISPLAY"] = Display;
        return Process.Start(start)!;
    }

    /// <summary>Every window of this process must be closed before: without its server the X library ends the process.</summary>
    public void Dispose()
    {
        _display.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
