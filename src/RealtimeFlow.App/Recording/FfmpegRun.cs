using System.Diagnostics;

namespace RealtimeFlow.App.Recording;

/// <summary>One run of ffmpeg that reads what is written to it. Ended before its time, it is killed.</summary>
internal sealed class FfmpegRun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _complaints;

    /// <exception cref="IOException">It cannot be started.</exception>
    public FfmpegRun(string ffmpeg, string[] arguments)
    {
        // In a session of its own Ctrl-C does not reach it: this program ends it when its last frame is there.
        string? apart = OperatingSystem.IsLinux() ? Ffmpeg.Find("setsid") : null;
        ProcessStartInfo start = new(apart ?? ffmpeg, apart == null ? arguments : [ffmpeg, .. arguments])
        {
            // With a stream of ours left to it, the runtime would set the terminal up for it, in the middle of a terminal view.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new IOException($"ffmpeg cannot be started ('{ffmpeg}'): {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        _complaints = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Hands it the next bytes.</summary>
    /// <exception cref="IOException">It has ended; the message is its own.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _process.StandardInput.BaseStream.Write(bytes);
        }
        catch (IOException)
        {
            End();
            throw new IOException("ffmpeg ended before its last frame");
        }
    }

    /// <summary>Tells it that this was all, and waits for its end.</summary>
    /// <exception cref="IOException">It failed; the message is its own.</exception>
    public void End()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads no more: its exit code says why.
        }

        _process.WaitForExit();
        if (_process.ExitCode != 0)
        {
            string? last = _complaints.Result.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
            throw new IOException($"ffmpeg failed with exit code {_process.ExitCode}: {last ?? "no reason given"}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
