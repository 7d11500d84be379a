using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Targets;

/// <summary>U₂ = ½ ((y − w₁)/0.4)², w₁ = sin(2πx/4): Rezende &amp; Mohamed 2015, table 1.</summary>
internal readonly struct Wave : IPlaneGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        V offset = y - Sine(x, out V slope);
        byY = offset * V.Splat(1 / (0.4f * 0.4f));
        byX = -(byY * slope);
        return V.Splat(0.5f) * byY * offset;
    }

    /// <summary>w₁ and its derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sine<V>(V x, out V slope)
        where V : struct, ILanes<V>
    {
        LaneMath.SinCosTurns(V.Splat(0.25f) * x, out V sin, out V cos);
        slope = V.Splat(float.Pi / 2) * cos;
        return sin;
    }

    /// <summary>−ln(e^(−½(p/σ)²) + e^(−½(q/τ)²)) and its derivatives by p and q, given 1/σ² and 1/τ².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V TwoWells<V>(V p, float inverseP, V q, float inverseQ, out V byP, out V byQ)
        where V : struct, ILanes<V>
    {
        V pullP = p * V.Splat(inverseP);
        V pullQ = q * V.Splat(inverseQ);
        V energyP = V.Splat(0.5f) * pullP * p;
        V energyQ = V.Splat(0.5f) * pullQ * q;

        // The lower energy less ln(1 + e^(−|difference|)); each well pulls by its share of the sum.
        V difference = energyP - energyQ;
        V decay = LaneMath.Exp(-V.Abs(difference));
        V larger = V.Splat(1) / (V.Splat(1) + decay);
        V shareP = V.Select(V.LessThan(difference, V.Splat(0)), larger, decay * larger);
        byP = shareP * pullP;
        byQ = (V.Splat(1) - shareP) * pullQ;
        return V.Min(energyP, energyQ) - LaneMath.Log1p(decay);
    }
}

/// <summary>U₃ = −ln(e^(−½((y−w₁)/0.35)²) + e^(−½((y−w₁+w₂)/0.35)²)), w₂ = 3 e^(−½((x−1)/0.6)²): table 1.</summary>
internal readonly struct SplitWave : IPlaneGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        V p = y - Wave.Sine(x, out V slope);
        V fromOne = x - V.Splat(1);
        V bump = V.Splat(3) * LaneMath.Exp(V.Splat(-0.5f / (0.6f * 0.6f)) * fromOne * fromOne);
        V bumpSlope = V.Splat(-1 / (0.6f * 0.6f)) * fromOne * bump;
        V energy = Wave.TwoWells(p, 1 / (0.35f * 0.35f), p + bump, 1 / (0.35f * 0.35f), out V byP, out V byQ);
        byY = byP + byQ;
        byX = V.Fma(byQ, bumpSlope, -(byY * slope));
        return energy;
    }
}

/// <summary>U₄ = −ln(e^(−½((y−w₁)/0.4)²) + e^(−½((y−w₁+w₃)/0.35)²)), w₃ = 3 σ((x−1)/0.3): table 1.</summary>
internal readonly struct SteppedWave : IPlaneGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(V x, V y, out V byX, out V byY)
        where V : struct, ILanes<V>
    {
        V p = y - Wave.Sine(x, out V slope);
        V sigmoid = LaneMath.Sigmoid((x - V.Splat(1)) * V.Splat(1 / 0.3f));
        V stepSlope = V.Splat(3 / 0.3f) * sigmoid * (V.Splat(1) - sigmoid);
        V energy = Wave.TwoWells(
            p, 1 / (0.4f * 0.4f), V.Fma(V.Splat(3), sigmoid, p), 1 / (0.35f * 0.35f), out V byP, out V byQ);
        byY = byP + byQ;
        byX = V.Fma(byQ, stepSlope, -(byY * slope));
        return energy;
    }
}
