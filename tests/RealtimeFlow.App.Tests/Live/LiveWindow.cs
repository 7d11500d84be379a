using System.Diagnostics;
using RealtimeFlow.App.Live;
using RealtimeFlow.Flows;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;
using RealtimeFlow.Windowing.Tests;

namespace RealtimeFlow.App.Tests.Live;

/// <summary>
/// The program in a window, on a display server without a screen, used by xdotool as a person would; and beside it a studio that is told the
/// same: after whatever was done, both have the same settings.
/// </summary>
internal sealed class LiveWindow : IDisposable
{
    /// <summary>Of the screen.</summary>
    public const int Width = 1280, Height = 720;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Xvfb _server;
    private readonly XResources _resources;
    private readonly XClient _desktop;
    private readonly Process _program;
    private readonly string _stateFile, _window;

    /// <summary>Opens it.</summary>
    /// <param name="state">What is set at first.</param>
    /// <param name="width">Of the window, as on an ordinary screen.</param>
    /// <param name="height">Of the window, as on an ordinary screen.</param>
    /// <param name="scale">Pixels across one of an ordinary screen's.</param>
    /// <param name="more">More of the command line.</param>
    public LiveWindow(StudioState state, int width = 640, int height = 360, int scale = 1, params string[] more)
    {
        foreach (string program in new[] { "Xvfb", "xdotool" })
        {
            Assert.SkipUnless(
                File.Exists($"/usr/bin/{program}") || Environment.GetEnvironmentVariable("CI") == "true",
                $"{program} is not installed (Debian, Ubuntu: apt-get install xvfb xdotool libglfw3).");
        }

        _server = new Xvfb(Width, Height);
        _resources = new XResources(_server.Display, $"Xft.dpi: {96 * scale}");
        _desktop = new XClient(_server.Display);
        Twin = new Stage(state, scale * width, scale * height);
        Twin.Studio.ContentScale = scale;
        Twin.Frames(1);
        _stateFile = Folder.File("state.json");
        StudioFile.Write(_stateFile, state);
        _program = Rtflow.Start(
            Folder.Path,
            [("DISPLAY", _server.Display), ("WAYLAND_DISPLAY", null)],
            ["--window", "--state", _stateFile, "--size", $"{width}x{height}", .. more]);
        try
        {
            _window = Tool("search", "--sync", "--onlyvisible", "--name", "^RealtimeFlow$").Trim();
            Tool("windowfocus", "--sync", _window);
            if (more.Length == 0)
            {
                // What comes first may come before the first picture; what comes next does not.
                Saved();
                Saved();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Settings by which training leaves the processor to the tests.</summary>
    public static StudioState Small { get; } = Stage.Small with { StepsPerSecond = 100 };

    /// <summary>The studio that is told the same.</summary>
    public Stage Twin { get; }

    /// <summary>The folder that the program works in.</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>Whether the program runs.</summary>
    public bool IsRunning => !_program.HasExited;

    /// <summary>Processor time that the program has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _program.Refresh();
            return _program.TotalProcessorTime;
        }
    }

    /// <summary>Width and height of the window, in pixels.</summary>
    public (int Width, int Height) Size
    {
        get
        {
            string[] lines = Tool("getwindowgeometry", "--shell", _window).Split('\n');
            return (Number("WIDTH="), Number("HEIGHT="));

            int Number(string name) => int.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], null);
        }
    }

    private nint Number => nint.Parse(_window, null);

    /// <summary>Waits until something is so; fails where it does not come about.</summary>
    public static void Await(Func<bool> condition, Func<string> otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, otherwise());
            Thread.Sleep(10);
        }
    }

    /// <summary>Presses a key, here and there.</summary>
    public void Press(Chord chord)
    {
        Tool("key", $"{(chord.Shift ? "shift+" : "")}{KeyName(chord.Key)}");
        Twin.Press(chord);
        Twin.Frames(1);
    }

    /// <summary>Clicks, here and there.</summary>
    public void Click(int x, int y) => Drag((x, y), (x, y));

    /// <summary>Drags from a place to another, here and there.</summary>
    public void Drag((int X, int Y) from, (int X, int Y) to)
    {
        Tool([.. Move(from.X, from.Y), "mousedown", "1", .. Move(to.X, to.Y), "mouseup", "1"]);
        Twin.Move(from.X, from.Y);
        Twin.Down();
        Twin.Move(to.X, to.Y);
        Twin.Up();
        Twin.Frames(1);
    }

    /// <summary>Turns the wheel by one notch over a place, here and there.</summary>
    public void Wheel(int x, int y, int notch)
    {
        Tool([.. Move(x, y), "click", notch > 0 ? "4" : "5"]);
        Twin.Move(x, y);
        Twin.Wheel(notch);
        Twin.Frames(1);
    }

    /// <summary>Sets the window's size, as its frame would.</summary>
    public void Resize(int width, int height) => Tool("windowsize", _window, $"{width}", $"{height}");

    /// <summary>Takes the window off the screen and puts it back.</summary>
    public void HideAndShow() => Tool("windowunmap", "--sync", _window, "windowmap", "--sync", _window, "windowfocus", "--sync", _window);

    /// <summary>The pixel in which a point of a panel's plane lies.</summary>
    public (int X, int Y) PixelOf(int panel, float x, float y)
    {
        (float column, float row) = Twin.Layout.ToPixels(new PlanePoint(panel, x, y));
        return ((int)column, (int)row);
    }

    /// <summary>Minimises the window and brings it back.</summary>
    public void MinimiseAndRestore()
    {
        _desktop.Minimise(Number);
        _desktop.Restore(Number);
        Tool("windowfocus", "--sync", _window);
    }

    /// <summary>Closes the window by the button of its frame.</summary>
    public void Close() => _desktop.Close(Number);

    /// <summary>Drops files, here and, where it is one, there.</summary>
    public void Drop(params string[] files)
    {
        _desktop.Drop(Number, [.. files.Select(file => new Uri(file).AbsoluteUri)]);
        if (files is [string path])
        {
            Twin.Studio.Drop(path);
            Twin.Frames(1);
        }
    }

    /// <summary>Does things to the window alone, in one go.</summary>
    public void Do(IEnumerable<string> words) => Tool([.. words]);

    /// <summary>The words by which a key is pressed.</summary>
    public static string[] Words(Chord chord) => ["key", "--delay", "0", $"{(chord.Shift ? "shift+" : "")}{KeyName(chord.Key)}"];

    /// <summary>The words by which the pointer goes to a place of the window.</summary>
    public string[] Move(int x, int y) => ["mousemove", "--window", _window, $"{x}", $"{y}"];

    /// <summary>The settings, as the program saves them.</summary>
    public StudioState Saved()
    {
        File.Delete(_stateFile);
        Tool("key", "s");
        Await(() => File.Exists(_stateFile) || !IsRunning, () => "It saved nothing.");
        Assert.True(IsRunning, "It has ended.");
        return StudioFile.Read(_stateFile);
    }

    /// <summary>
    /// Both have the same settings, or soon will: layers come and go between two steps of training. Which of them become radial is decided by
    /// what they have learned, so that their numbers are compared.
    /// </summary>
    /// <param name="after">What was done.</param>
    public void AssertSame(string after)
    {
        string here = "", there = "";
        Await(
            () =>
            {
                (here, there) = (Compared(Twin.Frames(1).State), Compared(Saved()));
                return here == there;
            },
            () => $"After {after}:\n{there}\nand not\n{here}");
    }

    /// <summary>Waits until the program has ended.</summary>
    public Rtflow End() => Rtflow.End(_program);

    public void Dispose()
    {
        if (IsRunning)
        {
            _program.Kill();
            _program.WaitForExit();
        }

        _program.Dispose();
        Twin.Dispose();
        _desktop.Dispose();
        _resources.Dispose();
        _server.Dispose();
        Folder.Dispose();
    }

    private static string Compared(StudioState state)
    {
        IEnumerable<string> kinds = FlowShape.Parse(state.Formula, dimension: 2).Layers.Select(kind => kind.Name);
        return Json.Text(state with { Formula = string.Join(' ', kinds.Order()) });
    }

    private static string KeyName(Key key) => key switch
    {
        Key.Space => "space",
        Key.Escape => "Escape",
        Key.Period => "period",
        Key.Equal => "equal",
        Key.Minus => "minus",
        Key.KeypadAdd => "KP_Add",
        Key.KeypadSubtract => "KP_Subtract",
        Key.LeftBracket => "bracketleft",
        Key.RightBracket => "bracketright",
        >= Key.A and <= Key.Z => ((char)(key - Key.A + 'a')).ToString(),
        >= Key.Number0 and <= Key.Number9 => ((char)key).ToString(),
        _ => key.ToString(),
    };

    private string Tool(params string[] words)
    {
        ProcessStartInfo start = new("xdotool", words) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DISPLAY"] = _server.Display;
        using Process tool = Process.Start(start)!;
        string output = tool.StandardOutput.ReadToEnd();
        Assert.True(tool.WaitForExit(Patience), $"xdotool {string.Join(' ', words)} does not end.");
        Assert.True(tool.ExitCode == 0, tool.StandardError.ReadToEnd());
        return output;
    }
}
