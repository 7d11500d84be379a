using CsCheck;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Golden;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Density;

/// <summary>Both readings, every base, scores and prefixes, against the reference.</summary>
public sealed class DistributionTests(ITestOutputHelper output)
{
    private static readonly (string Name, BaseKind Kind)[] Bases =
    [
        ("gaussian", BaseKind.Gaussian),
        ("uniform", BaseKind.Uniform),
        ("cauchy", BaseKind.StudentT(1)),
        ("student-t 2.5", BaseKind.StudentT(2.5f)),
        ("student-t 30", BaseKind.StudentT(30)),
        ("student-t 1e6", BaseKind.StudentT(1e6f)),
    ];

    public static MatrixTheoryData<string, FlowDirection> BasesAndReadings =>
        new(Bases.Select(b => b.Name), Enum.GetValues<FlowDirection>());

    [Theory]
    [MemberData(nameof(BasesAndReadings))]
    public void The_log_density_is_that_of_the_reference(string name, FlowDirection direction) =>
        Sample(name, layers: 6, (chain, worst) =>
        {
            (double[][] points, float[] logDensity, _) = Evaluate(chain, direction);
            ReferenceFlow flow = chain.ReferenceOf(direction);
            for (int j = 0; j < points.Length; j++)
            {
                double expected = flow.LogDensity(points[j]);
                if (IsOutside(flow, points[j], direction))
                {
                    Assert.Equal(float.NegativeInfinity, logDensity[j]);
                }
                else if (IsInside(flow, points[j], direction))
                {
                    worst.Add("ln q", Math.Abs(expected - logDensity[j]), RoundingBounds.OfLogDensity(flow, points[j], direction));
                }
            }
        });

    /// <summary>Two ways to one number, each off by at most its bound.</summary>
    [Theory]
    [MemberData(nameof(BasesAndReadings))]
    public void The_density_of_a_sample_is_the_one_that_sampling_returned(string name, FlowDirection direction) =>
        Sample(name, layers: 6, (chain, worst) =>
        {
            const int Count = 5;
            FlowDistribution q = chain.Read(direction);
            ReferenceFlow flow = chain.ReferenceOf(direction);
            float[] points = new float[Count * flow.Dimension], sampled = new float[Count], evaluated = new float[Count];
            q.Sample(new RandomStream(7, 3), 3, points, sampled);
            q.LogDensity(points, evaluated);
            for (int j = 0; j < Count; j++)
            {
                double[] y = Points.At(points, flow.Dimension, j);
                if (IsInside(flow, y, direction))
                {
                    // The point was sampled before it was rounded; what that does is in the bound of the inverse, forward or back.
                    double bound = RoundingBounds.OfLogDensity(flow, y, direction)
                        + (direction == FlowDirection.Normalizing ? Vectors.Norm(flow.Score(y)) * InverseBound(flow, y) : 0);
                    worst.Add("ln q", Math.Abs(sampled[j] - (double)evaluated[j]), 2 * bound);
                }
            }
        });

    /// <summary>
    /// How far a score may be off is measured: the reference's scores of flows whose numbers, and the point, are moved by up to ε of
    /// themselves, and each layer's image by up to ε δ. The engine's roundings are some of such.
    /// </summary>
    [Theory]
    [MemberData(nameof(BasesAndReadings))]
    public void The_score_is_that_of_the_reference(string name, FlowDirection direction) =>
        Sample(name, layers: 4, (chain, worst) =>
        {
            (double[][] points, _, double[][] scores) = Evaluate(chain, direction);
            ReferenceFlow flow = chain.ReferenceOf(direction);
            for (int j = 0; j < points.Length; j++)
            {
                if (IsInside(flow, points[j], direction) && flow.DistanceToKink(flow.PathOf(points[j])[0]) > 0.05)
                {
                    worst.Add(
                        "score", Vectors.Distance(flow.Score(points[j]), scores[j]), BoundOfScore(chain.Shape, chain.Effective, direction, points[j]));
                }
            }
        });

    [Fact]
    public void Scores_of_the_golden_chains_are_those_of_the_reference()
    {
        foreach (string name in GoldenCase.Names(GoldenCase.Ordinary))
        {
            GoldenCase golden = GoldenCase.Find(GoldenCase.Ordinary, name);
            foreach (FlowDirection direction in Enum.GetValues<FlowDirection>())
            {
                FlowDistribution q = new(golden.Shape, golden.Parameters, direction);
                ReferenceFlow flow = new(golden.Shape, Vectors.ToDoubles(golden.Parameters), direction);
                double[][] points = [.. golden.Images.Take(16)];
                float[] rows = Points.ToRows(points, flow.Dimension), score = new float[rows.Length], logDensity = new float[points.Length];
                q.Score(rows, score, logDensity);
                Worst worst = new();
                double relative = 0;
                for (int j = 0; j < points.Length; j++)
                {
                    double[] y = Points.At(rows, flow.Dimension, j), expected = flow.Score(y);
                    double error = Vectors.Distance(expected, Points.At(score, flow.Dimension, j));
                    relative = Math.Max(relative, error / Vectors.Norm(expected));
                    worst.Add("score", error, BoundOfScore(golden.Shape, golden.Parameters, direction, y));
                    worst.Add("ln q", Math.Abs(flow.LogDensity(y) - logDensity[j]), RoundingBounds.OfLogDensity(flow, y, direction));
                }

                output.WriteLine($"{name} {direction}: ‖ΔG‖/‖G‖ = {relative:e2}, {worst}");
            }
        }
    }

