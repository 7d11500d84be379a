namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// What float32 can hold along one path z_0 → z_K, by first-order error analysis: layer k leaves its image off by ε δ_k and its
/// ln det by ε λ_k, and later layers carry the former on. The factor 4 is the margin over the roundings counted once.
/// </summary>
/// <remarks>With G_k the score of q_k and J the Jacobians, all by central differences. ε = 2⁻²⁴.</remarks>
internal readonly record struct RoundingBounds(double Image, double LogDet, double Origin, double LogDensity)
{
    private const double FourEpsilon = 4.0 / (1 << 24);

    /// <summary>Bounds on z_K, on Σ ln det, on the origin that the inverse finds, and on ln q_K at z_K.</summary>
    public static RoundingBounds Along(ReferenceFlow flow, double[] z0)
    {
        int depth = flow.Layers.Length, n = flow.Dimension;
        double[] map = new double[depth], logDet = new double[depth];
        double[][] gradients = new double[depth][];
        double[][,] jacobians = new double[depth][,];
        double[] z = [.. z0];

        double origin = Vectors.Norm(z0), logDensity = flow.RoundingOfLogBase(z0);
        double[] score = Derivative.Gradient(x => flow.LogBase(x), z0);
        double total = 0;
        double[,] back = Vectors.Identity(n);
        for (int k = 0; k < depth; k++)
        {
            ReferenceLayer layer = flow.Layers[k];
            map[k] = layer.RoundingOfMap(z);
            logDet[k] = layer.RoundingOfLogDet(z);
            gradients[k] = Derivative.LogDetGradient(layer, z);
            jacobians[k] = Derivative.Jacobian((x, y) => layer.Forward(x, y), z);
            double[] y = new double[n];
            total += layer.Forward(z, y);
            z = y;

            double[,] inverse = Vectors.Invert(jacobians[k]).Inverse;
            back = Vectors.Multiply(back, inverse);
            score = Vectors.TransposedTimes(inverse, Vectors.Subtract(score, gradients[k]));
            origin += 2 * Vectors.SpectralNorm(back) * map[k];
            logDensity += (2 * Vectors.Norm(score) * map[k]) + logDet[k];
        }

        // The same from the end: what layer k leaves reaches z_K through the Jacobian of the layers behind it, and Σ ln det
        // through the gradient of theirs.
        double image = Vectors.Norm(z0), logDetSum = 0;
        double[,] ahead = Vectors.Identity(n);
        double[] gradient = new double[n];
        for (int k = depth - 1; k >= 0; k--)
        {
            image += 2 * Vectors.SpectralNorm(ahead) * map[k];
            logDetSum += (2 * Vectors.Norm(gradient) * map[k]) + logDet[k];
            ahead = Vectors.Multiply(ahead, jacobians[k]);
            gradient = Vectors.Add(gradients[k], Vectors.TransposedTimes(jacobians[k], gradient));
        }

        return new RoundingBounds(Bound(image), Bound(logDetSum + Math.Abs(total)), Bound(origin), Bound(logDensity + Math.Abs(total)));

        // Products of tiny numbers may vanish altogether.
        static double Bound(double roundings) => (FourEpsilon * roundings) + 1e-37;
    }
}
