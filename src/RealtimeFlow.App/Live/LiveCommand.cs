using System.CommandLine;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary><c>rtflow</c> and <c>rtflow live</c>: watch a flow learn, in a window or, without one, into a picture.</summary>
internal static class LiveCommand
{
    /// <summary>Set to 1, it makes the program believe that there is no OpenGL.</summary>
    public const string NoOpenGLVariable = "RTFLOW_NO_OPENGL";

    private const int MostParticles = 1_000_000_000, MostFrames = 1_000_000;

    public static Command Make()
    {
        Command command = new("live", $"""
            Watch a flow learn, in a window or, where none can be opened, in the terminal, or into a picture.
            Keys: {LiveKeys.Help}.
            """);
        Complete(command);
        return command;
    }

    /// <summary>Gives a command the options and the action of live.</summary>
    public static void Complete(Command command)
    {
        Option<string> target = Options.PlaneTarget();
        Option<string> flow = Options.Flow();
        Option<int> particles = Options.Count("--particles", "N", "particles on the screen", 1, MostParticles, () => 1_000_000);
        Option<ulong> seed = Options.Seed();
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
        foreach (Option option in new Option[] { target, flow, particles, seed, threads, size, window, headless, terminal, path, frames, screenshot })
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

            LiveOptions options = new(
                TargetLibrary.Find(parsed.GetRequiredValue(target))!,
                parsed.GetRequiredValue(flow),
                parsed.GetValue(particles),
                parsed.GetValue(seed),
                parsed.GetValue(threads),
                parsed.GetRequiredValue(size),
                named.Length == 0 ? LiveMode.Any : named[0] == window ? LiveMode.Window : named[0] == headless ? LiveMode.Headless : LiveMode.Terminal,
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
}
