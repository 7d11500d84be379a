using System.Globalization;
using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App;

/// <summary>The numbers beside the picture, written into one buffer: a frame's text allocates nothing.</summary>
internal sealed class LiveReadout
{
    // The share of a new measurement in what is shown: numbers that people can read stand still.
    private const double Freshness = 0.05;

    private readonly char[] _text = new char[2048];
    private readonly string _layers;
    private readonly string _threads;
    private int _length;
    private double _frameSeconds;
    private double _stepsPerSecond;

    /// <summary>Makes a readout.</summary>
    /// <param name="layers">The flow's formula.</param>
    /// <param name="threads">The threads that compute.</param>
    public LiveReadout(string layers, int threads)
    {
        _layers = layers;
        _threads = $"{threads}, width {LaneDispatch.NameOf(LaneDispatch.Width)}";
    }

    /// <summary>The text, for the frame.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>Takes in a frame's pace.</summary>
    /// <param name="seconds">From the last frame to this one.</param>
    /// <param name="steps">Training steps in between.</param>
    public void Add(double seconds, int steps)
    {
        // The first frames weigh as much as they are many.
        double share = _frameSeconds == 0 ? 1 : Freshness;
        _frameSeconds += share * (seconds - _frameSeconds);
        _stepsPerSecond += share * ((steps / seconds) - _stepsPerSecond);
    }

    /// <summary>Writes the numbers of a frame.</summary>
    /// <param name="engine">What they are about.</param>
    /// <param name="frameBytes">Managed bytes that the last frame allocated, drawing included, on all threads.</param>
    /// <param name="paused">Whether time stands still.</param>
    public void Write(FlowEngine engine, long frameBytes, bool paused)
    {
        double framesPerSecond = _frameSeconds > 0 ? 1 / _frameSeconds : 0;
        Span<char> logZ = stackalloc char[16], kl = stackalloc char[24];
        logZ = Format(logZ, engine.Trainer.Target.LogNormalizer, "F4");
        kl = Format(kl, engine.Evaluation.KullbackLeibler, "F4");
        _text.AsSpan().TryWrite(
            CultureInfo.InvariantCulture,
            $"target\t{engine.Trainer.Target.Name}\tfree energy\t{engine.Evaluation.FreeEnergy:F4}\tframes/s\t{framesPerSecond:F1}\tstep\t{engine.Trainer.Steps:N0}{(paused ? " (paused)" : "")}\n"
            + $"layers\t{_layers}\tln Z\t{logZ}\tsteps/s\t{_stepsPerSecond:N0}\tβ\t{engine.Trainer.Beta:F2}\n"
            + $"particles\t{engine.Particles.Count:N0}\tKL\t{kl}\tbytes/frame\t{frameBytes:N0}\tthreads\t{_threads}",
            out _length);
    }

    private static Span<char> Format(Span<char> text, double? number, string format)
    {
        if (number is double known && known.TryFormat(text, out int length, format, CultureInfo.InvariantCulture))
        {
            return text[..length];
        }

        text[0] = '–';
        return text[..1];
    }
}
