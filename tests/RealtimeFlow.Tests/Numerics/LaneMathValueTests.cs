using CsCheck;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Tests.Numerics;

public class LaneMathValueTests
{
    [Fact]
    public void Tanh_is_odd_bit_for_bit_and_never_beyond_one()
    {
        var negated = new float[FloatSweep.Batch];
        var mirrored = new float[FloatSweep.Batch];
        FloatSweep.Run<Tanh, Lanes256>((x, y) =>
        {
            for (int i = 0; i < x.Length; i++)
            {
                negated[i] = -x[i];
            }

            FloatSweep.Map<Tanh, Lanes256>(negated, mirrored);
            for (int i = 0; i < x.Length; i++)
            {
                bool odd = BitConverter.SingleToInt32Bits(mirrored[i]) == BitConverter.SingleToInt32Bits(-y[i]);
                if (!odd || Math.Abs(y[i]) > 1f)
                {
                    Assert.Fail($"tanh({x[i]:R}) = {y[i]:R}, tanh({negated[i]:R}) = {mirrored[i]:R}");
                }
            }
        });
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(float.Epsilon, float.Epsilon)]
    [InlineData(9.011f, 1f)]
    [InlineData(float.MaxValue, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, -1f)]
    public void Tanh_of(float x, float expected) => AssertBits<Tanh>(x, expected);

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(88.722847f, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(-103.27893f, float.Epsilon)]
    [InlineData(-103.9721f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Exp_of(float x, float expected) => AssertBits<Exp>(x, expected);

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(0f, float.NegativeInfinity)]
    [InlineData(-float.Epsilon, float.NaN)]
    [InlineData(float.NegativeInfinity, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.Epsilon, -103.27893f)]
    [InlineData(float.NaN, float.NaN)]
    public void Log_of(float x, float expected) => AssertBits<Log>(x, expected);

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(float.Epsilon, float.Epsilon)]
    [InlineData(1e-8f, 1e-8f)]
    [InlineData(-1f, float.NegativeInfinity)]
    [InlineData(-1.0000001f, float.NaN)]
    [InlineData(float.MaxValue, 88.72284f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Log1p_of(float x, float expected) => AssertBits<Log1p>(x, expected);

    [Fact]
    public void Negative_zero_is_kept_where_the_function_is_odd_there_and_is_zero_elsewhere()
    {
        AssertBits<Tanh>(-0f, -0f);
        AssertBits<Log1p>(-0f, -0f);
        AssertBits<Expm1>(-0f, -0f);
        AssertBits<Exp>(-0f, 1f);
        AssertBits<Log>(-0f, float.NegativeInfinity);
    }

    [Theory]
    [InlineData(0f, 0.6931472f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.MaxValue, float.MaxValue)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Softplus_of(float x, float expected) => AssertBits<Softplus>(x, expected);

    [Theory]
    [InlineData(0f, 0.5f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Sigmoid_of(float x, float expected) => AssertBits<Sigmoid>(x, expected);

    [Theory]
    [InlineData(0f, 0f, 1f)]
    [InlineData(0.25f, 1f, 0f)]
    [InlineData(0.5f, 0f, -1f)]
    [InlineData(-0.25f, -1f, 0f)]
    [InlineData(1048575.75f, -1f, 0f)]
    [InlineData(1048576f, 0f, 1f)]
    [InlineData(-1048576f, 0f, 1f)]
    public void Sine_and_cosine_of_turns(float x, float sine, float cosine)
    {
        Assert.Equal(sine, Value<SinTurns>(x));
        Assert.Equal(cosine, Value<CosTurns>(x));
    }

    [Fact]
    public void Sine_of_turns_is_odd_and_cosine_even() => Check.Sample(
        Gen.Float[-1048576f, 1048576f],
        x => Value<SinTurns>(-x) == -Value<SinTurns>(x) && Value<CosTurns>(-x) == Value<CosTurns>(x));

    [Fact]
    public void Complementary_words_are_mirrored_angles() => Check.Sample(
        Gen.UInt,
        word => Value<SinOfBits>(Bits(~word)) == -Value<SinOfBits>(Bits(word)) && Value<CosOfBits>(Bits(~word)) == Value<CosOfBits>(Bits(word)));

    [Theory]
    [InlineData(0u)]
    [InlineData(0x40000000u)]
    [InlineData(0x80000000u)]
    [InlineData(0xC0000000u)]
    public void No_angle_of_a_word_is_a_whole_number_of_quarters(uint word)
    {
        // On both sides of a quarter, half a step of 2⁻²⁶ turns away.
        const float least = 4.6813380e-8f;
        foreach (uint neighbour in (uint[])[word, word - 1])
        {
            float sin = Math.Abs(Value<SinOfBits>(Bits(neighbour))), cos = Math.Abs(Value<CosOfBits>(Bits(neighbour)));
            Assert.Equal(1f, Math.Max(sin, cos));
            Assert.Equal(least, Math.Min(sin, cos));
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x12345678u)]
    public void Normal_quantiles_of_complementary_words_are_opposite(uint word)
    {
        float below = Value<NormalQuantileOfBits>(Bits(word));
        Assert.True(below < 0);
        Assert.Equal(-below, Value<NormalQuantileOfBits>(Bits(~word)));
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1e-8f, 1e-8f)]
    [InlineData(88.722847f, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(-30f, -1f)]
    [InlineData(float.NegativeInfinity, -1f)]
    [InlineData(float.NaN, float.NaN)]
    public void Expm1_of(float x, float expected) => AssertBits<Expm1>(x, expected);

    private static float Bits(uint word) => BitConverter.UInt32BitsToSingle(word);

    private static float Value<F>(float x)
        where F : struct, ILaneFunction
    {
        float[] y = [0f];
        FloatSweep.Map<F, Lane1>([x], y);
        return y[0];
    }

    private static void AssertBits<F>(float x, float expected)
        where F : struct, ILaneFunction
    {
        float value = Value<F>(x);
        Assert.Equal(float.IsNaN(expected), float.IsNaN(value));
        if (!float.IsNaN(expected))
        {
            Assert.Equal(BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(value));
        }
    }
}
