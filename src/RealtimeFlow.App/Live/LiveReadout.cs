using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Live;

/// <summary>The numbers beside the picture, written into one buffer: a frame's text allocates nothing.</summary>
internal sealed class LiveReadout
{
    // The share of a new measurement in what is shown: numbers that people can read stand still.
    private const double Freshness = 0.05;

    private static readonly NumberFormatInfo Numbers = new() { NaNSymbol = "–", PositiveInfinitySymbol = "∞", NegativeInfinitySymbol = "−∞" };

    // Behind a k-hat that warns.
    private static readonly string TooHigh = string.Create(CultureInfo.InvariantCulture, $" > {Diagnosis.ParetoThreshold}");

    private readonly char[] _text = new char[2048];
    private readonly string _layers;
    private readonly string _threads;
    private readonly string _path;
    private int _length;
    private double _frameSeconds;
    private double _stepsPerSecond;

    /// <summary>Makes a readout.</summary>
    /// <param name="layers">The flow's formula.</param>
    /// <param name="threads">The threads that compute.</param>
    /// <param name="path">What sends the particles through the flow.</param>
    public LiveReadout(string layers, int threads, string path)
    {
        _layers = layers;
        _path = path;
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
        Trainer trainer = engine.Trainer;
        Diagnosis diagnosis = engine.Diagnosis;
        Evaluation evaluation = diagnosis.Evaluation;
        _text.AsSpan().TryWrite(
            Numbers,
            $"target\t{trainer.Target.Name}\tfree energy\t{evaluation.FreeEnergy:F4}\tk-hat\t{diagnosis.ParetoShape:F2}{(diagnosis.ParetoShape >= Diagnosis.ParetoThreshold ? TooHigh : "")}\t{(paused ? "paused at" : "step")}\t{trainer.Steps:N0}\tframes/s\t{framesPerSecond:F1}\n"
            + $"layers\t{_layers}\tln Z\t{trainer.Target.LogNormalizer ?? double.NaN:F4}\tKSD\t{diagnosis.Stein.Value:F3}\tβ\t{trainer.Beta:F2}\tsteps/s\t{_stepsPerSecond:N0}\n"
            + $"particles\t{engine.Particles.Count:N0}, {_path}\tKL\t{evaluation.KullbackLeibler ?? double.NaN:F4}\tKSD floor\t{diagnosis.Stein.Floor:F3}\tgradient\t{trainer.GradientNorm:G3}\tbytes/frame\t{frameBytes:N0}\n"
            + $"threads\t{_threads}\tESS\t{evaluation.EffectiveSampleSize:P1}\tleast s\t{LeastScale(trainer.Flow):G3}\tSNR\t{trainer.GradientSignalToNoise:F2}\tskipped\t{trainer.SkippedSteps:N0}",
            out _length);
    }

    private static double LeastScale(FlowDistribution flow)
    {
        // A flow without layers is the identity.
        double least = 1;
        for (int layer = 0; layer < flow.Shape.LayerCount; layer++)
        {
            double scale = flow.Scale(layer);
            least = layer == 0 ? scale : Math.Min(least, scale);
        }

        return least;
    }
}
