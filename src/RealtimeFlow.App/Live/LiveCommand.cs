using System.CommandLine;
using System.CommandLine.Parsing;
using RealtimeFlow.App.Live.Vae;
using RealtimeFlow.App.Recording;
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

    private const int MostFrames = 1_000_000;

    public static Command Make()
    {
        Command command = new("live", $"""
            Watch a flow learn, in a window or, where none can be opened, in the terminal, or into a picture.
            Keys: {string.Join("; ", StudioCommands.All.Select(command => $"{command.Keys} {command.Description}"))}.
            With --vae images are learned, without a flow and with one side by side, and q(z|x) is seen beside the true posterior. Keys then:
            {string.Join("; ", VaeCommands.All.Select(command => $"{command.Keys} {command.Description}"))}.
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
            "--data", "FILE", $"rows (.npy, .csv) or a picture of your own; {RowStream.StandardInput} reads rows as CSV from standard input while they are learned; with --vae images, as of vae train");
        VaeOptions vae = new();
        Option<string> flow = Options.Flow(fresh.Formula);
        Option<int> particles = Options.Count(
            "--particles", "N", "particles on the screen", StudioState.LeastParticles, StudioState.MostParticles, () => fresh.Particles);
        Option<ulong> seed = Options.Seed();
        Option<string> state = Options.File("--state", "FILE.json", $"settings to begin with, where the file exists, and to save to [default to save to: {StateFileName}]");
        Option<int> threads = Options.Threads();
        Option<(int Width, int Height)> size = Options.PictureSize();
        Option<bool> window = new("--window") { Description = "in a window, or fail" };
        Option<bool> headless = new("--headless") { Description = "by OpenGL without a window, or fail" };
        Option<bool> terminal = new("--terminal") { Description = "in the terminal, in 24-bit colour, or fail" };
        Option<string> path = Options.OneOf("--path", "what computes particles and density; auto times both on a real GPU", "auto", "cpu", "gpu");
        Option<int?> frames = Options.Make<int?>(
            "--frames", "N", $"end after so many frames [default without a window: {LiveLoop.FramesWithoutWindow}]",
            text => Options.Whole(text, 1, MostFrames, number => (int?)number));
        Option<string> screenshot = Options.File(
            "--screenshot", "FILE.png", $"write the last frame to this file [default without a window: {LiveLoop.PictureWithoutWindow}]");
        Option<string> record = Options.Make(
            "--record", "FILE", "record every frame to this file, .mp4 or .gif", text => (text, Recorder.Complaint(text)));
        Option<double?> measure = Options.Positive("--measure", "S", "run for so many seconds, after some to settle, and print how: frames, memory, latency");
        Option<bool> json = new("--json") { Description = "with --measure: print one JSON object instead of text" };
        foreach (Option option in new Option[] { target, data, flow, particles, seed, state, threads, size, window, headless, terminal, path, frames, screenshot, record, measure, json, vae.Model, vae.Latents, vae.Image })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Option<bool>[] modes = [window, headless, terminal];
            Option<bool>[] named = [.. modes.Where(parsed.GetValue)];
            if (named.Length > 1)
            {
                throw new UsageException($"{named[0].Name} and {named[1].Name} exclude each other: name one");
            }

            if (parsed.GetValue(json) && parsed.GetValue(measure) == null)
            {
                throw new UsageException("--json: expected with --measure, whose numbers it prints");
            }

            if (parsed.GetValue(measure) != null && new Option[] { terminal, frames }.FirstOrDefault(option => Options.IsGiven(parsed, option)) is Option excluded)
            {
                throw new UsageException($"{excluded.Name} and --measure exclude each other: name one");
            }

            VaeSubject? images = vae.Read(parsed, data, flow, seed, [target, particles, state, path, measure]);
            StudioState settings = parsed.GetValue(state) is string begun && File.Exists(begun) ? StudioFile.Read(begun) : fresh;
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
                parsed.GetRequiredValue(size),
                named.Length == 0 ? LiveMode.Any : named[0] == window ? LiveMode.Window : named[0] == headless ? LiveMode.Headless : LiveMode.Terminal,
                Enum.Parse<ComputePath>(parsed.GetRequiredValue(path), ignoreCase: true),
                parsed.GetValue(frames),
                parsed.GetValue(screenshot),
                parsed.GetValue(record),
                parsed.GetValue(measure),
                parsed.GetValue(json),
                images);
            foreach (string file in new[] { options.Screenshot, options.Record }.OfType<string>())
            {
                AtomicFile.EnsureWritable(file);
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
}
