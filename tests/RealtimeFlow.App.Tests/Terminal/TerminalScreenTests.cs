using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RealtimeFlow.App.Tests.Terminal;

/// <summary>The program in a terminal without a screen, as <c>script</c> makes one.</summary>
public sealed partial class TerminalScreenTests
{
    private const int Columns = 60, Rows = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("--terminal", "\e")]
    [InlineData("", "\u0003")]
    [InlineData("--terminal", "SIGTERM")]
    public void The_view_is_drawn_and_the_terminal_is_as_before_however_it_ends(string mode, string end)
    {
        (string output, int exitCode) = Run($"live {mode} --particles 1000 --flow planar:2 --size 320x180", "ESS", end);

        Assert.Equal(0, exitCode);
        string[] settings = [.. SettingsLine().Matches(output).Select(match => match.Value.Trim())];
        Assert.Equal(2, settings.Length);
        Assert.Equal(settings[0], settings[1]);
        Assert.Equal(mode.Length == 0, output.Contains("No window", StringComparison.Ordinal));

        int entered = output.IndexOf("\e[?1049h", StringComparison.Ordinal), left = output.IndexOf("\e[?1049l", StringComparison.Ordinal);
        Assert.True(entered >= 0 && left > entered);
        Assert.Equal(-1, output.IndexOf("\e[?1049h", left, StringComparison.Ordinal));
        foreach (string undone in new[] { "\e[?25h", "\e[?7h", "\e[?1002l", "\e[?1006l", "\e[0m" })
        {
            Assert.InRange(output.LastIndexOf(undone, StringComparison.Ordinal), entered, left);
        }

        AssertShows(output[entered..left]);
        Assert.Contains("u1, planar:2: step", output[left..], StringComparison.Ordinal);
    }

    [Fact]
    public void Named_where_there_is_no_terminal_it_says_so_and_ends_with_3() =>
        Rtflow.RunProcess(null, [], "live", "--terminal").AssertComplaint(3, "standard output is a file or pipe", "run it in a terminal");

    /// <summary>The whole screen is drawn: panels with their titles, bright and dark pixels, numbers, keys.</summary>
    private static void AssertShows(string drawn)
    {
        EmulatedTerminal terminal = new(Columns, Rows);
        terminal.Take(drawn);
        Assert.Contains("particles", terminal.Row(0), StringComparison.Ordinal);
        Assert.Contains("space pause", string.Concat(Enumerable.Range(0, Rows).Select(terminal.Row)), StringComparison.Ordinal);
        int brightest = 0, darkest = 255;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                (char glyph, int foreground, _) = terminal.Cell(column, row);
                if (glyph == '▀')
                {
                    brightest = Math.Max(brightest, foreground >> 16);
                    darkest = Math.Min(darkest, foreground >> 16);
                }
            }
        }

        Assert.InRange(brightest, 180, 255);
        Assert.InRange(darkest, 0, 20);
    }

    /// <summary>Runs the program in a terminal of a size, and ends it by a key or a signal once it has shown some words.</summary>
    private static (string Output, int ExitCode) Run(string line, string shown, string end)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed (Debian, Ubuntu: apt-get install bsdutils).");
        string program = Path.Combine(AppContext.BaseDirectory, "rtflow.dll");
        string command = string.Create(
            CultureInfo.InvariantCulture,
            $"stty cols {Columns} rows {Rows}; stty -g; sh -c 'echo pid $$; exec dotnet \"{program}\" {line}'; code=$?; stty -g; exit $code");
        ProcessStartInfo start = new("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("DISPLAY");
        start.Environment.Remove("WAYLAND_DISPLAY");
        using Process process = Process.Start(start)!;
        StringBuilder output = new();
        char[] buffer = new char[4096];
        bool isTold = false;
        for (long began = Stopwatch.GetTimestamp(); ;)
        {
            Task<int> read = process.StandardOutput.ReadAsync(buffer, 0, buffer.Length);
            if (!read.Wait(Patience - Stopwatch.GetElapsedTime(began)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"It did not end; it said: {output}");
            }

            if (read.Result == 0)
            {
                process.WaitForExit();
                return (output.ToString(), process.ExitCode);
            }

            output.Append(buffer, 0, read.Result);
            if (!isTold && output.ToString() is string text && text.Contains(shown, StringComparison.Ordinal))
            {
                isTold = true;
                End(process, end, text);
            }
        }
    }

    private static void End(Process process, string end, string output)
    {
        if (end == "SIGTERM")
        {
            using Process kill = Process.Start("kill", ["-TERM", ProcessLine().Match(output).Groups[1].Value]);
            kill.WaitForExit();
        }
        else
        {
            process.StandardInput.Write(end);
            process.StandardInput.Flush();
        }
    }

    [GeneratedRegex(@"^[0-9a-f]+(:[0-9a-f]+){10,}\r?$", RegexOptions.Multiline)]
    private static partial Regex SettingsLine();

    [GeneratedRegex(@"^pid (\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex ProcessLine();
}
