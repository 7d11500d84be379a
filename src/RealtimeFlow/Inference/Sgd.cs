using System.Numerics.Tensors;

namespace RealtimeFlow.Inference;

/// <summary>Stochastic gradient descent with momentum 0.9: B. Polyak, <i>Some methods of speeding up the convergence of iteration methods</i>, 1964.</summary>
internal sealed class Sgd(int parameters) : Optimizer(parameters, new OptimizerState("velocity", true))
{
    private const double Momentum = 0.9;

    /// <inheritdoc/>
    private protected override void FindStep(ReadOnlySpan<double> gradient, double learningRate, Span<double> step)
    {
        Span<double> velocity = State(0);
        TensorPrimitives.Multiply(gradient, learningRate, step);
        TensorPrimitives.FusedMultiplyAdd(velocity, Momentum, step, velocity);
        velocity.CopyTo(step);
    }
}
