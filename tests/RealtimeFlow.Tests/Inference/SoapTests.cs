using System.Text;
using CsCheck;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Numerics;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Files;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Inference;

public sealed class SoapTests(ITestOutputHelper output)
{
    private const double Rate = 0.01, Epsilon = 1e-6, Decay = 0.95;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(33)]
    public void It_steps_as_the_reference_does_also_when_parameters_join_and_leave(int count)
    {
        Optimizer actual = Create(count);
        ReferenceSoap expected = new(count, Epsilon, Decay);
        int place = count / 2;
        for (int step = 0; step < 300; step++)
        {
            if (step == 120)
            {
                actual.Insert(place, 3);
                expected.Insert(place, 3);
                count += 3;
            }
            else if (step == 200)
            {
                actual.Remove(place + 1, 2);
                expected.Remove(place + 1, 2);
                count -= 2;
            }

            double[] gradient = Skewed(step, count);
            float[] moved = new float[count];
            actual.Step(moved, gradient, Rate);
            double[] reference = expected.Step(gradient, Rate);

            // As long as there are fewer gradients than parameters, what of a direction is without any is left by the ridge of 10⁻¹² with
            // an error of 2⁻⁵³/10⁻¹².
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(-reference[i], moved[i], 1e-4 * Rate);
            }
        }
    }

    [Fact]
    public void Before_its_first_turn_it_is_Adam()
    {
        const int Count = 40;
        Optimizer soap = Create(Count), adam = Optimizer.Create(new TrainerOptions { Epsilon = Epsilon, SquareDecay = Decay }, Count);
        float[] moved = new float[Count], expected = new float[Count];
        for (int step = 0; step < (Count / 2) - 1; step++)
        {
            soap.Step(moved, Skewed(step, Count), Rate);
            adam.Step(expected, Skewed(step, Count), Rate);
            Assert.Equal(expected, moved);
        }

        soap.Step(moved, Skewed(-1, Count), Rate);
        adam.Step(expected, Skewed(-1, Count), Rate);
        Assert.NotEqual(expected, moved);
    }

    [Fact]
    public void Its_directions_become_those_in_which_gradients_are_independent()
    {
        // The columns of a product of rotations, with standard deviations that fall by a factor of 3.
        const int Count = 12;
        Optimizer soap = Optimizer.Create(TrainerOptions.Soap with { SquareDecay = 0.999 }, Count);
        float[] moved = new float[Count], normal = new float[Count];
        for (int step = 0; step < 6000; step++)
        {
            new RandomStream(1, (ulong)step).FillNormal(0, normal);
            soap.Step(moved, Rotated([.. normal.Select((x, i) => x * Math.Pow(3, -i))]), 1e-3);
        }

        Span<double> basis = Basis(soap);
        for (int i = 0; i < Count; i++)
        {
            double[] direction = Rotated([.. Enumerable.Range(0, Count).Select(j => i == j ? 1.0 : 0)]);
            double cosine = 0;
            for (int j = 0; j < Count; j++)
            {
                cosine += direction[j] * basis[(i * RowMatrix.StrideOf(Count)) + j];
            }

            // About 2,000 independent gradients: eigenvectors are off by some 3/(9 − 1)/√1000 to each neighbour.
            Assert.InRange(Math.Abs(cosine), 0.999, 1 + 1e-12);
        }
    }

    [Fact]
    public void Its_directions_stay_orthonormal_whatever_the_gradients_are()
    {
        Gen<double> numbers = Gen.OneOf(Gen.Double[-1, 1], Gen.Const(0.0), Gen.Double[-1e100, 1e100], Gen.Double[-1e-100, 1e-100]);
        Gen<(int Count, int Rank)> sizes = Gen.Select(Gen.Int[1, 20], Gen.Int[1, 4]);
        Gen.Select(sizes.SelectMany(size => numbers.Array[size.Count].Array[size.Rank]), Gen.Int[1, 60]).Sample((gradients, steps) =>
        {
            int count = gradients[0].Length, stride = RowMatrix.StrideOf(count);
            Optimizer soap = Create(count);
            float[] moved = new float[count];
            for (int step = 0; step < steps; step++)
            {
                soap.Step(moved, gradients[step % gradients.Length], Rate);
            }

            Span<double> basis = Basis(soap);
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double dot = 0;
                    for (int k = 0; k < count; k++)
                    {
                        dot += basis[(i * stride) + k] * basis[(j * stride) + k];
                    }

                    Assert.Equal(i == j ? 1 : 0, dot, 1e-13);
                }
            }

            Assert.All(moved, x => Assert.True(float.IsFinite(x)));
        },
        // In one panel: three vectors of which the first has nearly all.
        seed: "8jdqkURDvI01");
    }

    [Fact]
    public void In_as_many_steps_a_flow_comes_nearer_to_eight_Gaussians_than_with_Adam()
    {
        const int Steps = 3000;
        double[] logs = [.. new[] { OptimizerKind.Adam, OptimizerKind.Soap }.Select(kind => Enumerable.Range(1, 4).Average(seed => Math.Log(Divergence(kind, (ulong)seed))))];
        output.WriteLine($"KL {Math.Exp(logs[0]):f4} with Adam, {Math.Exp(logs[1]):f4} with SOAP");
        Assert.True(logs[1] < logs[0] - Math.Log(1.5));

        double Divergence(OptimizerKind kind, ulong seed)
        {
            using WorkerPool workers = new(2);
            Target target = PlaneMixture.EightGaussians();
            TrainerOptions options = (kind == OptimizerKind.Soap ? TrainerOptions.Soap : new()) with { FinalBatchSize = 2048, Seed = seed };
            Trainer trainer = new(FlowShape.Parse("planar:32", 2), target, options, workers);
            for (int step = 0; step < Steps; step++)
            {
                trainer.Step((double)step / Steps);
            }

            return new FlowEvaluator(workers).Evaluate(trainer.Flow, target, new RandomStream(seed, StreamNumbers.Monitoring), 1 << 16).KullbackLeibler!.Value;
        }
    }

    [Fact]
    public void Forgotten_it_is_as_new()
    {
        Optimizer used = Create(5), fresh = Create(5);
        float[] moved = new float[5], expected = new float[5];
        for (int step = 0; step < 50; step++)
        {
            used.Step(moved, Skewed(step, 5), Rate);
        }

        used.Forget();
        moved.AsSpan().Clear();
        for (int step = 0; step < 50; step++)
        {
            used.Step(moved, Skewed(-step, 5), Rate);
            fresh.Step(expected, Skewed(-step, 5), Rate);
        }

        Assert.Equal(expected, moved);
    }

    [Fact]
    public void More_parameters_than_it_has_room_for_are_refused_at_once()
    {
        using WorkerPool workers = new(1);
        Target target = TargetLibrary.Find("u1")!;
        TrainerOptions options = new() { BatchSize = 64, Optimizer = OptimizerKind.Soap };
        FlowShape most = FlowShape.Parse("planar:408", 2), tooMany = FlowShape.Parse("planar:409", 2);
        Assert.Contains("2049 are more than the 2048", Assert.Throws<ArgumentException>("parameters", () => new Trainer(tooMany, target, options, workers)).Message, StringComparison.Ordinal);

        Trainer trainer = new(most, target, options, workers);
        Assert.Throws<InvalidOperationException>(() => trainer.Insert(0, LayerKind.Planar));
        trainer.Step(0);
        Assert.Equal(most.ToString(), trainer.Flow.Shape.ToString());

        Trainer other = new(tooMany, target, options with { Optimizer = OptimizerKind.Adam }, workers);
        byte[] file = CheckpointTests.Bytes(other.Save());
        int data = 8 + BitConverter.ToInt32(file);
        string header = Encoding.UTF8.GetString(file[8..data]).Replace("\\\"Adam\\\"", "\\\"Soap\\\"", StringComparison.Ordinal);
        byte[] lies = ModelDraft.Join(Encoding.UTF8.GetBytes(header), file[data..]);
        Assert.Contains("SOAP", Assert.Throws<FileFormatException>(() => CheckpointFile.Read(new MemoryStream(lies))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_whose_basis_is_none_is_refused()
    {
        using WorkerPool workers = new(1);
        Trainer trainer = new(FlowShape.Parse("planar:2", 2), TargetLibrary.Find("u1")!, TrainerOptions.Soap with { BatchSize = 64 }, workers);
        for (int step = 0; step < 20; step++)
        {
            trainer.Step(0.5);
        }

        Checkpoint sound = trainer.Save();
        Assert.Equal(sound.OptimizerState, CheckpointFile.Read(new MemoryStream(CheckpointTests.Bytes(sound))).OptimizerState);
        double[] basis = sound.OptimizerState[^1];
        foreach ((int from, int to) in ((int, int)[])[(0, 1), (13, 2)])
        {
            // A row twice.
            Checkpoint spoilt = trainer.Save();
            int stride = RowMatrix.StrideOf(14);
            basis.AsSpan(from * stride, stride).CopyTo(spoilt.OptimizerState[^1].AsSpan(to * stride));
            string message = Assert.Throws<FileFormatException>(() => CheckpointFile.Read(new MemoryStream(CheckpointTests.Bytes(spoilt)))).Message;
            Assert.Contains("not orthonormal", message, StringComparison.Ordinal);
        }

        Checkpoint empty = trainer.Save();
        empty.OptimizerState[^1].AsSpan().Clear();
        Assert.Throws<FileFormatException>(() => CheckpointFile.Read(new MemoryStream(CheckpointTests.Bytes(empty))));
    }

    private static Optimizer Create(int count) =>
        Optimizer.Create(new TrainerOptions { Optimizer = OptimizerKind.Soap, Epsilon = Epsilon, SquareDecay = Decay }, count);

    private static Span<double> Basis(Optimizer soap) => soap.State(soap.States.ToList().FindIndex(state => state.Name == "basis"));

    /// <summary>Gradients of which neighbours depend on each other.</summary>
    private static double[] Skewed(int step, int count)
    {
        float[] normal = new float[count];
        new RandomStream(7, (ulong)(step + 1000)).FillNormal(0, normal);
        return [.. normal.Select((x, i) => x + (0.9 * normal[(i + 1) % count]) + (0.3 * Math.Sin(step)))];
    }

    /// <summary>R x of rotations by one radian in the planes of neighbours.</summary>
    private static double[] Rotated(double[] x)
    {
        for (int i = 0; i < x.Length - 1; i++)
        {
            (x[i], x[i + 1]) = ((Math.Cos(1) * x[i]) - (Math.Sin(1) * x[i + 1]), (Math.Sin(1) * x[i]) + (Math.Cos(1) * x[i + 1]));
        }

        return x;
    }
}
