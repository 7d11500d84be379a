using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Figures;

/// <summary>
/// Figure 1 of Rezende &amp; Mohamed 2015: what 1, 2 and 10 random layers make of a unit Gaussian and of a uniform distribution of unit
/// variance. Each pixel is an exact density, by the inverse of the flow there.
/// </summary>
internal static class Figure1
{
    /// <summary>The side of a panel, in pixels.</summary>
    public const int PanelSize = 300;

    private const int Deepest = 10;
    private const float ViewRadius = 4;

    private static readonly int[] Lengths = [1, 2, Deepest];

    // σ of the box μ ± σ: its variance is a third of σ².
    private static readonly (string Title, BaseKind Kind, float LogScale)[] Bases =
        [("unit Gaussian", BaseKind.Gaussian, 0), ("uniform", BaseKind.Uniform, MathF.Log(3) / 2)];

    private static readonly (LayerKind Kind, Func<RandomStream, int, float[]> Draw, string[] Names)[] Families =
    [
        (LayerKind.Planar, Planar, ["w1", "w2", "u1", "u2", "b"]),
        (LayerKind.Radial, Radial, ["center1", "center2", "alpha", "beta"]),
    ];

    /// <summary>Draws the figure, and writes down its layers and what each panel shows.</summary>
    public static void Make(FigureFiles files, ulong seed, int threads)
    {
        using WorkerPool workers = new(threads);
        DensityGrid grid = new(PanelSize, ViewRadius, workers);
        using PanelGrid picture = new(Bases.Length, [1, .. Families.Select(_ => Lengths.Length)], PanelSize);
        picture.AddColumnTitle("q₀", 0);
        List<object?[]> panels = [], parameters = [];
        for (int row = 0; row < Bases.Length; row++)
        {
            picture.AddRowTitle(Bases[row].Title, row);
            Show(new FlowDistribution(new FlowShape(2, Bases[row].Kind), Base(row)), row, 0, "none");
        }

        foreach ((int family, (LayerKind kind, Func<RandomStream, int, float[]> draw, string[] names)) in Families.Index())
        {
            RandomStream stream = new(seed, (ulong)family);
            float[][] layers = [.. Enumerable.Range(0, Deepest).Select(layer => draw(stream, layer))];
            parameters.AddRange(layers.SelectMany((layer, number) => names.Select((name, i) => new object?[] { kind, number, name, layer[i] })));
            int first = 1 + (family * Lengths.Length);
            picture.AddHeading($"{kind}", 1 + family);
            for (int i = 0; i < Lengths.Length; i++)
            {
                picture.AddColumnTitle($"K = {Lengths[i]}", first + i);
                for (int row = 0; row < Bases.Length; row++)
                {
                    LayerKind[] kinds = [.. Enumerable.Repeat(kind, Lengths[i])];
                    float[] numbers = [.. Base(row), .. layers.Take(Lengths[i]).SelectMany(layer => layer)];
                    Show(new FlowDistribution(new FlowShape(2, Bases[row].Kind, kinds), numbers), row, first + i, kind.Name);
                }
            }
        }

        picture.AddNote($"−{ViewRadius} ≤ z₁, z₂ ≤ {ViewRadius}; colours from 0 to the density above which lies 2 % of the mass; seed {seed}");
        files.AddPicture("figure-1.png", picture.Png());
        files.AddTable("figure-1.csv", ["base", "layers", "k", "brightest_density", "mass_in_view"], panels);
        files.AddTable("figure-1-layers.csv", ["layers", "layer", "parameter", "value"], parameters);

        void Show(FlowDistribution flow, int row, int column, string kind)
        {
            grid.Evaluate(flow);
            DensityPanel panel = new([.. grid.LogDensity], ViewRadius);
            picture.Add(row, column, panel);
            panels.Add([flow.Shape.Base, kind, flow.Shape.LayerCount, panel.Brightest, panel.Mass]);
        }
    }

    private static float[] Base(int row) => [0, 0, Bases[row].LogScale, Bases[row].LogScale];

    /// <summary>
    /// Lines in all directions, some 0.7 from the origin, that draw together or part what lies beside them by ln s ~ N(−0.3, 0.64), and shear it.
    /// </summary>
    private static float[] Planar(RandomStream stream, int layer)
    {
        float[] n = Normals(stream, layer);
        double length = 2 * Math.Exp(0.3 * n[2]);
        double norm = Math.Sqrt((n[0] * n[0]) + (n[1] * n[1]));
        (double x, double y) = (n[0] / norm, n[1] / norm);

        // û = k w/‖w‖² + shear: along w, s = 1 + k is what it shall be.
        double along = (Math.Exp((0.8 * n[3]) - 0.3) - 1) / length, shear = 0.4 * n[4];
        double b = -0.7 * n[5] * length;
        return [(float)(length * x), (float)(length * y), (float)((along * x) - (shear * y)), (float)((along * y) + (shear * x)), (float)b];
    }

    /// <summary>Centres ~ N(0, 1), about which space swells or shrinks by ln s/α ~ N(0, 1) within a distance α.</summary>
    private static float[] Radial(RandomStream stream, int layer)
    {
        float[] n = Normals(stream, layer);
        double alpha = 0.7 * Math.Exp(0.3 * n[2]);
        return [n[0], n[1], (float)alpha, (float)(alpha * (Math.Exp(n[3]) - 1))];
    }

    private static float[] Normals(RandomStream stream, int layer)
    {
        float[] normals = new float[6];
        stream.FillNormal((ulong)(layer * normals.Length), normals);
        return normals;
    }
}
