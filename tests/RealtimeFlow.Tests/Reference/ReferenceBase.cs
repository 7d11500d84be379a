using RealtimeFlow.Base;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Reference;

/// <summary>A base distribution in float64: independent coordinates z = μ + σ e, each with the density of its kind.</summary>
internal sealed class ReferenceBase(BaseKind kind, double[] location, double[] logScale)
{
    /// <summary>ln Γ((ν + 1)/2) − ln Γ(ν/2) − ½ ln πν of a Student-t base.</summary>
    private readonly double _studentT = kind.DegreesOfFreedom is float nu
        ? LogGamma((nu + 1.0) / 2) - LogGamma(nu / 2.0) - (0.5 * Math.Log(Math.PI * nu))
        : 0;

    public static ReferenceBase Of(FlowShape shape, ReadOnlySpan<double> effective) =>
        new(shape.Base, effective[shape.Location].ToArray(), effective[shape.LogScale].ToArray());

    /// <summary>z_0 = μ + σ e.</summary>
    public double[] Place(ReadOnlySpan<double> e)
    {
        double[] z = new double[location.Length];
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = location[i] + (Math.Exp(logScale[i]) * e[i]);
        }

        return z;
    }

    /// <summary>ln q_0.</summary>
    public double LogDensity(ReadOnlySpan<double> z)
    {
        double sum = 0;
        for (int i = 0; i < z.Length; i++)
        {
            sum += LogDensityOfUnit(Unit(z, i)) - logScale[i];
        }

        return sum;
    }

    /// <summary>∇ ln q_0.</summary>
    public double[] Score(ReadOnlySpan<double> z)
    {
        double[] score = new double[z.Length];
        for (int i = 0; i < z.Length; i++)
        {
            score[i] = ScoreOfUnit(Unit(z, i)) / Math.Exp(logScale[i]);
        }

        return score;
    }

    /// <summary>
    /// What float32 may leave ln q_0 off by, in units of the last place: of e through the score, where the exponential and the division
    /// round; of z − μ; of the constants ln σ and, of the kind, its own. For a standard normal base it is ‖z‖².
    /// </summary>
    public double Rounding(ReadOnlySpan<double> z)
    {
        double sum = 0;
        for (int i = 0; i < z.Length; i++)
        {
            double e = Unit(z, i), slope = Math.Abs(ScoreOfUnit(e));
            sum += (slope * (Math.Abs(e) + (2 * Math.Abs(location[i]) / Math.Exp(logScale[i])))) + (2 * Math.Abs(logScale[i]));
            sum += kind == BaseKind.Gaussian ? 0 : Math.Abs(LogDensityOfUnit(e));
        }

        return sum;
    }

    private double Unit(ReadOnlySpan<double> z, int i) => (z[i] - location[i]) / Math.Exp(logScale[i]);

    private double LogDensityOfUnit(double e) =>
        kind == BaseKind.Gaussian ? (-0.5 * e * e) - (0.5 * Math.Log(2 * Math.PI))
        : kind == BaseKind.Uniform ? (Math.Abs(e) <= 1 ? -Math.Log(2) : double.NegativeInfinity)
        : _studentT - ((kind.DegreesOfFreedom!.Value + 1.0) / 2 * LogOnePlus(e * e / kind.DegreesOfFreedom.Value));

    private double ScoreOfUnit(double e) =>
        kind == BaseKind.Gaussian ? -e
        : kind == BaseKind.Uniform ? 0
        : -(kind.DegreesOfFreedom!.Value + 1.0) * e / (kind.DegreesOfFreedom.Value + (e * e));

    /// <summary>ln(1 + x), by its series where 1 + x would round the digits of x away.</summary>
    private static double LogOnePlus(double x) =>
        x > 1e-3 ? Math.Log(1 + x) : x * (1 - (x * ((1.0 / 2) - (x * ((1.0 / 3) - (x * ((1.0 / 4) - (x * ((1.0 / 5) - (x / 6))))))))));

    /// <summary>Stirling's series beyond 10, and the recurrence down to there.</summary>
    private static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++)
        {
            shift -= Math.Log(x);
        }

        double y = 1 / (x * x);
        double series = (1.0 / 12) - (y * ((1.0 / 360) - (y * ((1.0 / 1260) - (y * ((1.0 / 1680) - (y / 1188)))))));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x);
    }
}
