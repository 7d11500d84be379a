using System.Diagnostics;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;
using Silk.NET.Maths;
using Silk.NET.OpenGL;

namespace RealtimeFlow.App.Live;

/// <summary>Finds out what can draw here, and draws the studio there: in a window, by OpenGL without one, or on the CPU alone.</summary>
internal sealed class LiveLoop : IDisposable
{
    /// <summary>The frames that are drawn without a window, where no number was asked for.</summary>
    public const int FramesWithoutWindow = 300;

    /// <summary>Where the picture goes without a window, where no file was named.</summary>
    public const string PictureWithoutWindow = "rtflow.png";

    private const double FramesPerSecond = 60;

    // Where frames are counted, the whole run is planned; a window shows the target within seconds, and goes on from there.
    private const int PlannedSteps = 24_000, WindowSteps = 8_000;
    private const int MostStepsAFrame = 80, LeastStepsAFrame = 8;

    private readonly LiveOptions _options;
    private readonly TextWriter _error;
    private readonly WorkerPool _workers;
    private readonly CancellationToken _interrupted;
    private readonly List<string> _missing = [];
    private Studio? _studio;
    private string _device = "";
    private byte[] _picture = [];
    private (int Width, int Height) _pictureSize;

    private LiveLoop(LiveOptions options, TextWriter error, WorkerPool workers, CancellationToken interrupted)
    {
        _options = options;
        _error = error;
        _workers = workers;
        _interrupted = interrupted;
    }

    /// <summary>Runs to the end: the asked frames, a closed window, or an interruption.</summary>
    /// <exception cref="ModeUnavailableException">The mode that was named cannot run here.</exception>
    /// <exception cref="IOException">The picture cannot be written.</exception>
    public static void Run(LiveOptions options, TextWriter output, TextWriter error)
    {
        // Before the first call of OpenGL: a software driver leaves the other cores to the flow.
        MesaThreads.Limit(1);
        using Interruption interruption = new();
        using WorkerPool workers = new(options.Threads);
        using LiveLoop loop = new(options, error, workers, interruption.Token);
        long start = Stopwatch.GetTimestamp();
        string? picture = loop.InWindow() ? options.Screenshot : loop.WithoutWindow();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        Studio studio = loop._studio!;
        output.WriteLine(FormattableString.Invariant(
            $"{studio.Frames} frames in {seconds:F1} s ({studio.Frames / seconds:F1} a second), {loop._device}"));
        output.WriteLine(studio.Summary());
        if (picture != null)
        {
            PngWriter.Write(picture, loop._picture, loop._pictureSize.Width, loop._pictureSize.Height);
            output.WriteLine($"picture: {picture}");
        }
    }

    public void Dispose() => _studio?.Dispose();

    private bool InWindow()
    {
        if (_options.Mode == LiveMode.Headless)
        {
            return false;
        }

        GlfwHost host = new(Host() with { FramesPerSecond = FramesPerSecond });
        host.Input += input => _studio!.Handle(InPixels(input, host));
        if (TryRun(host, _options.Frames, againstTheClock: true))
        {
            return true;
        }

        return _options.Mode == LiveMode.Any
            ? false
            : throw new ModeUnavailableException($"{_missing[0]} --headless needs no window.");
    }

    /// <summary>Returns the path for the picture.</summary>
    private string WithoutWindow()
    {
        string picture = _options.Screenshot ?? PictureWithoutWindow;
        AtomicFile.EnsureWritable(picture);
        int frames = _options.Frames ?? FramesWithoutWindow;
        if (!TryRun(new EglHeadlessHost(Host()), frames, againstTheClock: false))
        {
            if (_options.Mode == LiveMode.Headless)
            {
                throw new ModeUnavailableException($"{_missing[0]} Without --headless the CPU alone draws.");
            }

            OnProcessorAlone(frames);
        }

        return picture;
    }

