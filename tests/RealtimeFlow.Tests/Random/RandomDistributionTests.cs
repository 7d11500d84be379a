using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Numerics;

namespace RealtimeFlow.Tests.Random;

/// <summary>Distributions of 10⁸ draws of fixed seeds in 2¹⁶ bins, with the thresholds of <see cref="GoodnessOfFit"/>.</summary>
public class RandomDistributionTests(ITestOutputHelper output)
{
    private const long Draws = 100_000_000;
    private const int Bins = 1 << 16;
    private const int Batch = 1 << 14;

    // Normal numbers end before ±8.
    private const int BinsPerUnit = Bins / 16;

    private static readonly Lazy<NormalTally> Normals = new(() => new NormalTally(new RandomStream(2015, 1)));

    [Fact]
    public void Uniform_numbers_fill_bins_evenly()
    {
        var counts = new long[Bins];
        var values = new float[Batch];
        var stream = new RandomStream(2011, 1);
        for (long first = 0; first < Draws; first += Batch)
        {
            Span<float> batch = values.AsSpan(0, (int)Math.Min(Batch, Draws - first));
            stream.FillUniform((ulong)first, batch);
            foreach (float u in batch)
            {
                counts[(int)(u * Bins)]++;
            }
        }

        GoodnessOfFit.Assert(counts, i => (i + 1.0) / Bins, output);
    }

    [Fact]
    public void Normal_numbers_fill_bins_as_the_normal_distribution_does() =>
        GoodnessOfFit.Assert(Normals.Value.Counts, i => NormalReference.Cumulative(((i + 1.0) / BinsPerUnit) - 8), output);

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        // E zᵏ = 0, 1, 0, 3; Var zᵏ = E z²ᵏ − (E zᵏ)² = 1, 2, 15, 96.
        (double Mean, double Variance)[] expected = [(0, 1), (1, 2), (0, 15), (3, 96)];
        for (int k = 0; k < expected.Length; k++)
        {
            double deviations = ((Normals.Value.Sums[k] / Draws) - expected[k].Mean) / Math.Sqrt(expected[k].Variance / Draws);
            output.WriteLine($"moment {k + 1}: {deviations:F2} deviations");
            Assert.InRange(deviations, -GoodnessOfFit.Deviations, GoodnessOfFit.Deviations);
        }
    }

    [Fact]
    public void Tails_of_normal_numbers_have_their_weight()
    {
        for (double threshold = 3; threshold <= 5.5; threshold += 0.5)
        {
            int inner = (int)(threshold * BinsPerUnit);
            long beyond = Normals.Value.Counts[..((Bins / 2) - inner)].Sum() + Normals.Value.Counts[((Bins / 2) + inner)..].Sum();

            // Poisson; the term added is the skewness of few counts.
            double mean = 2 * NormalReference.Cumulative(-threshold) * Draws;
            output.WriteLine($"beyond {threshold}: {beyond}, expected {mean:F1}");
            Assert.InRange(
                beyond, mean - (GoodnessOfFit.Deviations * Math.Sqrt(mean)), mean + (GoodnessOfFit.Deviations * Math.Sqrt(mean)) + 5);
        }
    }

    [Theory]
    [InlineData(5, 0.001)]
    [InlineData(5.5, 0.002)]
    [InlineData(6, 0.01)]
    [InlineData(6.25, 0.02)]
    [InlineData(6.5, 0.06)]
    public void Tails_that_draws_hardly_reach_have_their_weight_over_all_words(double threshold, double tolerance)
    {
        // Numbers beyond 5 come of the smallest 16,006 words of the radius alone; each of them meets angles evenly all round. The weight is
        // right to the step from word to word, of which few are left in the end: at 6.5, three.
        const int radii = 1 << 14;
        const int angles = 1 << 9;
        var block = new float[radii * 4];
        Span<uint> words = MemoryMarshal.Cast<float, uint>(block.AsSpan());
        long beyond = 0;
        for (uint angle = 0; angle < angles / 2; angle++)
        {
            // Words of radius and angle stand in turns, 16 of each.
            for (int i = 0; i < words.Length; i++)
            {
                uint pair = (uint)((i / 32 * 16) + (i % 16));
                uint offset = pair * 0x9E3779B9 / (angles / 2);
                words[i] = i % 32 < 16 ? pair % radii : (((2 * angle) + (pair / radii)) * (uint.MaxValue / angles)) + offset;
            }

            NormalNoise.InPlace<Lanes256>(ref block[0], block.Length / 64);
            foreach (float z in block)
            {
                beyond += Math.Abs(z) > threshold ? 1 : 0;
            }
        }

        double weight = beyond / (2.0 * angles * 4294967296.0), expected = 2 * NormalReference.Cumulative(-threshold);
        output.WriteLine($"beyond {threshold}: {weight:E4}, expected {expected:E4}");
        Assert.InRange(weight / expected, 1 - tolerance, 1 + tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(30)]
    public void Student_t_numbers_fill_bins_as_their_distribution_does(int freedom)
    {
        // Bins of t / (1 + |t|), which is in (−1, 1).
        const int rows = 1 << 10;
        var counts = new long[Bins];
        var values = new float[rows * 16];
        var stream = new RandomStream(1908, (ulong)freedom);
        for (ulong first = 0; first < 1 << 20; first += rows)
        {
            PointNoise.StudentT<Lanes256>(stream, 1, first, rows, ref values[0], freedom);
            foreach (float t in values)
            {
                double x = t / (1 + Math.Abs((double)t));
                counts[(int)((x + 1) * (Bins / 2))]++;
            }
        }

        GoodnessOfFit.Assert(
            counts,
            i =>
            {
                double x = ((i + 1.0) / (Bins / 2)) - 1;
                return StudentT(x / (1 - Math.Abs(x)), freedom);
            },
            output);
    }

    /// <summary>The distribution function for whole degrees of freedom: M. Abramowitz and I. Stegun, 26.7.3 and 26.7.4.</summary>
    private static double StudentT(double t, int freedom)
    {
        double theta = Math.Atan(t / Math.Sqrt(freedom)), square = Math.Pow(Math.Cos(theta), 2);
        bool odd = freedom % 2 != 0;
        double term = odd ? Math.Cos(theta) : 1, sum = 0;
        for (int n = odd ? 3 : 2; n <= freedom; n += 2)
        {
            sum += term;
            term *= square * (n - 1) / n;
        }

        double within = odd ? 2 / Math.PI * (theta + (Math.Sin(theta) * sum)) : Math.Sin(theta) * sum;
        return 0.5 + (within / 2);
    }

    /// <summary>Counts in bins and sums of powers of one run of normal numbers.</summary>
    private sealed class NormalTally
    {
        public NormalTally(RandomStream stream)
        {
            var values = new float[Batch];
            for (long first = 0; first < Draws; first += Batch)
            {
                Span<float> batch = values.AsSpan(0, (int)Math.Min(Batch, Draws - first));
                stream.FillNormal((ulong)first, batch);
                double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
                foreach (float value in batch)
                {
                    double z = value, square = z * z;
                    m1 += z;
                    m2 += square;
                    m3 += square * z;
                    m4 += square * square;
                    Counts[(int)((z + 8) * BinsPerUnit)]++;
                }

                Sums[0] += m1;
                Sums[1] += m2;
                Sums[2] += m3;
                Sums[3] += m4;
            }
        }

        public long[] Counts { get; } = new long[Bins];

        public double[] Sums { get; } = new double[4];
    }
}
