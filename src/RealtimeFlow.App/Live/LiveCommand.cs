using System.CommandLine;
using System.CommandLine.Parsing;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary><c>rtflow</c> and <c>rtflow live</c>: watch a flow learn, in a window or, without one, into a picture.</summary>
internal static class LiveCommand
{
    /// <summary>Set to 1, it makes the program believe that there is no OpenGL.</summary>
    public const string NoOpenGLVariable = "RTFLOW_NO_OPENGL";

    private const string StateFileName = "rtflow-live.json";

    private const int MostFrames = 1_000_000, LeastSide = 64, LargestSide = 8192;

    public static Command Make()
    {
        Command command = new("live", $"""
            Watch a flow learn, in a window or, where none can be opened, into a picture.
            Keys: {string.Join("; ", StudioCommands.All.Select(command => $"{command.Keys} {command.Description}"))}.
            """);
        Complete(command);
        return command;
    }

    /// <summary>Gives a command the options and the action of live.</summary>
    public static void Complete(Command command)
    {
        StudioState fresh = new();
        Option<string> target = Target(fresh);
        Option<string> data = Options.File(
            "--data", "FILE", $"rows (.npy, .csv) or a picture of your own; {RowStream.StandardInput} reads rows as CSV from standard input while they are learned");
        Option<string> flow = Options.Flow();
        Option<int> particles = Options.Count(
            "--particles", "N", "particles on the screen", StudioState.LeastParticles, StudioState.MostParticles, () => fresh.Particles);
        Option<ulong> seed = Options.Seed();
        Option<string> state = Options.File("--state", "FILE.json", $"settings to begin with, where the file exists, and to save to [default to save to: {StateFileName}]");
        Option<int> threads = Options.Threads();
        Option<string> size = new("--size") { HelpName = "WxH", Description = "the picture's size in pixels", DefaultValueFactory = _ => "1280x720" };
        size.Validators.Add(result => _ = Size(result.GetValueOrDefault<string>(), result.AddError));
        Option<bool> window = new("--window") { Description = "in a window, or fail" };
        Option<bool> headless = new("--headless") { Description = "by OpenGL without a window, or fail" };
        Option<string> path = Options.OneOf("--path", "what computes particles and density; auto times both on a real GPU", "auto", "cpu", "gpu");
        Option<int?> frames = Options.Make<int?>(
            "--frames", "N", $"end after so many frames [default without a window: {LiveLoop.FramesWithoutWindow}]",
            text => Options.Whole(text, 1, MostFrames, number => (int?)number));
        Option<string> screenshot = Options.File(
            "--screenshot", "FILE.png", $"write the last frame to this file [default without a window: {LiveLoop.PictureWithoutWindow}]");
        foreach (Option option in new Option[] { target, data, flow, particles, seed, state, threads, size, window, headless, path, frames, screenshot })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            (bool inWindow, bool withoutWindow) = (parsed.GetValue(window), parsed.GetValue(headless));
            if (inWindow && withoutWindow)
            {
                throw new UsageException("--window and --headless exclude each other: name one");
            }

            StudioState settings = parsed.GetValue(state) is string file && File.Exists(file) ? StudioFile.Read(file) : fresh;
            settings = settings with
            {
                Subject = Options.IsGiven(parsed, target) ? parsed.GetRequiredValue(target) : Options.IsGiven(parsed, data) ? Subject.Points : settings.Subject,
                File = Options.IsGiven(parsed, data) ? parsed.GetValue(data) : Options.IsGiven(parsed, target) ? null : settings.File,
                Numbers = Options.IsGiven(parsed, target) || Options.IsGiven(parsed, data) ? null : settings.Numbers,
                Formula = Options.IsGiven(parsed, flow) ? parsed.GetRequiredValue(flow) : settings.Formula,
                Particles = Options.IsGiven(parsed, particles) ? parsed.GetValue(particles) : settings.Particles,
                Seed = Options.IsGiven(parsed, seed) ? parsed.GetValue(seed) : settings.Seed,
            };
            LiveOptions options = new(
                settings,
                parsed.GetValue(state) ?? StateFileName,
                parsed.GetValue(threads),
                Size(parsed.GetRequiredValue(size), _ => { }),
                inWindow ? LiveMode.Window : withoutWindow ? LiveMode.Headless : LiveMode.Any,
                Enum.Parse<ComputePath>(parsed.GetRequiredValue(path), ignoreCase: true),
                parsed.GetValue(frames),
                parsed.GetValue(screenshot));
            if (options.Screenshot != null)
            {
                AtomicFile.EnsureWritable(options.Screenshot);
            }

            LiveLoop.Run(options, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        });
    }

    private static Option<string> Target(StudioState fresh)
    {
        Option<string> option = new("--target")
        {
            HelpName = "NAME",
            Description = $"what to learn: {Suggestion.List(Subject.Names)}",
            DefaultValueFactory = _ => fresh.Subject,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [Token token] && Subject.Find(token.Value) == null)
            {
                string remark = TargetLibrary.Find(token.Value) is Target known
                    ? $", which has {known.Dimension} dimensions: rtflow train learns it without a picture"
                    : Suggestion.For(token.Value, Subject.Names);
                result.AddError($"--target: expected {Suggestion.List(Subject.Names)}, not '{token.Value}'{remark}");
            }
        });
        return option;
    }

    private static (int Width, int Height) Size(string text, Action<string> complain)
    {
        string[] sides = text.Split('x');
        (int width, string? wrongWidth) = Options.Whole(sides[0], LeastSide, LargestSide, number => (int)number);
        (int height, string? wrongHeight) = Options.Whole(sides[^1], LeastSide, LargestSide, number => (int)number);
        if (sides.Length != 2 || wrongWidth != null || wrongHeight != null)
        {
            complain($"--size: expected WIDTHxHEIGHT, each from {LeastSide} to {LargestSide}, as in 1280x720, not '{text}'");
        }

        return (width, height);
    }
}
