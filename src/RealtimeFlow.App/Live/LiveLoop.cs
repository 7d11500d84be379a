using System.Diagnostics;
using RealtimeFlow.App.Live.Vae;
using RealtimeFlow.App.Recording;
using RealtimeFlow.App.Terminal;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using RealtimeFlow.Windowing;
using Silk.NET.Maths;
using Silk.NET.OpenGL;

namespace RealtimeFlow.App.Live;

/// <summary>Finds out what can draw here, and draws the studio there: in a window, in the terminal, by OpenGL without either, or on the CPU alone.</summary>
internal sealed class LiveLoop : IDisposable
{
    /// <summary>The frames that are drawn without a window, where no number was asked for.</summary>
    public const int FramesWithoutWindow = 300;

    /// <summary>Where the picture goes without a window, where no file was named.</summary>
    public const string PictureWithoutWindow = "rtflow.png";

    private const int FramesPerSecond = 60;

    // Where frames are counted, the whole run is planned; a window shows the target within seconds, and goes on from there.
    private const int PlannedSteps = 24_000, WindowSteps = 8_000;
    private const int MostStepsAFrame = 80, LeastStepsAFrame = 8;

    // By which CPU and GPU are timed: some milliseconds.
    private const int TrialParticles = 1 << 18, TrialPixels = 384;

    private readonly LiveOptions _options;
    private readonly TextWriter _error;
    private readonly WorkerPool _workers;
    private readonly CancellationToken _interrupted;

    // Of flows alone: the command line refuses it with images.
    private readonly LiveMeter? _meter;

    private readonly List<string> _missing = [];
    private IStudio? _studio;
    private StudioCapture? _capture;
    private FlowPath? _flowPath;
    private GpuPictures? _gpu;
    private string _path = "CPU";
    private string _device = "";
    private LiveReport? _report;
    private byte[] _picture = [];
    private (int Width, int Height) _pictureSize;

    private LiveLoop(LiveOptions options, TextWriter error, WorkerPool workers, CancellationToken interrupted)
    {
        _options = options;
        _error = error;
        _workers = workers;
        _interrupted = interrupted;
        _meter = options.Measure is double seconds ? new LiveMeter(seconds) : null;
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
        string? picture = loop.InWindow() || loop.InTerminal() ? options.Screenshot : loop.WithoutWindow();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        IStudio studio = loop._studio!;
        if (loop._report is LiveReport report)
        {
            output.WriteLine(options.IsJson ? Json.Text(report) : report.Text());
        }
        else
        {
            output.WriteLine(FormattableString.Invariant(
                $"{studio.Frames} frames in {seconds:F1} s ({studio.Frames / seconds:F1} a second), {loop._device}"));
            if (studio is Studio)
            {
                output.WriteLine($"particles and density: {loop._path}");
            }

            output.WriteLine(studio.Summary());
        }

        if (loop._capture!.IsRecording)
        {
            output.WriteLine(loop._capture.Finish());
        }

        if (picture != null)
        {
            PngWriter.Write(picture, loop._picture, loop._pictureSize.Width, loop._pictureSize.Height);
            output.WriteLine($"picture: {picture}");
        }
    }

    public void Dispose()
    {
        _capture?.Dispose();
        _studio?.Dispose();
    }

    private bool InWindow()
    {
        if (_options.Mode is LiveMode.Headless or LiveMode.Terminal)
        {
            return false;
        }

        GlfwHost host = new(Host(againstTheClock: true));
        host.Input += input => _studio!.Handle(InPixels(input, host));
        host.FileDrop += Drop;
        if (TryRun(host, _options.Frames, againstTheClock: true))
        {
            return true;
        }

        return _options.Mode == LiveMode.Any
            ? false
            : throw new ModeUnavailableException($"{_missing[0]} --headless and --terminal need no window.");
    }

    /// <summary>In the terminal where it was named, or where there is no window and no file was asked for.</summary>
    private bool InTerminal()
    {
        bool asPicture = _options.Frames != null || _options.Screenshot != null || _options.Record != null || _meter != null;
        if (_options.Mode != LiveMode.Terminal && (_options.Mode != LiveMode.Any || asPicture || TerminalScreen.Missing() != null))
        {
            return false;
        }

        using TerminalRenderer renderer = new();
        renderer.Resize(_options.Size.Width, _options.Size.Height);
        TellMissing("in the terminal");
        using (TerminalScreen screen = TerminalScreen.Open())
        {
            TerminalLoop? loop = null;
            Begin(renderer, "CPU, in the terminal", frames: null, request => loop!.IsClosing |= request == StudioRequest.Close, TerminalLoop.FramesPerSecond);
            loop = new TerminalLoop(screen, renderer, _studio!, _capture!, Draw);
            loop.Run(_options.Frames, _interrupted);
        }

        KeepPicture(renderer);
        return true;
    }

