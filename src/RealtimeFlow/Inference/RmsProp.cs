using System.Numerics.Tensors;

namespace RealtimeFlow.Inference;

/// <summary>RMSprop with momentum, as Rezende &amp; Mohamed 2015 train: momentum 0.9, decay 0.9 of the squared gradient.</summary>
internal sealed class RmsProp(int parameters, double epsilon) : Optimizer(parameters, new("velocity", true), new("square", false))
{
    private const double Decay = 0.9, Momentum = 0.9;

    /// <inheritdoc/>
    private protected override void FindStep(ReadOnlySpan<double> gradient, double learningRate, Span<double> step)
    {
        Span<double> velocity = State(0), square = State(1);
        TensorPrimitives.Multiply(gradient, gradient, step);
        RunningMean.Add(square, Decay, step, step);
        TensorPrimitives.Sqrt(square, step);
        TensorPrimitives.Add(step, epsilon, step);
        TensorPrimitives.Divide(gradient, step, step);
        TensorPrimitives.Multiply(step, learningRate, step);
        TensorPrimitives.FusedMultiplyAdd(velocity, Momentum, step, velocity);
        velocity.CopyTo(step);
    }
}
