using RealtimeFlow.Density;
using RealtimeFlow.Lanes;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Golden;

public sealed class GoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string, LaneWidth> OrdinaryCases => Cases(GoldenCase.Ordinary, _ => true);

    public static TheoryData<string, LaneWidth> OrdinaryCasesWithGradient => Cases(GoldenCase.Ordinary, c => c.Gradient != null);

    public static TheoryData<string, LaneWidth> ExtremeCasesWithGradient => Cases(GoldenCase.Extreme, c => c.Gradient != null);

    public static TheoryData<string, LaneWidth> ExtremeCases => Cases(GoldenCase.Extreme, _ => true);

    [Theory]
    [MemberData(nameof(OrdinaryCases))]
    public void Images_and_log_determinants_are_those_of_the_golden_file(string name, LaneWidth width)
    {
        GoldenCase golden = GoldenCase.Find(GoldenCase.Ordinary, name);
        (double image, double[] logDets) = ForwardErrors(golden, width);
        double logDet = logDets[^1];
        output.WriteLine($"{name} {width}: |Δz|/max(1,|z|) = {image:e2}, |Δ ln det| = {logDet:e2}");
        Assert.InRange(image, 0, 8e-6);
        Assert.InRange(logDet, 0, golden.Shape.Dimension <= 5 ? 2e-5 : 5e-5);
    }

    [Theory]
    [MemberData(nameof(OrdinaryCasesWithGradient))]
    public void Gradients_are_those_of_the_golden_file(string name, LaneWidth width)
    {
        GoldenCase golden = GoldenCase.Find(GoldenCase.Ordinary, name);
        (double chain, double element) = GradientErrors(golden, width);
        output.WriteLine($"{name} {width}: ‖Δ‖/‖g‖ = {chain:e2}, worst |Δᵢ|/(1e-3|gᵢ| + 1e-6‖g‖∞) = {element:f4}");
        Assert.InRange(chain, 0, 1e-5);
        Assert.InRange(element, 0, 1);
    }

    /// <summary>
    /// Far out the condition of the map takes digits that no float32 state can keep, so the bounds here are the looser ones that float32
    /// emulations of these forms reach.
    /// </summary>
    [Theory]
    [MemberData(nameof(ExtremeCases))]
    public void Extreme_chains_stay_within_the_bounds_of_float32(string name, LaneWidth width)
    {
        GoldenCase golden = GoldenCase.Find(GoldenCase.Extreme, name);
        (double image, double[] logDet) = ForwardErrors(golden, width);
        double median = logDet[logDet.Length / 2];
        output.WriteLine($"{name} {width}: |Δz|/max(1,|z|) = {image:e2}, |Δ ln det| = {logDet[^1]:e2}, median {median:e2}");
        Assert.InRange(image, 0, 2e-5);
        Assert.InRange(logDet[^1], 0, 3e-4);
        Assert.InRange(median, 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(ExtremeCasesWithGradient))]
    public void Gradients_of_extreme_chains_are_those_of_the_golden_file(string name, LaneWidth width)
    {
        (double chain, _) = GradientErrors(GoldenCase.Find(GoldenCase.Extreme, name), width);
        output.WriteLine($"{name} {width}: ‖Δ‖/‖g‖ = {chain:e2}");
        Assert.InRange(chain, 0, 5e-5);
    }

    private static TheoryData<string, LaneWidth> Cases(string file, Func<GoldenCase, bool> where)
    {
        TheoryData<string, LaneWidth> cases = [];
        foreach (string name in GoldenCase.Names(file).Where(name => where(GoldenCase.Find(file, name))))
        {
            foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
            {
                cases.Add(name, width);
            }
        }

        return cases;
    }

    /// <summary>The largest error of an image, and the errors of the log-determinants in ascending order.</summary>
    private static (double Image, double[] LogDet) ForwardErrors(GoldenCase golden, LaneWidth width)
    {
        int dimension = golden.Shape.Dimension;
        FlowDistribution q = new(golden.Shape, golden.Parameters) { Width = width };
        float[] images = new float[golden.Points.Length * dimension], logDet = new float[golden.Points.Length];
        q.Transform(Points.ToRows(golden.Points, dimension), images, logDet);

        double worstImage = 0;
        double[] ofLogDet = new double[logDet.Length];
        for (int j = 0; j < logDet.Length; j++)
        {
            double[] image = Points.At(images, dimension, j);
            for (int i = 0; i < dimension; i++)
            {
                worstImage = Worse(worstImage, Math.Abs(image[i] - golden.Images[j][i]) / Math.Max(1, Math.Abs(golden.Images[j][i])));
            }

            ofLogDet[j] = Worse(0, Math.Abs(logDet[j] - golden.LogDet[j]));
        }

        Array.Sort(ofLogDet);
        return (worstImage, ofLogDet);
    }

    private static (double Chain, double Element) GradientErrors(GoldenCase golden, LaneWidth width)
    {
        double[] expected = golden.Gradient!;
        double[] actual = EngineGradient.OfChain(
            golden.Shape, golden.Parameters, golden.Points, z => [.. z.Select(x => x - 1)], width);
        double greatest = expected.Max(Math.Abs);
        double element = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            element = Worse(element, Math.Abs(actual[i] - expected[i]) / ((1e-3 * Math.Abs(expected[i])) + (1e-6 * greatest)));
        }

        return (Vectors.Distance(actual, expected) / Vectors.Norm(expected), element);
    }

    /// <summary>The maximum, where NaN is the worst of all.</summary>
    private static double Worse(double worst, double error) => double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
}
