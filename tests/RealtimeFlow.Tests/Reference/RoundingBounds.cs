namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// What float32 can hold along one path z_0 → z_K, by first-order error analysis: layer k leaves its image off by ε δ_k and its
/// ln det by ε λ_k, and the other layers carry that on. The factor 4 is the margin over the roundings counted once. ε = 2⁻²⁴.
/// </summary>
/// <param name="Image">Of f(z_0).</param>
/// <param name="LogDet">Of Σ ln det at z_0, forward.</param>
/// <param name="Origin">Of f⁻¹(f(z_0)): 4 ε (‖z_0‖ + 2 Σ ‖J⁻¹_{1..k}‖₂ δ_k).</param>
/// <param name="LogDensity">Of ln q_K at z_K by the inverse: 4 ε (‖z_0‖² + Σ (2 ‖G_k‖ δ_k + λ_k)) for a standard normal base, G_k the score of q_k.</param>
/// <param name="LogDensityForward">Of ln q(z_0) = ln q_0(z_K) + Σ ln det, the normalizing reading, the base's rounding included.</param>
internal readonly record struct RoundingBounds(double Image, double LogDet, double Origin, double LogDensity, double LogDensityForward)
{
    private const double FourEpsilon = 4.0 / (1 << 24);

    /// <summary>The bounds at the origin z_0.</summary>
    public static RoundingBounds Along(ReferenceFlow flow, double[] z0)
    {
        int depth = flow.Layers.Length, n = flow.Dimension;
        double[] map = new double[depth], logDet = new double[depth];
        double[][] gradients = new double[depth][];
        LayerJacobian[] jacobians = new LayerJacobian[depth];
        double[] z = [.. z0];

        double origin = Vectors.Norm(z0), logDensity = flow.Base.Rounding(z0), total = 0;
        double[] score = flow.Base.Score(z0);
        double[,] back = Vectors.Identity(n);
        for (int k = 0; k < depth; k++)
        {
            ReferenceLayer layer = flow.Layers[k];
            map[k] = layer.RoundingOfMap(z);
            logDet[k] = layer.RoundingOfLogDet(z);
            (jacobians[k], gradients[k]) = layer.Differentiate(z);
            double[] y = new double[n];
            total += layer.Forward(z, y);
            z = y;

            back = jacobians[k].AfterInverse(back);
            score = jacobians[k].InverseTransposedTimes(Vectors.Subtract(score, gradients[k]));
            origin += 2 * Vectors.SpectralNorm(back) * map[k];
            logDensity += (2 * Vectors.Norm(score) * map[k]) + logDet[k];
        }

        // The same from the end: what layer k leaves reaches z_K through the Jacobian of the layers behind it, Σ ln det through the
        // gradient of theirs, and ln q_0(z_K) + Σ ln det through the score of what is still ahead.
        double image = Vectors.Norm(z0), logDetSum = Math.Abs(total), forward = flow.Base.Rounding(z) + Math.Abs(total);
        double[,] ahead = Vectors.Identity(n);
        double[] gradient = new double[n], scoreAhead = flow.Base.Score(z);
        for (int k = depth - 1; k >= 0; k--)
        {
            image += 2 * Vectors.SpectralNorm(ahead) * map[k];
            logDetSum += (2 * Vectors.Norm(gradient) * map[k]) + logDet[k];
            forward += (2 * Vectors.Norm(scoreAhead) * map[k]) + logDet[k];
            ahead = jacobians[k].After(ahead);
            gradient = Vectors.Add(gradients[k], jacobians[k].TransposedTimes(gradient));
            scoreAhead = Vectors.Add(gradients[k], jacobians[k].TransposedTimes(scoreAhead));
        }

        return new RoundingBounds(Bound(image), Bound(logDetSum), Bound(origin), Bound(logDensity), Bound(forward));

        // Products of tiny numbers may vanish altogether.
        static double Bound(double roundings) => (FourEpsilon * roundings) + 1e-37;
    }
}
