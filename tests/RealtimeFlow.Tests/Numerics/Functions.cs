using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Tests.Numerics;

/// <summary>A function over lanes beside its value in double.</summary>
internal interface ILaneFunction
{
    static abstract V Of<V>(V x)
        where V : struct, ILanes<V>;

    static abstract double Exact(double x);
}

internal readonly struct Tanh : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Tanh(x);

    public static double Exact(double x) => Math.Tanh(x);
}

internal readonly struct Exp : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Exp(x);

    public static double Exact(double x) => Math.Exp(x);
}

internal readonly struct Log : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Log(x);

    public static double Exact(double x) => Math.Log(x);
}

internal readonly struct Log1p : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Log1p(x);

    // What 1 + x loses in rounding comes back to first order: W. Kahan's device, written as a correction.
    public static double Exact(double x)
    {
        double sum = 1 + x;
        return double.IsPositiveInfinity(sum) || sum <= 0 ? Math.Log(sum) : Math.Log(sum) + ((x - (sum - 1)) / sum);
    }
}

internal readonly struct Softplus : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Softplus(x);

    public static double Exact(double x) => Math.Max(x, 0) + Log1p.Exact(Math.Exp(-Math.Abs(x)));
}

internal readonly struct Sigmoid : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Sigmoid(x);

    public static double Exact(double x)
    {
        double small = Math.Exp(-Math.Abs(x));
        return (x < 0 ? small : 1) / (1 + small);
    }
}

internal readonly struct SinTurns : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V>
    {
        LaneMath.SinCosTurns(x, out V sin, out _);
        return sin;
    }

    public static double Exact(double x) => double.SinPi(2 * x);
}

internal readonly struct CosTurns : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V>
    {
        LaneMath.SinCosTurns(x, out _, out V cos);
        return cos;
    }

    public static double Exact(double x) => double.CosPi(2 * x);
}

/// <summary>The argument is read as 32 bits: a fraction of a turn, of which the highest 26 count.</summary>
internal readonly struct SinOfBits : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V>
    {
        LaneMath.SinCosTurnsOfBits(x, out V sin, out _);
        return sin;
    }

    public static double Exact(double word) => double.SinPi(HalfTurns(word));

    /// <summary>(⌊word / 2⁶⌋ + ½) 2⁻²⁶ turns.</summary>
    public static double HalfTurns(double word) => (Math.Floor(word / 64) + 0.5) / 33554432.0;
}

/// <inheritdoc cref="SinOfBits"/>
internal readonly struct CosOfBits : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V>
    {
        LaneMath.SinCosTurnsOfBits(x, out _, out V cos);
        return cos;
    }

    public static double Exact(double word) => double.CosPi(SinOfBits.HalfTurns(word));
}

/// <summary>The argument is read as 32 bits: a random word that stands for a uniform number, as float32 has it.</summary>
internal readonly struct LogOfUniformBits : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.LogOfUniformBits(x);

    public static double Exact(double word)
    {
        double p = MathF.FusedMultiplyAdd((int)(uint)word, 1 / 4294967296f, 0.5f / 4294967296f);
        return p > 0 ? Math.Log(p) : Log1p.Exact(p);
    }
}

/// <summary>The same logarithm beside that of the unrounded number (word + ½) 2⁻³².</summary>
internal readonly struct LogOfUnroundedBits : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.LogOfUniformBits(x);

    public static double Exact(double word) =>
        word < 2147483648.0 ? Math.Log((word + 0.5) / 4294967296.0) : Log1p.Exact((word + 0.5 - 4294967296.0) / 4294967296.0);
}

/// <summary>The argument is read as 32 bits: a word that stands for a uniform number.</summary>
internal readonly struct NormalQuantileOfBits : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.NormalQuantileOfBits(x);

    public static double Exact(double word)
    {
        double fromMiddle = (word + 0.5 - 2147483648.0) / 4294967296.0;
        return Math.CopySign(NormalReference.Quantile(0.5 - Math.Abs(fromMiddle), Math.Abs(fromMiddle)), fromMiddle);
    }
}

internal readonly struct Expm1 : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Expm1(x);

    // 2 sinh(x/2) exp(x/2): no difference.
    public static double Exact(double x) => Math.Abs(x) < 1 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : Math.Exp(x) - 1;
}
