using RealtimeFlow.Density;

namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// What float32 can hold along one path z_0 → z_K, by first-order error analysis: layer k leaves its image off by ε δ_k and its
/// ln det by ε λ_k, and the other layers carry that on. The factor 4 is the margin over the roundings counted once. ε = 2⁻²⁴.
/// </summary>
internal sealed class RoundingBounds
{
    private const double Epsilon = 1.0 / (1 << 24);

    private readonly ReferenceFlow _flow;
    private readonly double[][] _path;
    private readonly double _logDet;
    private readonly double[] _ofMap;
    private readonly double[] _ofLogDet;
    private readonly (LayerJacobian Jacobian, double[] LogDetGradient)[] _slopes;

    private RoundingBounds(ReferenceFlow flow, double[][] path)
    {
        (_flow, _path) = (flow, path);
        _logDet = flow.LogDet(path);
        _ofMap = [.. flow.Layers.Select((layer, k) => layer.RoundingOfMap(path[k]))];
        _ofLogDet = [.. flow.Layers.Select((layer, k) => layer.RoundingOfLogDet(path[k]))];
        _slopes = [.. flow.Layers.Select((layer, k) => layer.Differentiate(path[k]))];
    }

    /// <summary>Of f⁻¹(f(z_0)): 4 ε (‖z_0‖ + 2 Σ ‖J⁻¹_{1..k}‖₂ δ_k).</summary>
    public double Origin
    {
        get
        {
            double sum = Vectors.Norm(_path[0]);
            double[,] back = Vectors.Identity(_flow.Dimension);
            for (int k = 0; k < _slopes.Length; k++)
            {
                back = _slopes[k].Jacobian.AfterInverse(back);
                sum += 2 * Vectors.SpectralNorm(back) * _ofMap[k];
            }

            return Bound(sum);
        }
    }

    /// <summary>
    /// Of ln q_K at z_K by the inverse: 4 ε (‖z_0‖² + Σ (2 ‖G_k‖ δ_k + λ_k)) for a standard normal base, G_k the score of q_k; and the
    /// rounding of the three numbers ln q_0, Σ ln det and ln q_K themselves, which for |ln q_K| ≥ 4 and K = 1 is all of the former.
    /// </summary>
    public double LogDensity
    {
        get
        {
            double sum = _flow.Base.Rounding(_path[0]);
            double[] score = _flow.Base.Score(_path[0]);
            for (int k = 0; k < _slopes.Length; k++)
            {
                score = _slopes[k].Jacobian.InverseTransposedTimes(Vectors.Subtract(score, _slopes[k].LogDetGradient));
                sum += (2 * Vectors.Norm(score) * _ofMap[k]) + _ofLogDet[k];
            }

            return Bound(sum) + OfResults(_flow.Base.LogDensity(_path[0]), -_logDet);
        }
    }

    /// <summary>Of f(z_0): what layer k leaves reaches z_K through the Jacobian of the layers behind it.</summary>
    public double Image
    {
        get
        {
            double sum = Vectors.Norm(_path[0]);
            double[,] ahead = Vectors.Identity(_flow.Dimension);
            for (int k = _slopes.Length - 1; k >= 0; k--)
            {
                sum += 2 * Vectors.SpectralNorm(ahead) * _ofMap[k];
                ahead = _slopes[k].Jacobian.After(ahead);
            }

            return Bound(sum);
        }
    }

    /// <summary>Of Σ ln det at z_0, forward.</summary>
    public double LogDet => Bound(Ahead(new double[_flow.Dimension])) + OfResults(0, _logDet);

    /// <summary>Of ln q(z_0) = ln q_0(z_K) + Σ ln det: the normalizing reading.</summary>
    public double LogDensityForward =>
        Bound(_flow.Base.Rounding(_path[^1]) + Ahead(_flow.Base.Score(_path[^1]))) + OfResults(_flow.Base.LogDensity(_path[^1]), _logDet);

    /// <summary>The bounds of the forward path from z_0.</summary>
    public static RoundingBounds From(ReferenceFlow flow, double[] z0) => new(flow, flow.PathFrom(z0));

    /// <summary>The bounds of the path back from z_K.</summary>
    public static RoundingBounds To(ReferenceFlow flow, double[] image) => new(flow, flow.PathTo(image));

    /// <summary>Of ln q at a point of the data, in the reading of the flow.</summary>
    public static double OfLogDensity(ReferenceFlow flow, double[] y, FlowDirection direction) =>
        direction == FlowDirection.Generative ? To(flow, y).LogDensity : From(flow, y).LogDensityForward;

    /// <summary>Σ (2 ‖G‖ δ_k + λ_k), G the gradient of what is still ahead: of the later ln det, and of a function of z_K.</summary>
    private double Ahead(double[] gradient)
    {
        double sum = 0;
        for (int k = _slopes.Length - 1; k >= 0; k--)
        {
            sum += (2 * Vectors.Norm(gradient) * _ofMap[k]) + _ofLogDet[k] + _flow.Layers[k].RoundingOfDeterminant(_path[k]);
            gradient = Vectors.Add(_slopes[k].LogDetGradient, _slopes[k].Jacobian.TransposedTimes(gradient));
        }

        return sum;
    }

    /// <summary>With what products of tiny numbers may vanish by.</summary>
    private static double Bound(double roundings) => (4 * Epsilon * roundings) + 1e-37;

    private static double OfResults(double logBase, double logDet) =>
        Epsilon * (Math.Abs(logBase) + Math.Abs(logDet) + Math.Abs(logBase + logDet));
}
