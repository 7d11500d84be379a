using System.Numerics.Tensors;

namespace RealtimeFlow.Inference;

/// <summary>
/// Adam: D. Kingma, J. Ba, <i>Adam: a method for stochastic optimization</i>, ICLR 2015, algorithm 1. The bias corrections 1 − βᵗ are kept
/// for every parameter, since one that joined later has its own t.
/// </summary>
internal sealed class Adam(int parameters, double epsilon, double squareDecay) : Optimizer(
    parameters, new("mean", true), new("mean_weight", false), new("square", false), new("square_weight", false))
{
    private const double Beta1 = 0.9;

    /// <inheritdoc/>
    private protected override void FindStep(ReadOnlySpan<double> gradient, double learningRate, Span<double> step) =>
        FindStep(gradient, State(0), State(1), State(2), State(3), epsilon, squareDecay, learningRate, step);

    /// <summary>Takes a gradient in, along any orthonormal basis, and finds what to subtract.</summary>
    internal static void FindStep(
        ReadOnlySpan<double> gradient,
        Span<double> mean,
        Span<double> meanWeight,
        Span<double> square,
        Span<double> squareWeight,
        double epsilon,
        double squareDecay,
        double learningRate,
        Span<double> step)
    {
        RunningMean.Add(mean, Beta1, gradient, step);
        RunningMean.AddOne(meanWeight, Beta1);
        TensorPrimitives.Multiply(gradient, gradient, step);
        RunningMean.Add(square, squareDecay, step, step);
        RunningMean.AddOne(squareWeight, squareDecay);

        TensorPrimitives.Divide(square, squareWeight, step);
        TensorPrimitives.Sqrt(step, step);
        TensorPrimitives.Add(step, epsilon, step);
        TensorPrimitives.Multiply(step, meanWeight, step);
        TensorPrimitives.Divide(mean, step, step);
        TensorPrimitives.Multiply(step, learningRate, step);
    }
}
