namespace RealtimeFlow.Targets;

/// <summary>A posterior that is known exactly.</summary>
/// <param name="Mean">Its mean: D numbers.</param>
/// <param name="Covariance">Its covariance: D × D.</param>
/// <param name="LogEvidence">ln ∫ p(z) Π p(xᵢ|z) dz, in nats.</param>
public sealed record GaussianPosterior(IReadOnlyList<double> Mean, double[,] Covariance, double LogEvidence);