    /// <summary>Returns the path for the picture; null for none.</summary>
    private string? WithoutWindow()
    {
        if (_meter != null)
        {
            return TryRun(new EglHeadlessHost(Host(againstTheClock: true)), frames: null, againstTheClock: true)
                ? _options.Screenshot
                : throw new ModeUnavailableException($"{_missing[0]} --measure needs OpenGL, in a window or without.");
        }

        string picture = _options.Screenshot ?? PictureWithoutWindow;
        AtomicFile.EnsureWritable(picture);
        int frames = _options.Frames ?? FramesWithoutWindow;
        if (!TryRun(new EglHeadlessHost(Host(againstTheClock: false)), frames, againstTheClock: false))
        {
            if (_options.Mode == LiveMode.Headless)
            {
                throw new ModeUnavailableException($"{_missing[0]} Without --headless the CPU alone draws.");
            }

            OnProcessorAlone(frames);
        }

        return picture;
    }

    private HostOptions Host(bool againstTheClock) => new()
    {
        Size = new Vector2D<int>(_options.Size.Width, _options.Size.Height),
        FramesPerSecond = againstTheClock ? FramesPerSecond : 0,
        ShouldSwapAutomatically = false,
    };

    /// <summary>Runs the studio in a host; false, with the reason kept, where the machine lacks what the host needs.</summary>
    private bool TryRun(RenderHost host, int? frames, bool againstTheClock)
    {
        using RenderHost toDispose = host;
        if (Environment.GetEnvironmentVariable(LiveCommand.NoOpenGLVariable) == "1")
        {
            _missing.Add($"No OpenGL: {LiveCommand.NoOpenGLVariable}=1 says so; unset it.");
            return false;
        }

        using CancellationTokenRegistration wake = _interrupted.Register(host.ContinueEvents);
        IFrameRenderer? renderer = null;
        bool isSoftware = false;
        host.Load += () =>
        {
            renderer = Renderer(host, out GraphicsDevice device);
            isSoftware = device.IsSoftware;
            string name = $"{device.Name.Split('(')[0].Trim()}{(device.IsSoftware ? " (software rendering)" : "")}";
            TellMissing($"without{(frames == null ? "" : $": {frames} frames, {name}")}");
            Begin(renderer, name, againstTheClock ? null : frames, request => Ask(host, request));
        };
        host.ContextLost += () =>
        {
            _studio!.Renderer = renderer = Renderer(host, out _);
            if (_studio is Studio flows)
            {
                flows.Gpu = _gpu;
            }
        };
        host.FramebufferResize += size =>
        {
            // A minimised window comes back with the picture that it had.
            if (HasPixels(size))
            {
                renderer!.Resize(size.X, size.Y);
            }
        };
        host.Update += seconds =>
        {
            _meter?.BeginFrame((Studio)_studio!);
            _studio!.ContentScale = Math.Clamp(host.ContentScale, 1, 8);
            seconds = againstTheClock && !_capture!.IsRecording ? seconds : 1.0 / FramesPerSecond;
            if (HasPixels(host.FramebufferSize))
            {
                _studio.Advance(seconds);
            }
            else
            {
                _studio.Train(seconds);
            }

            host.IsEventDriven = _studio.IsIdle && !_capture!.IsRecording && _meter == null;
            if (_interrupted.IsCancellationRequested)
            {
                host.Close();
            }
        };
        host.Render += _ =>
        {
            Draw();
            long drawn = Stopwatch.GetTimestamp();
            host.GLContext!.SwapBuffers();
            double showSeconds = Stopwatch.GetElapsedTime(drawn).TotalSeconds;
            if (isSoftware && _studio is Studio flows)
            {
                flows.ShowSeconds = showSeconds;
            }

            _meter?.EndFrame((Studio)_studio!, showSeconds);
            if (_studio!.Frames >= frames || _meter?.IsOver == true)
            {
                host.Close();
            }
        };
        host.Closing += () =>
        {
            _report = _studio is Studio measured ? _meter?.Report(measured, _device, _path) : null;
            KeepPicture(renderer);
            _flowPath?.Dispose();
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
        bool closes = false;
        TellMissing($"without: {frames} frames, CPU alone");
        Begin(renderer, "CPU alone", frames, request => closes |= request == StudioRequest.Close);
        do
        {
            _studio!.Advance(1.0 / FramesPerSecond);
            Draw();
        }
        while (_studio.Frames < frames && !closes && !_interrupted.IsCancellationRequested);
        KeepPicture(renderer);
    }

    private void TellMissing(string how)
    {
        if (_missing.Count > 0)
        {
            _error.WriteLine($"rtflow: {string.Join(' ', _missing.Distinct())} Going on {how}.");
            _missing.Clear();
        }
    }

    /// <summary>Draws with the host's context, at its size.</summary>
    private IFrameRenderer Renderer(RenderHost host, out GraphicsDevice device)
    {
        GL gl = GL.GetApi(host);
        device = GraphicsDevice.Of(gl);
        IFrameRenderer renderer = _options.Path == ComputePath.Gpu ? new FlowRenderer(gl) : FrameRenderers.For(gl);
        Vector2D<int> size = host.FramebufferSize;
        renderer.Resize(size.X, size.Y);
        ChoosePath(gl, device);
        return renderer;
    }

    /// <summary>Finds out what computes particles and density: on a real GPU both ways are timed, unless one was named.</summary>
    private void ChoosePath(GL gl, GraphicsDevice device)
    {
        (_flowPath, _gpu) = (null, null);
        if (_options.Images != null || _options.Path == ComputePath.Cpu || (_options.Path == ComputePath.Auto && device.IsSoftware))
        {
            return;
        }

        // What a flow has learned makes no difference to its time: this one is as training begins.
        Trainer trainer = new(FlowShape.Parse(_options.State.Formula, dimension: 2), TargetLibrary.Find("u1")!, new TrainerOptions(), _workers);
        RandomStream stream = new(0, StreamNumbers.Particles);
        FlowPath path = FlowPath.Choose(
            gl,
            _options.Path,
            trainer.Flow,
            stream,
            new ParticleSystem(Math.Min(_options.State.Particles, TrialParticles), stream, TrialPixels, 1, _workers),
            new DensityGrid(TrialPixels, 1, _workers));
        _path = path.Timing is string timing ? $"{path.Name} ({timing})" : path.Name;
        _gpu = path is { Particles: GpuParticles particles, Density: GpuDensity density } ? new GpuPictures(particles, density) : null;
        _flowPath = path;
        if (path.Failure is string failure)
        {
            _error.WriteLine($"rtflow: The GPU cannot compute the particles, so the CPU does: {failure.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Draws a frame, and hands it to what records it.</summary>
    private void Draw()
    {
        _studio!.Draw();
        if (_studio.Frames == 1 && _options.Record is string path)
        {
            _capture!.Begin(path);
        }

        _capture!.Take();
    }

    /// <summary>Makes the studio, once it is known what draws.</summary>
    private void Begin(IFrameRenderer renderer, string device, int? frames, Action<StudioRequest> ask, int framesPerSecond = FramesPerSecond)
    {
        _device = device;
        _studio = _options.Images is VaeSubject images
            ? new VaeStudio(images, VaeStudio.Plan(frames) with { Threads = _options.Threads, Device = device }, renderer, _workers)
            : new Studio(_options.State, Plan(frames) with { Threads = _options.Threads, Device = device }, renderer, _workers) { Gpu = _gpu };
        _capture = new StudioCapture(_studio, _options.StateFile, framesPerSecond);
        _studio.Requested += ask;
        _studio.Requested += _capture.Do;
    }

    private static bool HasPixels(Vector2D<int> size) => size.X > 0 && size.Y > 0;

    private void Drop(string[] paths)
    {
        if (paths is [string path])
        {
            _studio!.Drop(path);
        }
        else
        {
            _studio!.Say($"{paths.Length} files were dropped: drop one", warns: true);
        }
    }

    /// <summary>What a host does of what the studio wants.</summary>
    private static void Ask(RenderHost host, StudioRequest request)
    {
        if (request == StudioRequest.Close)
        {
            host.Close();
        }
        else if (request == StudioRequest.FullScreen && host is GlfwHost window)
        {
            window.IsFullScreen = !window.IsFullScreen;
        }
    }

    private static StudioOptions Plan(int? frames)
    {
        int? stepsAFrame = frames is int count ? Math.Clamp(PlannedSteps / count, LeastStepsAFrame, MostStepsAFrame) : null;
        return new StudioOptions { StepsAFrame = stepsAFrame, ScheduledSteps = frames * stepsAFrame ?? WindowSteps };
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
