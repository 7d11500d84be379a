using System.Diagnostics;
using RealtimeFlow.App.Terminal;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;
using Silk.NET.Maths;
using Silk.NET.OpenGL;

namespace RealtimeFlow.App.Live;

/// <summary>Finds out what can draw here, and draws the session there: in a window, by OpenGL without one, or on the CPU alone.</summary>
internal sealed class LiveLoop
{
    /// <summary>The frames that are drawn without a window, where no number was asked for.</summary>
    public const int FramesWithoutWindow = 300;

    /// <summary>Where the picture goes without a window, where no file was named.</summary>
    public const string PictureWithoutWindow = "rtflow.png";

    private const double WindowFramesPerSecond = 60;

    private readonly LiveOptions _options;
    private readonly TextWriter _error;
    private readonly WorkerPool _workers;
    private readonly CancellationToken _interrupted;
    private readonly List<string> _missing = [];
    private LiveSession? _session;
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
        LiveLoop loop = new(options, error, workers, interruption.Token);
        long start = Stopwatch.GetTimestamp();
        string? picture = loop.InWindow() || loop.InTerminal() ? options.Screenshot : loop.WithoutWindow();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        LiveSession session = loop._session!;
        output.WriteLine(FormattableString.Invariant(
            $"{session.Frames} frames in {seconds:F1} s ({session.Frames / seconds:F1} a second), {loop._device}"));
        output.WriteLine($"particles and density: {session.Path.Name}{(session.Path.Timing is string timing ? $" ({timing})" : "")}");
        output.WriteLine(session.Summary());
        if (picture != null)
        {
            PngWriter.Write(picture, loop._picture, loop._pictureSize.Width, loop._pictureSize.Height);
            output.WriteLine($"picture: {picture}");
        }
    }

    private bool InWindow()
    {
        if (_options.Mode is LiveMode.Headless or LiveMode.Terminal)
        {
            return false;
        }

        GlfwHost host = new(Host() with { FramesPerSecond = WindowFramesPerSecond });
        host.Input += input =>
        {
            if (input.Kind == InputKind.KeyDown && LiveKeys.Press(_session!, input.Key))
            {
                host.Close();
            }
        };
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
        bool asPicture = _options.Frames != null || _options.Screenshot != null;
        if (_options.Mode != LiveMode.Terminal && (_options.Mode != LiveMode.Any || asPicture || TerminalScreen.Missing() != null))
        {
            return false;
        }

        using TerminalRenderer renderer = new();
        renderer.Resize(_options.Size.Width, _options.Size.Height);
        TellMissing("in the terminal");
        using (TerminalScreen screen = TerminalScreen.Open())
        {
            Begin(renderer, null, "CPU, in the terminal", frames: null);
            TerminalLoop.Run(
                screen,
                renderer,
                () =>
                {
                    _session!.Advance();
                    _session.Draw();
                    return _session.Frames != _options.Frames;
                },
                input => input.Kind == InputKind.KeyDown && LiveKeys.Press(_session!, input.Key),
                _interrupted);
        }

        KeepPicture(renderer);
        return true;
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

    /// <summary>Runs the session in a host; false, with the reason kept, where the machine lacks what the host needs.</summary>
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
            string name = $"{device.Name.Split('(')[0].Trim()}{(device.IsSoftware ? " (software rendering)" : "")}";
            TellMissing($"without: {frames} frames, {name}");
            Begin(renderer, gl, name, againstTheClock ? null : frames);
        };
        host.FramebufferResize += size => renderer!.Resize(size.X, size.Y);
        host.Update += _ =>
        {
            _session!.Advance();
            if (_interrupted.IsCancellationRequested)
            {
                host.Close();
            }
        };
        host.Render += _ =>
        {
            _session!.Draw();
            if (_session.Frames >= frames)
            {
                host.Close();
            }
        };
        host.Closing += () =>
        {
            KeepPicture(renderer);
            _session?.Close();
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
        TellMissing($"without: {frames} frames, CPU alone");
        Begin(renderer, null, "CPU alone", frames);
        do
        {
            _session!.Advance();
            _session.Draw();
        }
        while (_session.Frames < frames && !_interrupted.IsCancellationRequested);
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

    /// <summary>Makes the session, once it is known what draws.</summary>
    private void Begin(IFrameRenderer renderer, GL? gl, string device, int? frames)
    {
        _device = device;
        _session = new LiveSession(_options, renderer, gl, _workers, device, frames);
        if (_session.Path.Failure is string failure)
        {
            _error.WriteLine($"rtflow: The GPU cannot compute the particles, so the CPU does: {failure.ReplaceLineEndings(" ")}");
        }
    }

    private void KeepPicture(IFrameRenderer? renderer)
    {
        if (_session != null && renderer != null)
        {
            _picture = _session.Picture();
            _pictureSize = (renderer.Layout.Width, renderer.Layout.Height);
        }
    }
}