    private HostOptions Host() => new() { Size = new Vector2D<int>(_options.Size.Width, _options.Size.Height) };

    /// <summary>Runs the studio in a host; false, with the reason kept, where the machine lacks what the host needs.</summary>
    private bool TryRun(RenderHost host, int? frames, bool againstTheClock)
    {
        using RenderHost toDispose = host;
        if (Environment.GetEnvironmentVariable(LiveCommand.NoOpenGLVariable) == "1")
        {
            _missing.Add($"No OpenGL: {LiveCommand.NoOpenGLVariable}=1 says so; unset it.");
            return false;
        }

        IFrameRenderer? renderer = null;
        host.Load += () =>
        {
            GL gl = GL.GetApi(host);
            GraphicsDevice device = GraphicsDevice.Of(gl);
            renderer = _options.Path == ComputePath.Gpu ? new FlowRenderer(gl) : FrameRenderers.For(gl);
            Vector2D<int> size = host.FramebufferSize;
            renderer.Resize(size.X, size.Y);
            Begin(renderer, $"{device.Name.Split('(')[0].Trim()}{(device.IsSoftware ? " (software rendering)" : "")}", againstTheClock ? null : frames);
        };
        host.FramebufferResize += size => renderer!.Resize(size.X, size.Y);
        host.Update += seconds =>
        {
            _studio!.Advance(againstTheClock ? seconds : 1 / FramesPerSecond);
            if (_interrupted.IsCancellationRequested)
            {
                host.Close();
            }
        };
        host.Render += _ =>
        {
            _studio!.Draw();
            if (_studio.Frames >= frames)
            {
                host.Close();
            }
        };
        host.Closing += () =>
        {
            KeepPicture(renderer);
            renderer?.Dispose();
        };
        try
        {
            host.Run();
            return true;
        }
        catch (HostUnavailableException exception)
        {
            _missing.Add(exception.Message);
            return false;
        }
    }

    private void OnProcessorAlone(int frames)
    {
        using SoftwareRenderer renderer = new();
        renderer.Resize(_options.Size.Width, _options.Size.Height);
        Begin(renderer, "CPU alone", frames);
        do
        {
            _studio!.Advance(1 / FramesPerSecond);
            _studio.Draw();
        }
        while (_studio.Frames < frames && !_interrupted.IsCancellationRequested);
        KeepPicture(renderer);
    }

    /// <summary>Once it is known what draws: says what did not, and makes the studio.</summary>
    private void Begin(IFrameRenderer renderer, string device, int? frames)
    {
        if (_missing.Count > 0)
        {
            _error.WriteLine($"rtflow: {string.Join(' ', _missing.Distinct())} Going on without: {frames} frames, {device}.");
        }

        _device = device;
        int? stepsAFrame = frames is int count ? Math.Clamp(PlannedSteps / count, LeastStepsAFrame, MostStepsAFrame) : null;
        _studio = new Studio(
            _options.State,
            new StudioOptions { Threads = _options.Threads, Device = device, StepsAFrame = stepsAFrame, ScheduledSteps = frames * stepsAFrame ?? WindowSteps },
            renderer,
            _workers);
    }

    /// <summary>An event of a window in pixels of the picture, which has more of them on a dense screen.</summary>
    private static InputEvent InPixels(InputEvent input, RenderHost host)
    {
        bool isPlace = input.Kind == InputKind.PointerMove;
        Vector2D<int> pixels = host.FramebufferSize, size = host.Size;
        return isPlace ? input with { X = input.X * pixels.X / Math.Max(1, size.X), Y = input.Y * pixels.Y / Math.Max(1, size.Y) } : input;
    }

    private void KeepPicture(IFrameRenderer? renderer)
    {
        if (_studio != null && renderer != null)
        {
            _picture = _studio.Picture();
            _pictureSize = (renderer.Layout.Width, renderer.Layout.Height);
        }
    }
}
