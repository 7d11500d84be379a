using System.CommandLine;
using System.Globalization;
using RealtimeFlow.App.Live;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Pictures;

/// <summary><c>rtflow render</c>: a picture or a video without a window, of a model from its base to its last layer, or of a training run.</summary>
internal sealed class RenderCommand
{
    private const double DefaultSeconds = 8, MostSeconds = 3600;
    private const int MostFramesPerSecond = 240;

    private readonly Option<string> _model = Options.File("--model", "MODEL", "the model to show, as train --out writes it; without one, a training run is shown");
    private readonly Option<string> _target = Options.PlaneTarget();
    private readonly Option<string> _flow = Options.Flow();
    private readonly Option<ulong> _seed = Options.Seed();
    private readonly Option<int> _steps = Options.Count("--steps", "N", "steps of the training run", 1, 100_000_000, () => 10_000);
    private readonly Option<RenderView> _view = Options.Make(
        "--view", "NAMES", $"what is seen: {string.Join(", ", RenderViews.Names)}, with commas between [default: density; particles,density,target of a training run]", RenderViews.Parse);
    private readonly Option<(int Width, int Height)> _size = Options.PictureSize();
    private readonly Option<double?> _seconds = Options.Positive("--seconds", "S", $"the length of the video [default: {DefaultSeconds}]");
    private readonly Option<int> _framesPerSecond = Options.Count("--fps", "N", "frames a second of the video", 1, MostFramesPerSecond, () => 30);
    private readonly Option<int> _particles = Options.Count("--particles", "N", "particles in the picture", 1, 1_000_000_000, () => 1_000_000);
    private readonly Option<string> _colors = Options.OneOf("--colors", "the colour map", [.. Enum.GetNames<ColorMap>().Select(name => name.ToLowerInvariant())]);
    private readonly Option<int> _threads = Options.Threads();
    private readonly Option<string> _out = Options.Make("--out", "FILE", "the picture, .png, or the video, .mp4 or .gif", FileOfKind);
    private readonly Option<bool> _json = Options.Json();

    private RenderCommand() => _out.Required = true;

    public static Command Make()
    {
        RenderCommand render = new();
        Command command = new("render", """
            A picture or a video without a window: of a model, its density from the base to the last layer (a picture shows the last), or of
            a training run from its first step to its last. The same command line makes the same picture.
            """);
        Option[] options =
        [
            render._model, render._target, render._flow, render._seed, render._steps, render._view, render._size, render._seconds,
            render._framesPerSecond, render._particles, render._colors, render._threads, render._out, render._json,
        ];
        Array.ForEach(options, command.Add);
        command.SetAction(render.Run);
        return command;
    }

    private static (string Value, string? Expected) FileOfKind(string path) =>
        (path, IsPicture(path) || Recorder.Complaint(path) == null ? null : $"a file that ends in .png, .mp4 or .gif, not '{path}'");

    private static bool IsPicture(string path) => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);

    private void Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_out);
        bool isVideo = !IsPicture(path);
        if (!isVideo && (parsed.GetValue(_seconds) != null || Options.IsGiven(parsed, _framesPerSecond)))
        {
            throw new UsageException($"--out: expected a video, .mp4 or .gif, with {(parsed.GetValue(_seconds) != null ? _seconds.Name : _framesPerSecond.Name)}, not '{path}'");
        }

        double seconds = parsed.GetValue(_seconds) ?? DefaultSeconds;
        if (seconds > MostSeconds)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--seconds: expected {MostSeconds} at most, not {seconds}"));
        }

        AtomicFile.EnsureWritable(path);
        using Interruption interruption = new();
        using WorkerPool workers = new(parsed.GetValue(_threads));
        IFlowOverTime flow = Open(parsed, isVideo, workers);
        int framesPerSecond = parsed.GetValue(_framesPerSecond);
        RenderRun run = new(
            flow,
            new FlowPictures(
                flow,
                ViewOf(parsed, flow),
                parsed.GetValue(_particles),
                parsed.GetValue(_seed),
                parsed.GetRequiredValue(_size),
                Enum.Parse<ColorMap>(parsed.GetRequiredValue(_colors), ignoreCase: true),
                workers),
            new ProgressLine(parsed.InvocationConfiguration.Error),
            interruption.Token);
        RenderReport report = isVideo
            ? run.Video(path, Math.Max(1, (int)Math.Round(seconds * framesPerSecond)), framesPerSecond, Ffmpeg.Find())
            : run.Picture(path);
        if (run.Remark != null)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"rtflow: {run.Remark}");
        }

        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? Json.Text(report) : report.Text());
    }

    private IFlowOverTime Open(ParseResult parsed, bool isVideo, WorkerPool workers)
    {
        string? model = parsed.GetValue(_model);
        Target target = TargetLibrary.Find(parsed.GetRequiredValue(_target))!;
        if (model == null)
        {
            return new TrainedFlow(target, parsed.GetRequiredValue(_flow), parsed.GetValue(_seed), parsed.GetValue(_steps), workers);
        }

        foreach (Option option in new Option[] { _flow, _steps })
        {
            if (Options.IsGiven(parsed, option))
            {
                throw new UsageException($"{option.Name}: expected without --model, for a training run");
            }
        }

        FlowDistribution flow = ModelFile.Read(model);
        return flow.Shape.Dimension == 2
            ? new GrownFlow(flow, Options.IsGiven(parsed, _target) ? target : null, wholeWay: isVideo)
            : throw new FileFormatException(string.Create(CultureInfo.InvariantCulture, $"{model}: is a model of dimension {flow.Shape.Dimension}; what is drawn is a plane"));
    }

    private RenderView ViewOf(ParseResult parsed, IFlowOverTime flow)
    {
        RenderView view = Options.IsGiven(parsed, _view) ? parsed.GetValue(_view)
            : parsed.GetValue(_model) == null ? RenderView.Particles | RenderView.Density | RenderView.Target
            : RenderView.Density;
        if (view.HasFlag(RenderView.Strip) && flow.Flow.Shape.LayerCount > StudioState.MostLayers)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--view: strip shows the layers of flows that have {StudioState.MostLayers} at most, not {flow.Flow.Shape.LayerCount}"));
        }

        RenderView needy = view & (RenderView.Target | RenderView.Difference);
        return flow.Target != null || needy == RenderView.None
            ? view
            : throw new UsageException($"--view: expected --target NAME with {needy.ToString().ToLowerInvariant()}, for a model does not say what it learned");
    }
}
