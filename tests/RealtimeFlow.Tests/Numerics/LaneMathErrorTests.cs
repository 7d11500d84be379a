using RealtimeFlow.Lanes;

namespace RealtimeFlow.Tests.Numerics;

/// <summary>
/// The largest error of each function against double, in units in the last place of the exact value.
/// The bounds are those measured over every float32, rounded up; the README beside the functions says how.
/// </summary>
public class LaneMathErrorTests(ITestOutputHelper output)
{
    // 2²⁰ turns.
    private const float LastTurn = 1048576f;

    [Fact]
    public void Tanh_is_within_its_bound() => AssertBound<Tanh>(3.0);

    [Fact]
    public void Exp_is_within_its_bound() => AssertBound<Exp>(1.1);

    [Fact]
    public void Log_is_within_its_bound() => AssertBound<Log>(1.0);

    [Fact]
    public void Log1p_is_within_its_bound() => AssertBound<Log1p>(1.6);

    [Fact]
    public void Softplus_is_within_its_bound() => AssertBound<Softplus>(2.0);

    [Fact]
    public void Sigmoid_is_within_its_bound() => AssertBound<Sigmoid>(2.5);

    [Fact]
    public void Sine_of_turns_is_within_its_bound() => AssertBound<SinTurns>(1.0, InTurns);

    [Fact]
    public void Cosine_of_turns_is_within_its_bound() => AssertBound<CosTurns>(1.0, InTurns);

    [Fact]
    public void Sine_of_a_word_is_within_its_bound() => AssertBound<SinOfBits>(1.0, null, Word);

    [Fact]
    public void Cosine_of_a_word_is_within_its_bound() => AssertBound<CosOfBits>(1.0, null, Word);

    [Fact]
    public void Logarithm_of_a_uniform_word_is_within_its_bound() => AssertBound<LogOfUniformBits>(1.0, null, Word);

    [Fact]
    public void Logarithm_of_a_word_is_near_that_of_its_unrounded_number() => AssertBound<LogOfUnroundedBits>(1.7, null, Word);

    [Fact]
    public void Normal_quantile_of_a_word_is_within_its_bound() => AssertBound<NormalQuantileOfBits>(5.5, null, Word);

    [Fact]
    public void Expm1_is_within_its_bound() => AssertBound<Expm1>(5.0);

    private static bool InTurns(float x) => Math.Abs(x) <= LastTurn;

    private static double Word(float x) => BitConverter.SingleToUInt32Bits(x);

    private void AssertBound<F>(double bound, Func<float, bool>? domain = null, Func<float, double>? argument = null)
        where F : struct, ILaneFunction
    {
        double largest = 0, sum = 0;
        long count = 0;
        float where = 0;
        FloatSweep.Run<F, Lanes256>((x, y) =>
        {
            for (int i = 0; i < x.Length; i++)
            {
                if (domain is null || domain(x[i]))
                {
                    double error = Ulps(y[i], F.Exact(argument is null ? x[i] : argument(x[i])));
                    sum += error;
                    count++;
                    if (error > largest)
                    {
                        (largest, where) = (error, x[i]);
                    }
                }
            }
        });
        output.WriteLine($"{typeof(F).Name}: at most {largest:F4} ulp, at {where:R} (0x{BitConverter.SingleToUInt32Bits(where):X8}), mean {sum / count:F4}, {count} arguments");
        Assert.True(largest <= bound, $"{typeof(F).Name}: {largest:F4} ulp at {where:R}, bound {bound}");
    }

    /// <summary>Distance in units of float32 around the exact value; infinity counts as 2¹²⁸, NaN equals NaN alone.</summary>
    private static double Ulps(float value, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(value))
        {
            return double.IsNaN(exact) && float.IsNaN(value) ? 0 : double.PositiveInfinity;
        }

        const double overflow = 2.0 * 1.7014118346046923e38;
        double y = Math.Clamp(value, -overflow, overflow);
        double magnitude = Math.Min(Math.Abs(exact), overflow);
        int exponent = (int)(BitConverter.DoubleToInt64Bits(magnitude) >> 52) - 1023;

        // 2^(23 − exponent), with one unit for all denormals.
        double perUnit = BitConverter.Int64BitsToDouble((long)(1023 + 23 - Math.Clamp(exponent, -126, 127)) << 52);
        return Math.Abs(y - Math.CopySign(magnitude, exact)) * perUnit;
    }
}