    /// <summary>q_k of every k, its last map gone part of the way: densities and samples.</summary>
    [Theory]
    [MemberData(nameof(BasesAndReadings))]
    public void Prefixes_are_those_of_the_reference(string name, FlowDirection direction) =>
        Sample(name, layers: 5, (chain, worst) =>
        {
            FlowDistribution q = chain.Read(direction);
            ReferenceFlow flow = chain.ReferenceOf(direction);
            float[] rows = Points.ToRows(chain.Points, flow.Dimension), logDensity = new float[chain.Points.Length];
            for (int k = 0; k <= chain.Shape.LayerCount; k++)
            {
                foreach (float tau in (float[])[0, 0.3f, 1])
                {
                    q.Prefix(k, tau).LogDensity(rows, logDensity);
                    ReferenceFlow prefix = flow.Prefix(k, tau);
                    for (int j = 0; j < logDensity.Length; j++)
                    {
                        double[] y = Points.At(rows, flow.Dimension, j);
                        if (IsInside(prefix, y, direction))
                        {
                            // τ û is rounded to float32: one more rounding of what δ counts, and of k.
                            worst.Add(
                                "ln q", Math.Abs(prefix.LogDensity(y) - logDensity[j]), 2 * RoundingBounds.OfLogDensity(prefix, y, direction));
                        }
                    }
                }
            }
        });

    [Fact]
    public void A_prefix_goes_from_the_base_to_the_whole()
    {
        FlowShape shape = FlowShape.Parse("planar:3,radial:3", 2);
        foreach (FlowDirection direction in Enum.GetValues<FlowDirection>())
        {
            FlowDistribution q = new(shape, OrdinaryChain.Draw(shape, 5), direction);
            float[] points = new float[200], whole = new float[100], part = new float[100];
            q.Sample(new RandomStream(1, 1), 0, points);
            q.LogDensity(points, whole);
            q.Prefix(6).LogDensity(points, part);
            Assert.Equal(whole, part);
            for (int k = 1; k <= 6; k++)
            {
                // No map at all, whether it is left out or gone no part of the way.
                q.Prefix(k - 1).LogDensity(points, whole);
                q.Prefix(k, 0).LogDensity(points, part);
                for (int j = 0; j < 100; j++)
                {
                    Assert.Equal(whole[j], part[j], 1e-5 * Math.Max(1, Math.Abs(whole[j])));
                }
            }
        }
    }

    /// <summary>
    /// In one dimension, by the midpoint rule after y = sinh x, which leaves a Cauchy tail an exponential one; fine steps, since the density
    /// has kinks at radial centres. The uniform density jumps at the images of its edges, which are the ends of the integral.
    /// </summary>
    [Theory]
    [MemberData(nameof(BasesAndReadings))]
    public void The_density_integrates_to_one_on_the_line(string name, FlowDirection direction)
    {
        const int Steps = 2_000_000;
        FlowShape shape = new(1, Bases.Single(b => b.Name == name).Kind, LayerKind.Planar, LayerKind.Radial, LayerKind.Planar);
        float[] parameters = OrdinaryChain.Draw(shape, 3);
        (parameters[0], parameters[1]) = (0.3f, -0.4f);
        FlowDistribution q = new(shape, parameters, direction);
        (double low, double high) = (Math.Asinh(-1e8), Math.Asinh(1e8));
        if (shape.Base == BaseKind.Uniform)
        {
            // Monotone maps take the edges of the box to the edges of the support.
            float[] edges = [0.3f - MathF.Exp(-0.4f), 0.3f + MathF.Exp(-0.4f)];
            if (direction == FlowDirection.Generative)
            {
                q.Transform(edges, edges);
            }
            else
            {
                q.InverseTransform(edges, edges);
            }

            (low, high) = (Math.Asinh(edges[0] - 1e-5), Math.Asinh(edges[1] + 1e-5));
        }

        double step = (high - low) / Steps;
        float[] points = [.. Enumerable.Range(0, Steps).Select(i => (float)Math.Sinh(low + ((i + 0.5) * step)))], logDensity = new float[Steps];
        q.LogDensity(points, logDensity);
        double sum = Enumerable.Range(0, Steps).Sum(i => Math.Exp(logDensity[i]) * Math.Cosh(low + ((i + 0.5) * step)) * step);
        output.WriteLine($"{name} {direction}: ∫q − 1 = {sum - 1:e2}");
        Assert.Equal(1, sum, 1e-4);
    }

