using System.Numerics.Tensors;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Figures;

/// <summary>
/// Trains a <see cref="NiceFlow"/> as <see cref="Trainer"/> trains the engine's flows: the same free energy, noise, optimizer and schedules,
/// the gradient by all parameters in closed form.
/// </summary>
internal sealed class NiceTrainer
{
    private readonly Target _target;
    private readonly TrainerOptions _options;
    private readonly Optimizer _optimizer;
    private readonly RandomStream _stream;
    private readonly float[] _noise, _points, _inputs, _values, _cotangents, _sums;
    private readonly double[] _gradient;
    private long _steps;

    public NiceTrainer(NiceFlow flow, Target target, TrainerOptions options)
    {
        (Flow, _target, _options) = (flow, target, options);
        _optimizer = Optimizer.Create(options, flow.Parameters.Length);
        _stream = new RandomStream(options.Seed, StreamNumbers.Training);
        _noise = new float[2 * options.BatchSize];
        _points = new float[2 * options.BatchSize];
        _cotangents = new float[2 * options.BatchSize];
        _inputs = new float[flow.LayerCount * options.BatchSize];
        _values = new float[options.BatchSize];
        _sums = new float[LaneDispatch.Slots * flow.Parameters.Length];
        _gradient = new double[flow.Parameters.Length];
    }

    /// <summary>What is trained.</summary>
    public NiceFlow Flow { get; }

    /// <summary>The gradient of the last step.</summary>
    public ReadOnlySpan<double> Gradient => _gradient;

    /// <summary>One step down the gradient of F = E[ln q_0 − β ln p̃].</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1.</param>
    public void Step(double progress)
    {
        int batch = _options.BatchSize;
        _stream.FillNormal((ulong)_steps * (ulong)_noise.Length, _noise);
        _noise.CopyTo(_points, 0);
        Flow.Sample(_points, _values, _inputs);
        _target.Evaluate(_points, _values, _cotangents);
        TensorPrimitives.Multiply(_cotangents, (float)(_options.BetaAt(progress) / batch), _cotangents);
        Array.Clear(_sums);
        Flow.Backward(_cotangents, _inputs, _sums);
        for (int i = 0; i < _gradient.Length; i++)
        {
            _gradient[i] = Fold(_sums.AsSpan(i * LaneDispatch.Slots, LaneDispatch.Slots));
        }

        for (int i = 0; i < 2; i++)
        {
            // By μ and ln σ, of z_0 = μ + σ ε; ln q_0 holds −ln σ.
            (double byMean, double byScale) = (0, 0);
            for (int j = i * batch; j < (i + 1) * batch; j++)
            {
                byMean += _cotangents[j];
                byScale += _cotangents[j] * _noise[j];
            }

            _gradient[i] = byMean;
            _gradient[2 + i] = (Flow.Scale(i) * byScale) - 1;
        }

        _steps++;
        if (TensorPrimitives.IsFiniteAll<double>(_gradient))
        {
            _optimizer.Step(Flow.Parameters, _gradient, _options.LearningRateAt(progress));
        }
    }

    private static double Fold(ReadOnlySpan<float> slots)
    {
        double sum = 0;
        foreach (float slot in slots)
        {
            sum += slot;
        }

        return sum;
    }
}
