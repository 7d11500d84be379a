using Microsoft.Win32.SafeHandles;

namespace RealtimeFlow.App.Terminal;

/// <summary>
/// The terminal as a screen of its own: the other screen, no cursor, keys and mouse as they come. All of it ends with
/// <see cref="Dispose"/>, with the process, and with an exception that nobody caught.
/// </summary>
internal sealed unsafe class TerminalScreen : IDisposable
{
    // The other screen, cleared; no cursor; no wrapping at the right edge; the mouse: buttons and drags, in decimal numbers.
    private static ReadOnlySpan<byte> Enter => "\e[?1049h\e[2J\e[?25l\e[?7l\e[?1002h\e[?1006h"u8;

    // All of it back; the order matters: the cursor of the first screen is restored last.
    private static ReadOnlySpan<byte> Leave => "\e[?2026l\e[?1006l\e[?1002l\e[?7h\e[?25h\e[0m\e[?1049l"u8;

    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly SafeFileHandle? _opened;
    private readonly int _input;
    private readonly byte[] _settings = new byte[TerminalNative.SettingsSize];
    private readonly byte[] _bytes = new byte[1024];
    private bool _inputEnded;
    private int _left;

    private TerminalScreen(SafeFileHandle? opened)
    {
        _opened = opened;
        _input = opened == null ? TerminalNative.StandardInput : (int)opened.DangerousGetHandle();
        byte* raw = stackalloc byte[TerminalNative.SettingsSize];
        fixed (byte* settings = _settings)
        {
            _ = TerminalNative.GetSettings(_input, settings);
            _ = TerminalNative.GetSettings(_input, raw);
        }

        AppDomain.CurrentDomain.ProcessExit += OnEnd;
        AppDomain.CurrentDomain.UnhandledException += OnEnd;
        TerminalNative.MakeRaw(raw);
        _ = TerminalNative.SetSettings(_input, TerminalNative.Now, raw);
        Write(Enter);
    }

    /// <summary>The size in cells: at least 1 each.</summary>
    public static (int Columns, int Rows) Size => (Math.Max(1, Console.WindowWidth), Math.Max(1, Console.WindowHeight));

    /// <summary>Why no picture can be shown in the terminal; null where it can.</summary>
    public static string? Missing() =>
        OperatingSystem.IsWindows() ? "No terminal: its keyboard is taken as Unix has it; run it under WSL."
        : Console.IsOutputRedirected ? "No terminal: standard output is a file or pipe; run it in a terminal, with nothing behind > or |."
        : Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? "No terminal that can draw: the variable TERM is not set, or says dumb; set it to the terminal's kind, as in TERM=xterm-256color."
        : null;

    /// <summary>Takes the terminal.</summary>
    /// <exception cref="ModeUnavailableException">There is none.</exception>
    public static TerminalScreen Open()
    {
        if (Missing() is string missing)
        {
            throw new ModeUnavailableException(missing);
        }

        // Asked for the size, the runtime notes how the terminal is set; so this comes before the settings change.
        _ = Size;
        return new TerminalScreen(Console.IsInputRedirected ? OpenKeyboard() : null);
    }

    /// <summary>Sends bytes, all in one.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    /// <summary>Waits for keys or mouse, and returns what they sent; empty when the time is over.</summary>
    public ReadOnlySpan<byte> Read(TimeSpan patience)
    {
        int milliseconds = (int)Math.Max(0, patience.TotalMilliseconds);
        if (_inputEnded)
        {
            Thread.Sleep(milliseconds);
            return [];
        }

        TerminalNative.PollFile file = new() { File = _input, Events = TerminalNative.InputReady };
        if (TerminalNative.Poll(&file, 1, milliseconds) <= 0)
        {
            return [];
        }

        fixed (byte* bytes = _bytes)
        {
            int count = (int)TerminalNative.Read(_input, bytes, (nuint)_bytes.Length);
            _inputEnded = count <= 0;
            return _bytes.AsSpan(0, Math.Max(0, count));
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnEnd;
        AppDomain.CurrentDomain.UnhandledException -= OnEnd;
        OnEnd(null, EventArgs.Empty);
        _opened?.Dispose();
        _output.Dispose();
    }

    /// <summary>Standard input is data: the keys come from the terminal itself.</summary>
    private static SafeFileHandle OpenKeyboard()
    {
        try
        {
            return File.OpenHandle("/dev/tty");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModeUnavailableException("No terminal for the keys: standard input is a file or pipe, and the process has no terminal of its own.");
        }
    }

    private void OnEnd(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
        {
            return;
        }

        try
        {
            Write(Leave);
        }
        catch (IOException)
        {
            // The terminal is gone, and with it what there was to restore.
        }

        fixed (byte* settings = _settings)
        {
            _ = TerminalNative.SetSettings(_input, TerminalNative.Now, settings);
        }
    }
}
