using RealtimeFlow.Lanes;

namespace RealtimeFlow.Tests.Numerics;

public class LaneMathWidthTests
{
    private static readonly float[] Arguments = MakeArguments();

    [Fact]
    public void Tanh_has_the_same_bits_at_every_width() => AssertSameBits<Tanh>();

    [Fact]
    public void Exp_has_the_same_bits_at_every_width() => AssertSameBits<Exp>();

    [Fact]
    public void Log_has_the_same_bits_at_every_width() => AssertSameBits<Log>();

    [Fact]
    public void Log1p_has_the_same_bits_at_every_width() => AssertSameBits<Log1p>();

    [Fact]
    public void Softplus_has_the_same_bits_at_every_width() => AssertSameBits<Softplus>();

    [Fact]
    public void Sigmoid_has_the_same_bits_at_every_width() => AssertSameBits<Sigmoid>();

    [Fact]
    public void Sine_of_turns_has_the_same_bits_at_every_width() => AssertSameBits<SinTurns>(1048576f);

    [Fact]
    public void Cosine_of_turns_has_the_same_bits_at_every_width() => AssertSameBits<CosTurns>(1048576f);

    [Fact]
    public void Sine_of_a_word_has_the_same_bits_at_every_width() => AssertSameBits<SinOfBits>();

    [Fact]
    public void Cosine_of_a_word_has_the_same_bits_at_every_width() => AssertSameBits<CosOfBits>();

    [Fact]
    public void Logarithm_of_a_uniform_word_has_the_same_bits_at_every_width() => AssertSameBits<LogOfUniformBits>();

    [Fact]
    public void Normal_quantile_of_a_word_has_the_same_bits_at_every_width() => AssertSameBits<NormalQuantileOfBits>();

    [Fact]
    public void Expm1_has_the_same_bits_at_every_width() => AssertSameBits<Expm1>();

    private static void AssertSameBits<F>(float largest = float.PositiveInfinity)
        where F : struct, ILaneFunction
    {
        float[] x = float.IsInfinity(largest) ? Arguments : [.. Arguments.Select(v => Math.Abs(v) <= largest ? v : 0f)];
        uint[] expected = Bits<F, Lane1>(x);
        Assert.Equal(expected, Bits<F, Lanes128>(x));
        Assert.Equal(expected, Bits<F, Lanes256>(x));
        Assert.Equal(expected, Bits<F, Lanes512>(x));
        Assert.Equal(expected, Bits<F, LanesT>(x));
    }

    // NaNs count as one: which of two NaN payloads survives an operation is the processor's choice.
    private static uint[] Bits<F, V>(float[] x)
        where F : struct, ILaneFunction
        where V : struct, ILanes<V>
    {
        var y = new float[x.Length];
        FloatSweep.Map<F, V>(x, y);
        return [.. y.Select(v => BitConverter.SingleToUInt32Bits(float.IsNaN(v) ? float.NaN : v))];
    }

    /// <summary>Special values, their neighbours, and patterns spread over all of float32.</summary>
    private static float[] MakeArguments()
    {
        float[] special =
        [
            0f, float.Epsilon, 1.17549435e-38f, 5.9604645e-8f, 0.25f, 0.5f, 0.70710678f, 1f, 1.41421356f, 2f, 9.011f, 9.02f,
            87.33f, 88.72f, 88.73f, 103.9f, 104f, 1048576f, float.MaxValue, float.PositiveInfinity, float.NaN,
        ];
        IEnumerable<float> around = special.SelectMany(v => new[] { v, MathF.BitIncrement(v), MathF.BitDecrement(v) });
        float[] both = [.. around.SelectMany(v => new[] { v, -v })];
        IEnumerable<float> spread = Enumerable.Range(0, 8192 - both.Length).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 524_309u));
        return [.. both, .. spread];
    }
}
