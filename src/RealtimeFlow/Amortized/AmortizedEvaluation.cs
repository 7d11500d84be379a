namespace RealtimeFlow.Amortized;

/// <summary>How well a model explains images that it has not seen, in nats an image.</summary>
/// <param name="FreeEnergy">F at β = 1, the mean over images and samples: never below −ln p(x), in expectation.</param>
/// <param name="Reconstruction">Its part E[−ln p(x|z)].</param>
/// <param name="Divergence">Its part KL(q_K(z|x) ‖ p(z)).</param>
/// <param name="NegativeLogLikelihood">
/// The mean of −ln p̂(x), p̂(x) = 1/S Σ p(x, z_s)/q_K(z_s|x): by importance sampling, which overestimates it, in expectation.
/// </param>
/// <param name="StandardError">Of that mean, as one over images drawn at random; NaN for one image.</param>
/// <param name="MonteCarloError">
/// Of that mean for these very images: how far other samples would move it, by the difference between two halves of the samples. NaN for one sample.
/// </param>
/// <param name="MonteCarloBias">
/// How much higher half of the samples put it, on average: how far it is too high for want of samples where that falls as 1/S, and less than that
/// where the weights have heavy tails. NaN for one sample.
/// </param>
public readonly record struct AmortizedEvaluation(
    double FreeEnergy,
    double Reconstruction,
    double Divergence,
    double NegativeLogLikelihood,
    double StandardError,
    double MonteCarloError,
    double MonteCarloBias);
