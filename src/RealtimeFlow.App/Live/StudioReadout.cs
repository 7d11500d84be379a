using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Live;

/// <summary>What a frame has to say, beside what training says.</summary>
/// <param name="FramesPerSecond">The pace.</param>
/// <param name="StepsPerSecond">Training's pace.</param>
/// <param name="ParticlesAFrame">Those that the frame sent through the flow.</param>
/// <param name="DensityScale">Pixels of the screen to each side of a pixel of the densities.</param>
/// <param name="ParticleSeconds">What it spent on them.</param>
/// <param name="DensitySeconds">What it spent on densities.</param>
/// <param name="DrawSeconds">What drawing took, and uploading.</param>
/// <param name="Bytes">Managed bytes that the last frame allocated, on all threads.</param>
internal readonly record struct FrameFacts(
    double FramesPerSecond,
    double StepsPerSecond,
    int ParticlesAFrame,
    int DensityScale,
    double ParticleSeconds,
    double DensitySeconds,
    double DrawSeconds,
    long Bytes);

/// <summary>The numbers beside the pictures, written into one buffer: a frame's text allocates nothing.</summary>
internal sealed class StudioReadout
{
    private static readonly NumberFormatInfo Numbers = new() { NaNSymbol = "–", PositiveInfinitySymbol = "∞", NegativeInfinitySymbol = "−∞" };

    // Behind a k-hat that warns.
    private static readonly string TooHigh = string.Create(CultureInfo.InvariantCulture, $" > {Diagnosis.ParetoThreshold}");

    private readonly char[] _text = new char[2048];
    private readonly string _threads;
    private readonly string _device;
    private readonly int? _stepsAFrame;
    private int _length;
    private (string Formula, ulong Seed, int DensityScale) _last;
    private string _lastLine = "";

    /// <summary>Makes an empty readout.</summary>
    /// <param name="options">How the studio runs.</param>
    public StudioReadout(StudioOptions options)
    {
        (_device, _stepsAFrame) = (options.Device, options.StepsAFrame);
        _threads = string.Create(CultureInfo.InvariantCulture, $"{options.Threads} threads, width {LaneDispatch.NameOf(LaneDispatch.Width)}");
    }

    /// <summary>The text, for the frame.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>How far what is learned is from what it shall be: KL, or the free energy where ln Z is not known, or −ln q a row.</summary>
    public static (string Label, double Value) Objective(StudioTraining training)
    {
        TrainingSnapshot snapshot = training.Snapshot;
        if (training.Subject.Target == null)
        {
            return ("−ln q", snapshot.Likelihood?.NegativeLogLikelihood ?? snapshot.Loss);
        }

        Evaluation? evaluation = snapshot.Diagnosis?.Evaluation;
        return evaluation?.KullbackLeibler is double kl ? ("KL", kl) : ("F", evaluation?.FreeEnergy ?? double.NaN);
    }

    /// <summary>Writes the numbers of a frame.</summary>
    /// <param name="state">What is set.</param>
    /// <param name="training">What training has reached.</param>
    /// <param name="flow">The flow as it is seen.</param>
    /// <param name="facts">What the last frame had to say.</param>
    /// <param name="frame">Which one this is, from 1.</param>
    public void Write(StudioState state, StudioTraining training, FlowDistribution flow, FrameFacts facts, long frame)
    {
        _length = 0;
        if (state.Readout == StudioNumbers.None)
        {
            return;
        }

        TrainingSnapshot snapshot = training.Snapshot;
        (string label, double objective) = Objective(training);
        string step = state.IsPaused ? "paused at" : "step";
        bool few = state.Readout == StudioNumbers.Few;
        Evaluation? evaluation = snapshot.Diagnosis?.Evaluation;
        double ess = evaluation?.EffectiveSampleSize ?? double.NaN;

        // Where frames are counted no clock runs, and what the machine does is not the picture's.
        (string pace, double frames) = _stepsAFrame == null ? ("frames/s", facts.FramesPerSecond) : ("frame", frame);
        (string speed, double steps) = _stepsAFrame is int each ? ("steps/frame", each) : ("steps/s", facts.StepsPerSecond);
        double bytes = _stepsAFrame == null ? facts.Bytes : double.NaN;
        if (few)
        {
            _text.AsSpan().TryWrite(
                Numbers,
                $"{label}\t{objective:F3}\tESS\t{ess:P0}\t{step}\t{snapshot.Steps:N0}\t{pace}\t{frames:N0}",
                out _length);
            return;
        }

        double khat = snapshot.Diagnosis?.ParetoShape ?? double.NaN;
        double stein = snapshot.Diagnosis?.Stein.Value ?? double.NaN, floor = snapshot.Diagnosis?.Stein.Floor ?? double.NaN;
        _text.AsSpan().TryWrite(
            Numbers,
            $"{label}\t{objective:F4}\tESS\t{ess:P1}\t{step}\t{snapshot.Steps:N0}\t{pace}\t{frames:N0}\n"
            + $"{(label == "F" ? "loss" : "F")}\t{(label == "F" ? snapshot.Loss : evaluation?.FreeEnergy ?? snapshot.Loss):F4}\tk-hat\t{khat:F2}{(khat >= Diagnosis.ParetoThreshold ? TooHigh : "")}\t{speed}\t{steps:N0}\tbytes/frame\t{bytes:N0}\n"
            + $"ln Z\t{training.Subject.Target?.LogNormalizer ?? double.NaN:F4}\tKSD\t{stein:F3}\tbatch\t{snapshot.BatchSize:N0}\tparticles\t{state.Particles:N0}\n"
            + $"gradient\t{snapshot.GradientNorm:G3}\tfloor\t{floor:F3}\trate\t{snapshot.LearningRate:G2}\ta frame\t{facts.ParticlesAFrame:N0}\n"
            + $"SNR\t{snapshot.GradientSignalToNoise:F2}\tleast s\t{LeastScale(flow):G3}\tβ\t{snapshot.Beta:F2}\tskipped\t{snapshot.SkippedSteps:N0}\n"
            + $"{LastLine(state, facts.DensityScale)}",
            out _length);
    }

    /// <summary>What seldom changes, in one line.</summary>
    private string LastLine(StudioState state, int densityScale)
    {
        if (_last != (state.Formula, state.Seed, densityScale))
        {
            _last = (state.Formula, state.Seed, densityScale);
            string coarser = densityScale > 1 ? $", densities at 1:{densityScale}" : "";
            _lastLine = string.Create(CultureInfo.InvariantCulture, $"{state.Formula}, seed {state.Seed}{coarser}, {_threads}, {_device}");
        }

        return _lastLine;
    }

    /// <summary>The least slope of a layer: 1 for a flow without any.</summary>
    private static double LeastScale(FlowDistribution flow)
    {
        double least = double.PositiveInfinity;
        for (int layer = 0; layer < flow.Shape.LayerCount; layer++)
        {
            least = Math.Min(least, flow.Scale(layer));
        }

        return flow.Shape.LayerCount == 0 ? 1 : least;
    }
}
