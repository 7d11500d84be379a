using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

public sealed class MadeUpDataTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. MadeUpData.All.Select(data => data.Name)];

    /// <summary>The entropy comes from quadrature, the mean of −ln p from the rows drawn: both are right, or wrong in the same way.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_rows_have_the_entropy_of_their_distribution(string name)
    {
        MadeUpData made = MadeUpData.Find(name)!;
        DataSet rows = made.Draw(100_000, 5);
        double[] losses = [.. LogDensities(name, rows).Select(x => -x)];
        double mean = losses.Average(), error = Math.Sqrt(losses.Average(x => (x - mean) * (x - mean)) / losses.Length);
        output.WriteLine($"{name}: {mean:f4} ± {error:f4}, entropy {made.Entropy:f6}");
        Assert.InRange(Math.Abs(mean - made.Entropy), 0, 4 * error);
    }

    /// <summary>Each of the cells of a grid holds as many rows as its mass, by quadrature of the density, within chance.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_rows_fall_where_the_density_is(string name)
    {
        const int Count = 100_000, Cells = 12, Nodes = 32;
        DataSet rows = MadeUpData.Find(name)!.Draw(Count, 6);
        double[] low = new double[2], size = new double[2];
        for (int i = 0; i < 2; i++)
        {
            float[] values = rows.Coordinate(i).ToArray();
            (low[i], size[i]) = (values.Min(), (values.Max() - values.Min()) / Cells);
        }

        int[] counts = new int[Cells * Cells];
        for (int row = 0; row < Count; row++)
        {
            int x = Math.Min((int)((rows.Coordinate(0)[row] - low[0]) / size[0]), Cells - 1);
            int y = Math.Min((int)((rows.Coordinate(1)[row] - low[1]) / size[1]), Cells - 1);
            counts[(y * Cells) + x]++;
        }

        // The rule of midpoints in each cell.
        float[] nodes = new float[2 * Cells * Cells * Nodes * Nodes];
        for (int i = 0; i < nodes.Length / 2; i++)
        {
            (int cell, int node) = Math.DivRem(i, Nodes * Nodes);
            nodes[2 * i] = (float)(low[0] + (size[0] * ((cell % Cells) + (((node % Nodes) + 0.5) / Nodes))));
            nodes[(2 * i) + 1] = (float)(low[1] + (size[1] * ((cell / Cells) + (((node / Nodes) + 0.5) / Nodes))));
        }

        double[] densities = [.. LogDensities(name, new DataSet(nodes, 2)).Select(Math.Exp)];
        for (int cell = 0; cell < counts.Length; cell++)
        {
            double mass = densities.AsSpan(cell * Nodes * Nodes, Nodes * Nodes).ToArray().Average() * size[0] * size[1];
            double error = Math.Sqrt((Count * mass) + 1) + (0.002 * Count * mass);
            Assert.InRange(counts[cell], (Count * mass) - (5 * error), (Count * mass) + (5 * error));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_rows_do_not_depend_on_how_many_there_are(string name)
    {
        MadeUpData made = MadeUpData.Find(name)!;
        DataSet few = made.Draw(10, 3), many = made.Draw(100, 3);
        Assert.Equal(few.Coordinate(1).ToArray(), many.Coordinate(1)[..10].ToArray());
        Assert.NotEqual(few.Coordinate(1).ToArray(), made.Draw(10, 4).Coordinate(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>("count", () => made.Draw(0, 3));
    }

    private static IEnumerable<double> LogDensities(string name, DataSet rows)
    {
        if (name == "two-moons")
        {
            return Enumerable.Range(0, rows.Count).Select(row => TwoMoons.LogDensity(rows.Coordinate(0)[row], rows.Coordinate(1)[row]));
        }

        float[] energy = new float[rows.Count];
        TargetLibrary.Find(name)!.Evaluate(rows.Points, energy, default);
        return energy.Select(u => -(double)u);
    }
}
