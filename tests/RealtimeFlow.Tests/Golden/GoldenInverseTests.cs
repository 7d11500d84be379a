using RealtimeFlow.Density;
using RealtimeFlow.Lanes;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Golden;

/// <summary>The way back: every point of every case of both files, within the bounds of the error analysis (<see cref="RoundingBounds"/>).</summary>
public sealed class GoldenInverseTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string file in (string[])[GoldenCase.Ordinary, GoldenCase.Extreme])
            {
                foreach (string name in GoldenCase.Names(file))
                {
                    cases.Add(file, name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_is_the_golden_file(string file, string name)
    {
        GoldenCase golden = GoldenCase.Find(file, name);
        for (int j = 0; j < golden.Points.Length; j++)
        {
            double[] image = [.. golden.Points[j]];
            double logDet = golden.Reference.Forward(image);
            RoundingBounds bounds = RoundingBounds.From(golden.Reference, golden.Points[j]);
            Assert.InRange(Vectors.Distance(golden.Images[j], image), 0, InFloat64(bounds.Image));
            Assert.InRange(Math.Abs(golden.LogDet[j] - logDet), 0, InFloat64(bounds.LogDet));
            Assert.InRange(
                Vectors.Distance(golden.Points[j], golden.Reference.Inverse(image)), 0, InFloat64(bounds.Origin));
        }

        // The same analysis with 2⁻⁵³ for 2⁻²⁴, and room for the two programs' different forms.
        static double InFloat64(double bound) => 16 * bound * Math.Pow(2, 24 - 53);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_inverse_undoes_the_transform_as_far_as_its_condition_lets_it(string file, string name)
    {
        GoldenCase golden = GoldenCase.Find(file, name);
        int dimension = golden.Shape.Dimension;
        double[] bounds = [.. golden.Points.Select(z => RoundingBounds.From(golden.Reference, z).Origin)];
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            FlowDistribution q = new(golden.Shape, golden.Parameters) { Width = width };
            float[] points = Points.ToRows(golden.Points, dimension);
            q.Transform(points, points);
            q.InverseTransform(points, points);
            Worst worst = new();
            for (int j = 0; j < bounds.Length; j++)
            {
                worst.Add("the way back", Vectors.Distance(golden.Points[j], Points.At(points, dimension, j)), bounds[j]);
            }

            output.WriteLine($"{file} {name} {width}: {worst}");
        }
    }

    /// <summary>
    /// At the images rounded to float32, about them, far out, and on a grid: the reference inverts from the same points, by bisection in
    /// float64.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_log_density_at_any_point_is_that_of_the_reference(string file, string name)
    {
        GoldenCase golden = GoldenCase.Find(file, name);
        int dimension = golden.Shape.Dimension;
        double[][] points = [.. golden.Images.Select(z => (double[])[.. z.Select(x => (double)(float)x)]), .. Elsewhere(dimension)];
        double[] expected = new double[points.Length], bounds = new double[points.Length];
        for (int j = 0; j < points.Length; j++)
        {
            expected[j] = golden.Reference.LogDensity(points[j]);
            bounds[j] = RoundingBounds.To(golden.Reference, points[j]).LogDensity;
        }

        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            FlowDistribution q = new(golden.Shape, golden.Parameters) { Width = width };
            float[] logDensity = new float[points.Length];
            q.LogDensity(Points.ToRows(points, dimension), logDensity);
            Worst worst = new();
            double atImages = 0;
            for (int j = 0; j < points.Length; j++)
            {
                double error = Math.Abs(expected[j] - logDensity[j]);
                worst.Add(j < golden.Images.Length ? "at the images" : "elsewhere", error, bounds[j]);
                atImages = j < golden.Images.Length ? Math.Max(atImages, error) : atImages;
            }

            output.WriteLine($"{file} {name} {width}: {worst}, |Δ ln q| at the images = {atImages:e2}");
            if (file == GoldenCase.Ordinary && golden.Shape.LayerCount <= 16)
            {
                Assert.InRange(atImages, 0, 5e-5);
            }
        }
    }

    private static IEnumerable<double[]> Elsewhere(int dimension)
    {
        System.Random random = new(11);
        foreach (double radius in (double[])[1e-6, 1e-3, 0.1, 1, 3, 10, 100, 1000])
        {
            for (int j = 0; j < 40; j++)
            {
                yield return [.. Enumerable.Range(0, dimension).Select(_ => (double)(float)(radius * ((2 * random.NextDouble()) - 1)))];
            }
        }

        // A grid over two coordinates; the others 0.
        for (int j = 0; j < 400; j++)
        {
            double[] point = new double[dimension];
            point[0] = ((j % 20) - 9.5) / 2;
            point[^1] = ((j / 20) - 9.5) / 2;
            yield return point;
        }
    }
}
