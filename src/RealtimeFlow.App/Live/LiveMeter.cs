using System.Diagnostics;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>
/// Measures the frames of a running studio for some seconds, once it has settled. It asks for no more than a clock tells: what it measures
/// is the program as it always runs. Allocates nothing a frame.
/// </summary>
/// <param name="seconds">How long; positive.</param>
internal sealed class LiveMeter(double seconds)
{
    // Until then code is compiled, and the pictures find the resolution that they can hold; before a short look, as long as that takes.
    private const double MostSettlingSeconds = 5;

    // No multiple of a frame: the pointer is moved at any moment of one.
    private const double SecondsBetweenMoves = 0.0437;

    private readonly FrameTimes _intervals = new(), _work = new(), _latencies = new();
    private double? _firstPicture;
    private long _loaded, _start, _shown, _began, _moved, _due;
    private int _mostPictures;
    private long _bytes, _workingSet, _steps;
    private double _particles, _particleSeconds, _densitySeconds, _drawSeconds, _showSeconds;

    /// <summary>Whether all was measured.</summary>
    public bool IsOver => _start != 0 && Seconds >= seconds;

    private double Seconds => Stopwatch.GetElapsedTime(_start, _shown).TotalSeconds;

    /// <summary>To be called when a frame begins, after what happened was taken in.</summary>
    /// <param name="studio">What runs.</param>
    public void BeginFrame(Studio studio)
    {
        _began = Stopwatch.GetTimestamp();
        _loaded = _loaded == 0 ? _began : _loaded;

        // A hand that is simulated: what it did while the last frame was made waited for this one, as an event of the system does.
        if (_due != 0 && _began >= _due)
        {
            (_moved, _due) = (_due, _began + (long)(SecondsBetweenMoves * Stopwatch.Frequency));
            studio.Handle(new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, 0, 0));
        }
    }

    /// <summary>To be called when a frame is on the screen.</summary>
    /// <param name="studio">What runs.</param>
    /// <param name="showSeconds">What the way from the renderer to the screen took.</param>
    public void EndFrame(Studio studio, double showSeconds)
    {
        long last = _shown;
        _shown = Stopwatch.GetTimestamp();
        _firstPicture ??= SecondsOfProcess();
        if (_start == 0)
        {
            if (Stopwatch.GetElapsedTime(_loaded, _shown).TotalSeconds >= Math.Min(seconds, MostSettlingSeconds))
            {
                Start(studio);
            }

            return;
        }

        _intervals.Add(Stopwatch.GetElapsedTime(last, _shown).TotalMilliseconds);
        _work.Add(Stopwatch.GetElapsedTime(_began, _shown).TotalMilliseconds);
        if (_moved != 0)
        {
            _latencies.Add(Stopwatch.GetElapsedTime(_moved, _shown).TotalMilliseconds);
            _mostPictures = Math.Max(_mostPictures, _moved < last ? 2 : 1);
            _moved = 0;
        }

        FrameFacts facts = studio.Facts;
        _particles += facts.ParticlesAFrame;
        _particleSeconds += facts.ParticleSeconds;
        _densitySeconds += facts.DensitySeconds;
        _drawSeconds += facts.DrawSeconds;
        _showSeconds += showSeconds;
    }

    /// <summary>What was measured so far.</summary>
    /// <param name="studio">What ran.</param>
    /// <param name="device">What drew.</param>
    /// <param name="path">What computed particles and density.</param>
    public LiveReport Report(Studio studio, string device, string path)
    {
        // First of all, before the report has its own bytes.
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - _bytes, frames = Math.Max(1, _intervals.Count);
        double elapsed = _start == 0 ? 0 : Seconds;
        return new LiveReport(
            studio.Renderer.Layout.Width,
            studio.Renderer.Layout.Height,
            device,
            path,
            elapsed,
            _intervals.Count,
            Json.Number(_intervals.Count / elapsed),
            _intervals.Report(),
            _work.Report(),
            new FrameWorkReport(1000 * _particleSeconds / frames, 1000 * _densitySeconds / frames, 1000 * _drawSeconds / frames, 1000 * _showSeconds / frames),
            Json.Number((studio.Snapshot.Steps - _steps) / elapsed),
            studio.State.Particles,
            _particles / frames,
            studio.Facts.DensityScale,
            _latencies.Report(),
            _mostPictures,
            (double)bytes / frames,
            _workingSet,
            Environment.WorkingSet,
            _firstPicture);
    }

    private static double SecondsOfProcess()
    {
        using Process process = Process.GetCurrentProcess();
        return (DateTime.Now - process.StartTime).TotalSeconds;
    }

    private void Start(Studio studio)
    {
        (_start, _due) = (_shown, _shown + 1);
        (_workingSet, _steps) = (Environment.WorkingSet, studio.Snapshot.Steps);
        _bytes = GC.GetTotalAllocatedBytes(precise: true);
    }
}
