using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Reference;

/// <summary>The energies of the targets that are made of data, in float64, U = −ln p̃ with every constant, for any rows.</summary>
internal static class ReferencePosterior
{
    private const double LogRootTwoPi = 0.91893853320467274178;

    public static TheoryData<string> Names => ["linear", "logistic", "mixture"];

    /// <summary>By the library's name, for one row and for the prior: U = prior + Σ row.</summary>
    public static (Func<double[], double> Prior, Func<double[], double[], double> Row) Of(string name) => name switch
    {
        "linear" => (z => Gaussian(z, 1), (z, row) => (0.5 * Square((row[^1] - Predictor(z, row)) / 0.5)) + Math.Log(0.5) + LogRootTwoPi),
        "logistic" => (z => Gaussian(z, 2.5), (z, row) => Math.Log(1 + Math.Exp((row[^1] == 1 ? -1 : 1) * Predictor(z, row)))),
        "mixture" => (z => Gaussian(z, 2), (z, row) => -Math.Log(
            (Math.Exp(-0.5 * Square((row[0] - z[0]) / 0.5)) + Math.Exp(-0.5 * Square((row[0] - z[1]) / 0.5))) / 2) + Math.Log(0.5) + LogRootTwoPi),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such posterior."),
    };

    /// <summary>U with all rows of the target.</summary>
    public static Func<double[], double> Energy(DataTarget target) => Energy(target.Name, Rows(target.Data));

    /// <summary>U with certain rows.</summary>
    public static Func<double[], double> Energy(string name, IReadOnlyList<double[]> rows, double weight = 1)
    {
        (Func<double[], double> prior, Func<double[], double[], double> ofRow) = Of(name);
        return z => prior(z) + (weight * rows.Sum(row => ofRow(z, row)));
    }

    public static double[][] Rows(DataSet data) =>
        [.. Enumerable.Range(0, data.Count).Select(
            row => Enumerable.Range(0, data.Dimension).Select(i => (double)data.Points[(i * data.Count) + row]).ToArray())];

    private static double Predictor(double[] z, double[] row)
    {
        double sum = z[0];
        for (int i = 1; i < z.Length; i++)
        {
            sum += row[i - 1] * z[i];
        }

        return sum;
    }

    private static double Gaussian(double[] z, double scale) =>
        z.Sum(x => 0.5 * Square(x / scale)) + (z.Length * (Math.Log(scale) + LogRootTwoPi));

    private static double Square(double x) => x * x;
}
