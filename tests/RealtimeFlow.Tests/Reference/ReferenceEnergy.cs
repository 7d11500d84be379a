namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// The library's energies in float64, U = −ln p̃: the paper's four (table 1), with and without the wall; the others from their densities.
/// </summary>
internal static class ReferenceEnergy
{
    /// <summary>The targets that there is a reference of.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "u1", "u2", "u3", "u4", "u2-paper", "u3-paper", "u4-paper",
        "banana", "funnel", "funnel10", "eight-gaussians", "eight-schools", "eight-schools-centred",
    ];

    /// <summary>By the library's name: u1 … u4 (u2–u4 with the wall), u2-paper … u4-paper, and the others.</summary>
    public static Func<double[], double> Of(string name) => name switch
    {
        "u1" => U1,
        "u2" => z => U2(z) + Wall(z),
        "u3" => z => U3(z) + Wall(z),
        "u4" => z => U4(z) + Wall(z),
        "u2-paper" => U2,
        "u3-paper" => U3,
        "u4-paper" => U4,
        "banana" => z => NormalEnergy(z[0], 0, 1.5) + NormalEnergy(z[1], (z[0] * z[0] / 2) - 2, 0.4),
        "funnel" or "funnel10" => z => NormalEnergy(z[^1], 0, 3) + z.SkipLast(1).Sum(x => NormalEnergy(x, 0, Math.Exp(z[^1] / 2))),
        "eight-gaussians" => EightGaussians,
        "eight-schools" => EightSchoolsReference.Energy,
        "eight-schools-centred" => EightSchoolsReference.CentredEnergy,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such energy."),
    };

    /// <summary>−ln of a normal density.</summary>
    public static double NormalEnergy(double x, double mean, double deviation) =>
        Half((x - mean) / deviation) + Math.Log(deviation * Math.Sqrt(2 * Math.PI));

    private static double EightGaussians(double[] z)
    {
        double[] energies = [.. Enumerable.Range(0, 8).Select(
            k => NormalEnergy(z[0], 3 * Math.Cos(k * Math.PI / 4), 0.4) + NormalEnergy(z[1], 3 * Math.Sin(k * Math.PI / 4), 0.4))];
        double least = energies.Min();
        return least - Math.Log(energies.Average(energy => Math.Exp(least - energy)));
    }

    private static double U1(double[] z) =>
        Half((Vectors.Norm(z) - 2) / 0.4) + Mixture(Half((z[0] - 2) / 0.6), Half((z[0] + 2) / 0.6));

    private static double U2(double[] z) => Half((z[1] - W1(z)) / 0.4);

    private static double U3(double[] z) => Mixture(Half((z[1] - W1(z)) / 0.35), Half((z[1] - W1(z) + W2(z)) / 0.35));

    private static double U4(double[] z) => Mixture(Half((z[1] - W1(z)) / 0.4), Half((z[1] - W1(z) + W3(z)) / 0.35));

    private static double W1(double[] z) => Math.Sin(2 * Math.PI * z[0] / 4);

    private static double W2(double[] z) => 3 * Math.Exp(-Half((z[0] - 1) / 0.6));

    private static double W3(double[] z) => 3 / (1 + Math.Exp(-(z[0] - 1) / 0.3));

    private static double Wall(double[] z) => z.Sum(x => Half(Math.Max(Math.Abs(x) - 4, 0) / 0.4));

    private static double Half(double x) => 0.5 * x * x;

    /// <summary>−ln(e^(−a) + e^(−b)).</summary>
    private static double Mixture(double a, double b) =>
        Math.Min(a, b) - Math.Log(1 + Math.Exp(-Math.Abs(a - b)));
}