    private void Sample(string name, int layers, Action<RandomChain, Worst> body)
    {
        Worst worst = new();
        CsCheck.Check.Sample(
            RandomChain.Gen(dimensions: 4, layers, null, Bases.Single(b => b.Name == name).Kind),
            chain => body(chain, worst),
            iter: 100,
            threads: 1);
        output.WriteLine($"{name}: {worst}");
    }

    private static (double[][] Points, float[] LogDensity, double[][] Scores) Evaluate(RandomChain chain, FlowDirection direction)
    {
        int dimension = chain.Shape.Dimension;
        FlowDistribution q = chain.Read(direction);
        float[] rows = Points.ToRows(chain.Points, dimension), score = new float[rows.Length];
        float[] logDensity = new float[chain.Points.Length], again = new float[logDensity.Length];
        q.LogDensity(rows, logDensity);
        q.Score(rows, score, again);
        Assert.Equal(logDensity, again);
        return (Points.FromRows(rows, dimension), logDensity, Points.FromRows(score, dimension));
    }

    /// <summary>Whether y has a density, and keeps it where its origin moves a little.</summary>
    private static bool IsInside(ReferenceFlow flow, double[] y, FlowDirection direction) =>
        LogBaseAbout(flow, y, direction).All(double.IsFinite);

    /// <summary>Whether y has no density, nor has it where its origin moves a little.</summary>
    private static bool IsOutside(ReferenceFlow flow, double[] y, FlowDirection direction) =>
        LogBaseAbout(flow, y, direction).All(double.IsInfinity);

    /// <summary>ln q_0 at the corners of a small cube about the point of the base.</summary>
    private static IEnumerable<double> LogBaseAbout(ReferenceFlow flow, double[] y, FlowDirection direction)
    {
        double[][] path = flow.PathOf(y);
        double[] z = direction == FlowDirection.Generative ? path[0] : path[^1];
        return Enumerable.Range(0, 1 << z.Length).Select(
            corner => flow.Base.LogDensity([.. z.Select((x, i) => x + ((corner >> i) % 2 == 0 ? 1e-3 : -1e-3))]));
    }

    /// <summary>How far off float32 finds the point y of the data from its image, in the normalizing reading.</summary>
    private static double InverseBound(ReferenceFlow flow, double[] y) => RoundingBounds.From(flow, y).Origin;

    private static double BoundOfScore(FlowShape shape, float[] parameters, FlowDirection direction, double[] y)
    {
        const double Epsilon = 1.0 / (1 << 24);
        System.Random random = new(1);
        ReferenceFlow flow = new(shape, Vectors.ToDoubles(parameters), direction);
        double[][] path = flow.PathOf(y);
        double[] roundings = [.. flow.Layers.Select((layer, k) => layer.RoundingOfMap(path[k]))], expected = flow.Score(y);

        // Of the layers' own gradients, which may cancel, each rounds for itself; and s = 1 + k keeps no k below the roundings of float64.
        double least = Vectors.Norm(expected) + flow.Layers.Select((layer, k) => layer.SizeOfLogDetGradient(path[k])).Sum();
        double spread = (Epsilon * least / 2) + 1e-15;
        for (int i = 0; i < 12; i++)
        {
            double[] at = Move(y);
            if (direction == FlowDirection.Generative)
            {
                // Back to the origin, and from there forth again with the score.
                at = Move(Moved().Inverse(at));
                ReferenceFlow forth = Moved();
                forth.Forward(at);
                spread = Math.Max(spread, Vectors.Distance(expected, forth.Score(at)));
            }
            else
            {
                spread = Math.Max(spread, Vectors.Distance(expected, Moved().Score(at)));
            }
        }

        return 64 * spread;

        ReferenceFlow Moved()
        {
            ReferenceFlow moved = new(shape, Move(Vectors.ToDoubles(parameters)), direction);
            return moved.With([.. moved.Layers.SelectMany((layer, k) => (ReferenceLayer[])[layer, Shift(roundings[k])])]);
        }

        double Draw() => Epsilon * ((2 * random.NextDouble()) - 1);

        double[] Move(double[] numbers) => [.. numbers.Select(x => x * (1 + Draw()))];

        // A planar layer with w = 0 and a large b.
        ReferenceLayer Shift(double size) => new ReferencePlanar(
            new double[flow.Dimension], [.. Enumerable.Range(0, flow.Dimension).Select(_ => size * Draw())], 30);
    }
}
