using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Reference;

/// <summary>Raw to effective parameters in float64: û = u + (m(w·u) − w·u) w/‖w‖² (appendix A.1), α = 2⁻⁴⁰ + softplus, s = s_min α + softplus.</summary>
internal static class ReferenceConstraint
{
    public const double LeastAlpha = 1.0 / (1L << 40);

    public const double LeastScale = 1.0 / 4096;

    /// <summary>The effective parameters of one layer.</summary>
    public static double[] Effective(LayerKind kind, int dimension, FlowConstraint constraint, ReadOnlySpan<double> raw)
    {
        double[] effective = raw.ToArray();
        if (kind == LayerKind.Radial)
        {
            double alpha = LeastAlpha + Softplus(raw[dimension]);
            effective[dimension] = alpha;
            effective[dimension + 1] = (LeastScale * alpha) + Softplus(raw[dimension + 1]) - alpha;
            return effective;
        }

        ReadOnlySpan<double> w = raw[..dimension];
        double norm2 = Vectors.Dot(w, w);
        double bend = norm2 == 0 ? 0 : BendOf(constraint, Vectors.Dot(w, raw.Slice(dimension, dimension))) / norm2;
        for (int i = 0; i < dimension; i++)
        {
            effective[dimension + i] += bend * w[i];
        }

        return effective;
    }

    /// <summary>The whole block: the base's numbers stay.</summary>
    public static double[] Effective(FlowShape shape, FlowConstraint constraint, ReadOnlySpan<double> raw)
    {
        double[] effective = raw.ToArray();
        for (int i = 0; i < shape.LayerCount; i++)
        {
            Effective(shape.Layers[i], shape.Dimension, constraint, raw[shape.Layer(i)]).CopyTo(effective.AsSpan(shape.Layer(i)));
        }

        return effective;
    }

    /// <summary>m(x) − x.</summary>
    private static double BendOf(FlowConstraint constraint, double x)
    {
        const double Share = 1 - LeastScale;
        if (constraint == FlowConstraint.Paper)
        {
            return LeastScale + Softplus(x) - 1 - x;
        }

        if (x >= 0)
        {
            return 0;
        }

        // eʸ − 1 − y: five terms of its series hold fifteen digits below 0.01, where the difference would lose them.
        double y = x / Share;
        double rest = y > -0.01
            ? y * y * (0.5 + (y * ((1.0 / 6) + (y * ((1.0 / 24) + (y * ((1.0 / 120) + (y * ((1.0 / 720) + (y / 5040))))))))))
            : Math.Exp(y) - 1 - y;
        return Share * rest;
    }

    // ln(1 + eˣ) in float64 as printed; where 1 + eˣ would round eˣ away, two terms of its series.
    private static double Softplus(double x) =>
        x > 35 ? x : x < -18 ? Math.Exp(x) - (Math.Exp(2 * x) / 2) : Math.Log(1 + Math.Exp(x));
}
