using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

public sealed class EightSchoolsTests(ITestOutputHelper output)
{
    // posteriordb's reference posterior eight_schools-eight_schools_noncentered (M. Magnusson, 2020; Stan, ten chains, 10,000 draws that are
    // all but independent): means and their Monte Carlo standard errors of μ, τ, θ₁ … θ₈.
    private static readonly double[] PublishedMeans = [4.41051834, 3.60205952, 6.15050229, 4.93958114, 3.90590609, 4.79601675, 3.61443632, 4.05114758, 6.31716976, 4.88399694];
    private static readonly double[] PublishedErrors = [0.03303747, 0.03186151, 0.05573753, 0.04622938, 0.05423137, 0.04749358, 0.04614506, 0.04851954, 0.04987668, 0.05425116];

    [Fact]
    public void The_reference_agrees_with_the_published_posterior()
    {
        (_, double[] means, double[] deviations) = EightSchoolsReference.Posterior();
        for (int i = 0; i < means.Length; i++)
        {
            Assert.Equal(PublishedMeans[i], means[i], 4 * PublishedErrors[i]);

            // The standard error of a mean of 10⁴ draws is a hundredth of the deviation; its own, for tails like τ's, a few hundredths.
            Assert.Equal(100 * PublishedErrors[i], deviations[i], 0.05 * deviations[i]);
        }
    }

    [Theory]
    [InlineData("eight-schools")]
    [InlineData("eight-schools-centred")]
    public void Ln_Z_is_the_evidence(string name) =>
        Assert.Equal(EightSchoolsReference.Posterior().LogEvidence, TargetLibrary.Find(name)!.LogNormalizer!.Value, 1e-9);

    [Fact]
    public void A_flow_learns_the_posterior_where_it_is_not_centred()
    {
        const int Count = 1 << 18, Steps = 3000;
        using WorkerPool workers = new(2);
        Target target = TargetLibrary.Find("eight-schools")!;
        Trainer trainer = new(FlowShape.Parse("planar:16", target.Dimension), target, new TrainerOptions { BatchSize = 512 }, workers);
        for (int step = 0; step < Steps; step++)
        {
            trainer.Step((double)step / Steps);
        }

        Evaluation evaluation = new FlowEvaluator(workers).Evaluate(trainer.Flow, target, new RandomStream(1, 77), Count);
        output.WriteLine($"KL {evaluation.KullbackLeibler:f4}, ESS {evaluation.EffectiveSampleSize:f3}");
        Assert.InRange(evaluation.KullbackLeibler!.Value, 0, 0.05);

        float[] points = new float[Count * target.Dimension];
        trainer.Flow.Sample(new RandomStream(1, 78), 0, points);
        (_, double[] means, double[] deviations) = EightSchoolsReference.Posterior();
        for (int i = 0; i < means.Length; i++)
        {
            double sum = 0, squares = 0;
            for (int k = 0; k < Count; k++)
            {
                double tau = Math.Exp(points[Count + k]);
                double value = i switch { 0 => points[k], 1 => tau, _ => points[k] + (tau * points[(i * Count) + k]) };
                sum += value;
                squares += value * value;
            }

            double mean = sum / Count, deviation = Math.Sqrt((squares / Count) - (mean * mean));
            output.WriteLine($"{i}: {mean:f3} ± {deviation:f3}, exact {means[i]:f3} ± {deviations[i]:f3}");
            Assert.Equal(means[i], mean, 0.05 * means[i]);

            // So few steps do not reach the end of τ's tail.
            Assert.Equal(deviations[i], deviation, (i == 1 ? 0.15 : 0.05) * deviations[i]);
        }
    }
}
