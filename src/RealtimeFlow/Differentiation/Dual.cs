using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Differentiation;

/// <summary>
/// A dual number over lanes, a + da: each function f gives f(a) and df = f′(a) da. What da is made of decides the mode
/// (<see cref="IDifferential{D, V}"/>); the functions and their derivatives are written here, once, for both.
/// </summary>
internal readonly struct Dual<V, D>(V value, D differential) : IReal<Dual<V, D>>
    where V : struct, ILanes<V>
    where D : struct, IDifferential<D, V>
{
    /// <summary>a.</summary>
    public V Value => value;

    /// <summary>da.</summary>
    public D Differential => differential;

    /// <inheritdoc/>
    public static implicit operator Dual<V, D>(float value) => new(V.Splat(value), default);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator +(Dual<V, D> a, Dual<V, D> b) => new(a.Value + b.Value, a.Differential + b.Differential);

    /// <inheritdoc/>
    public static Dual<V, D> operator +(Dual<V, D> a, float b) => new(a.Value + V.Splat(b), a.Differential);

    /// <inheritdoc/>
    public static Dual<V, D> operator +(float a, Dual<V, D> b) => new(V.Splat(a) + b.Value, b.Differential);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator -(Dual<V, D> a, Dual<V, D> b) => new(a.Value - b.Value, a.Differential - b.Differential);

    /// <inheritdoc/>
    public static Dual<V, D> operator -(Dual<V, D> a, float b) => new(a.Value - V.Splat(b), a.Differential);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator -(float a, Dual<V, D> b) => new(V.Splat(a) - b.Value, -b.Differential);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator -(Dual<V, D> a) => new(-a.Value, -a.Differential);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator *(Dual<V, D> a, Dual<V, D> b) =>
        new(a.Value * b.Value, D.Combine(b.Value, a.Differential, a.Value, b.Differential));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator *(Dual<V, D> a, float b) => Chain(a, a.Value * V.Splat(b), V.Splat(b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator *(float a, Dual<V, D> b) => b * a;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator /(Dual<V, D> a, Dual<V, D> b)
    {
        V quotient = a.Value / b.Value;
        V inverse = V.Splat(1) / b.Value;
        return new(quotient, D.Combine(inverse, a.Differential, -quotient * inverse, b.Differential));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator /(Dual<V, D> a, float b) => a * (1 / b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> operator /(float a, Dual<V, D> b)
    {
        V quotient = V.Splat(a) / b.Value;
        return Chain(b, quotient, -quotient / b.Value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Square(Dual<V, D> a) => Chain(a, a.Value * a.Value, a.Value + a.Value);

    /// <inheritdoc/>
    public static Dual<V, D> Pow(Dual<V, D> a, int n)
    {
        if (n == 0)
        {
            return 1;
        }

        // aⁿ⁻¹ by squaring, from which both the power and the slope follow.
        V power = V.Splat(1), square = a.Value;
        for (long rest = Math.Abs((long)n - 1); rest > 0; rest >>= 1)
        {
            power = (rest & 1) != 0 ? power * square : power;
            square *= square;
        }

        power = n < 0 ? V.Splat(1) / power : power;
        return Chain(a, power * a.Value, V.Splat(n) * power);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Sqrt(Dual<V, D> a)
    {
        V root = V.Sqrt(a.Value);
        return Chain(a, root, V.Splat(0.5f) / root);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Exp(Dual<V, D> a)
    {
        V exp = LaneMath.Exp(a.Value);
        return Chain(a, exp, exp);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Log(Dual<V, D> a) => Chain(a, LaneMath.Log(a.Value), V.Splat(1) / a.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Log1p(Dual<V, D> a) => Chain(a, LaneMath.Log1p(a.Value), V.Splat(1) / (V.Splat(1) + a.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Sin(Dual<V, D> a)
    {
        LaneMath.SinCosTurns(a.Value * V.Splat(0.5f / float.Pi), out V sin, out V cos);
        return Chain(a, sin, cos);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Cos(Dual<V, D> a)
    {
        LaneMath.SinCosTurns(a.Value * V.Splat(0.5f / float.Pi), out V sin, out V cos);
        return Chain(a, cos, -sin);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Tanh(Dual<V, D> a)
    {
        V tanh = LaneMath.Tanh(a.Value);
        return Chain(a, tanh, V.NegFma(tanh, tanh, V.Splat(1)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Sigmoid(Dual<V, D> a)
    {
        // σ′ = σ(−|a|) σ(|a|): neither factor is a difference.
        V decay = LaneMath.Exp(-V.Abs(a.Value));
        V larger = V.Splat(1) / (V.Splat(1) + decay);
        V smaller = decay * larger;
        return Chain(a, V.Select(V.LessThan(a.Value, V.Splat(0)), smaller, larger), smaller * larger);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Softplus(Dual<V, D> a)
    {
        V decay = LaneMath.Exp(-V.Abs(a.Value));
        return Chain(
            a,
            V.Max(V.Splat(0), a.Value) + LaneMath.Log1p(decay),
            V.Select(V.LessThan(a.Value, V.Splat(0)), decay, V.Splat(1)) / (V.Splat(1) + decay));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> LogAddExp(Dual<V, D> a, Dual<V, D> b)
    {
        V difference = a.Value - b.Value;
        V decay = LaneMath.Exp(-V.Abs(difference));
        V larger = V.Splat(1) / (V.Splat(1) + decay);
        V share = V.Select(V.LessThan(difference, V.Splat(0)), decay * larger, larger);
        return new(
            V.Max(a.Value, b.Value) + LaneMath.Log1p(decay),
            D.Combine(share, a.Differential, V.Splat(1) - share, b.Differential));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Abs(Dual<V, D> a)
    {
        V sign = V.FlipSign(V.Splat(1), a.Value);
        V magnitude = V.Abs(a.Value);
        return Chain(a, magnitude, V.Select(V.LessThan(V.Splat(0), magnitude), sign, V.Splat(0)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Min(Dual<V, D> a, Dual<V, D> b) => SelectLess(a, b, a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> Max(Dual<V, D> a, Dual<V, D> b) => SelectLess(b, a, a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<V, D> SelectLess(Dual<V, D> a, Dual<V, D> b, Dual<V, D> then, Dual<V, D> otherwise)
    {
        V mask = V.LessThan(a.Value, b.Value);
        return new(V.Select(mask, then.Value, otherwise.Value), D.Select(mask, then.Differential, otherwise.Differential));
    }

    /// <summary>f(a), given its value and slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Dual<V, D> Chain(Dual<V, D> a, V value, V slope) => new(value, slope * a.Differential);
}
