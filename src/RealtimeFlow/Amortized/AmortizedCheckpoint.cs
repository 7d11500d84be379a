using RealtimeFlow.Inference;

namespace RealtimeFlow.Amortized;

/// <summary>
/// A run of an <see cref="AmortizedTrainer"/> between two steps: all that decides how it goes on. A trainer made of it takes the same steps,
/// bit for bit, on the same images.
/// </summary>
/// <param name="Model">The model.</param>
/// <param name="Options">How it is trained.</param>
/// <param name="State">What the trainer has counted.</param>
/// <param name="Parameters">The model's block.</param>
/// <param name="First">What the optimizer keeps first of each parameter.</param>
/// <param name="Second">What it keeps second.</param>
public sealed record AmortizedCheckpoint(
    LatentGaussianModel Model,
    AmortizedOptions Options,
    AmortizedState State,
    ReadOnlyMemory<float> Parameters,
    ReadOnlyMemory<float> First,
    ReadOnlyMemory<float> Second);

/// <summary>What a trainer has counted, and what its last step reported.</summary>
/// <param name="Steps">Steps so far, the skipped ones included.</param>
/// <param name="SkippedSteps">Steps that were not taken because the loss or the gradient was not finite.</param>
/// <param name="Bound">The bound of the last step's minibatch, in nats.</param>
/// <param name="Reconstruction">Its mean of −ln p(x|z).</param>
/// <param name="Divergence">Its mean of ln q_K(z|x) − ln p(z).</param>
/// <param name="GradientNorm">The Euclidean norm of the last step's gradient, before it was shortened.</param>
/// <param name="UsualNorm">That of the gradients before, by which one is too long.</param>
public readonly record struct AmortizedState(
    long Steps, long SkippedSteps, double Bound, double Reconstruction, double Divergence, double GradientNorm, UsualNorm UsualNorm)
{
    /// <summary>That of a run that has not begun.</summary>
    public static AmortizedState Beginning { get; } = new(0, 0, double.NaN, double.NaN, double.NaN, double.NaN, default);
}
