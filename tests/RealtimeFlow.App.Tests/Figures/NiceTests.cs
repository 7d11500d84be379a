using RealtimeFlow.App.Figures;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.App.Tests.Figures;

public sealed class NiceTests
{
    private const int Particles = 128;

    // A kink lies this near to one of the few thousand numbers that units see with a chance of about a thousandth.
    private const double StepBetweenKinks = 1e-7;

    public static MatrixTheoryData<string, int> Flows => new(["orthogonal", "permutation"], [1, 2, 5]);

    [Theory]
    [MemberData(nameof(Flows))]
    public void The_gradient_is_that_of_the_free_energy_by_every_parameter(string mixing, int layers)
    {
        TrainerOptions options = new() { BatchSize = Particles, Seed = 4, AnnealingShare = 0.5, LearningRate = 0.1 };
        NiceTrainer trainer = new(new NiceFlow(layers, Enum.Parse<NiceMixing>(mixing, ignoreCase: true), seed: 4), TargetLibrary.Find("u2")!, options);
        for (int i = 0; i < 3; i++)
        {
            trainer.Step(0);
        }

        double[] parameters = Vectors.ToDoubles(trainer.Flow.Parameters);
        trainer.Step(0.2);
        float[] numbers = new float[2 * Particles];
        new RandomStream(4, StreamNumbers.Training).FillNormal(3 * 2 * Particles, numbers);
        double[][] noise = [.. Enumerable.Range(0, Particles).Select(i => new double[] { numbers[i], numbers[Particles + i] })];

        double[] expected = Derivative.Gradient(
            x => ReferenceNice.Of(trainer.Flow, x).FreeEnergy(noise, options.BetaAt(0.2), Energy), parameters, _ => StepBetweenKinks);

        // The differences are off by 10⁻⁸; float32 by some roundings of 6·10⁻⁸ a layer, which the energy's slope multiplies.
        Assert.InRange(Vectors.Distance(expected, trainer.Gradient.ToArray()) / Vectors.Norm(expected), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void Noise_becomes_the_points_of_the_reference_and_comes_back(string mixing, int layers)
    {
        NiceFlow flow = Bent(mixing, layers);
        float[] noise = new float[2 * Particles], there = new float[Particles], back = new float[Particles];
        new RandomStream(6, 0).FillNormal(0, noise);
        float[] points = [.. noise];
        flow.Sample(points, there);
        ReferenceNice reference = ReferenceNice.Of(flow, Vectors.ToDoubles(flow.Parameters));
        for (int i = 0; i < Particles; i++)
        {
            double[] expected = reference.Forward([noise[i], noise[Particles + i]]);
            Assert.Equal(expected[0], points[i], 1e-4);
            Assert.Equal(expected[1], points[Particles + i], 1e-4);
        }

        flow.Invert(points, back);
        Assert.All(noise.Zip(points), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(there.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public void Volume_stays_as_it_is(string mixing, int layers)
    {
        NiceFlow flow = Bent(mixing, layers);
        double baseVolume = Math.Exp(flow.Parameters[2] + flow.Parameters[3]);
        ReferenceNice reference = ReferenceNice.Of(flow, Vectors.ToDoubles(flow.Parameters));
        float[] noise = new float[64];
        new RandomStream(7, 0).FillNormal(0, noise);
        foreach (float[] at in noise.Chunk(2))
        {
            double[,] j = Derivative.Jacobian((x, y) => reference.Forward(x).CopyTo(y, 0), Vectors.ToDoubles(at), StepBetweenKinks);
            Assert.Equal(baseVolume, Math.Abs((j[0, 0] * j[1, 1]) - (j[0, 1] * j[1, 0])), 1e-5 * baseVolume);
        }

        // The density by the inverse integrates to one: a sum over 0.1-squares out to where there is nothing.
        using Contender untrained = Contender.Make($"nice-{mixing}", layers, TargetLibrary.Find("u1")!, new TrainerOptions());
        Assert.Equal(1, untrained.LogDensity(size: 240, viewRadius: 12).Sum(value => Math.Exp(value)) * 0.01, 0.01);
    }

    [Fact]
    public void What_stands_between_couplings_is_orthogonal_or_a_permutation_and_all_kinds_occur()
    {
        foreach (NiceMixing mixing in Enum.GetValues<NiceMixing>())
        {
            NiceFlow flow = new(64, mixing, seed: 3);
            HashSet<(bool IsReflection, bool IsDiagonal)> kinds = [];
            for (int layer = 0; layer < flow.LayerCount; layer++)
            {
                double[] r = Vectors.ToDoubles(flow.Mixing(layer));
                Assert.Equal(1, (r[0] * r[0]) + (r[1] * r[1]), 1e-6);
                Assert.Equal(1, (r[2] * r[2]) + (r[3] * r[3]), 1e-6);
                Assert.Equal(0, (r[0] * r[2]) + (r[1] * r[3]), 1e-6);
                Assert.True(mixing == NiceMixing.Orthogonal || r.All(value => value is 0 or 1));
                kinds.Add(((r[0] * r[3]) - (r[1] * r[2]) < 0, r[1] == 0));
            }

            Assert.Equal(2, kinds.Count);
        }
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        NiceFlow flow = Bent("orthogonal", 1);
        float[] noise = new float[2 * 48];
        new RandomStream(8, 0).FillNormal(0, noise);
        float[][] results = [.. new[] { LaneWidth.Scalar, LaneWidth.Bits128, LaneWidth.Bits256, LaneWidth.Bits512 }.Select(width =>
        {
            float[] points = [.. noise], cotangents = [.. noise], sums = new float[NiceKernels.ParameterCount * LaneDispatch.Slots];
            NiceKernels.Forward forward = new() { Layer = NiceFlow.Layer(flow.Parameters, 0), Mixing = flow.Mixing(0), Points = points };
            LaneDispatch.Run(width, ref forward);
            float[] image = [.. points];
            NiceKernels.Inverse inverse = new() { Layer = NiceFlow.Layer(flow.Parameters, 0), Mixing = flow.Mixing(0), Points = points };
            LaneDispatch.Run(width, ref inverse);
            NiceKernels.Backward backward = new()
            {
                Layer = NiceFlow.Layer(flow.Parameters, 0),
                Mixing = flow.Mixing(0),
                Inputs = noise.AsSpan(0, 48),
                Cotangents = cotangents,
                Sums = sums,
            };
            LaneDispatch.Run(width, ref backward);
            return (float[])[.. image, .. points, .. cotangents, .. sums];
        })];

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Theory]
    [InlineData("nice-orthogonal")]
    [InlineData("nice-permutation")]
    [InlineData("planar")]
    [InlineData("radial")]
    public void Every_kind_learns(string kind)
    {
        Target target = TargetLibrary.Find("u2")!;
        using Contender contender = Contender.Make(
            kind, 8, target, new TrainerOptions { BatchSize = 512, LearningRate = Contender.Kinds.Single(k => k.Name == kind).LearningRate });
        RandomStream stream = new(1, StreamNumbers.Evaluation);
        double before = contender.Evaluate(stream, 1 << 14).FreeEnergy;
        for (int step = 0; step < 300; step++)
        {
            contender.Step(step / 300.0);
        }

        (double after, double standardError) = contender.Evaluate(stream, 1 << 14);

        Assert.InRange(after + target.LogNormalizer!.Value, -5 * standardError, 1.5);
        Assert.True(after < before - 0.5);
    }

    /// <summary>u2, with its wall.</summary>
    private static double Energy(double[] z) =>
        Half((z[1] - Math.Sin(2 * Math.PI * z[0] / 4)) / 0.4) + z.Sum(x => Half(Math.Max(Math.Abs(x) - 4, 0) / 0.4));

    private static double Half(double x) => 0.5 * x * x;

    /// <summary>A flow whose couplings are far from the identity, over a base that is not standard.</summary>
    private static NiceFlow Bent(string mixing, int layers)
    {
        NiceFlow flow = new(layers, Enum.Parse<NiceMixing>(mixing, ignoreCase: true), seed: 5);
        for (int i = 0; i < flow.Parameters.Length; i++)
        {
            flow.Parameters[i] += 0.1f * ((i % 5) - 2);
        }

        return flow;
    }
}
