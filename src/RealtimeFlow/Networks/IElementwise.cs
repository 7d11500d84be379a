using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Networks;

/// <summary>An activation of one unit, whose derivative can be told from its value: nothing else is kept.</summary>
internal interface IElementwise
{
    /// <summary>f(x).</summary>
    static abstract V Value<V>(V x)
        where V : struct, ILanes<V>;

    /// <summary>f′(x) · cotangent, where y = f(x).</summary>
    static abstract V PullBack<V>(V y, V cotangent)
        where V : struct, ILanes<V>;
}

/// <summary><see cref="Activation.Linear"/>.</summary>
internal readonly struct Identity : IElementwise
{
    /// <inheritdoc/>
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => x;

    /// <inheritdoc/>
    public static V PullBack<V>(V y, V cotangent)
        where V : struct, ILanes<V> => cotangent;
}

/// <summary><see cref="Activation.Tanh"/>: f′ = 1 − y².</summary>
internal readonly struct HyperbolicTangent : IElementwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Tanh(x);

    /// <inheritdoc/>
    public static V PullBack<V>(V y, V cotangent)
        where V : struct, ILanes<V> => V.NegFma(y, y, V.Splat(1)) * cotangent;
}

/// <summary><see cref="Activation.Relu"/>: f′ = 0 at 0.</summary>
internal readonly struct Rectifier : IElementwise
{
    /// <inheritdoc/>
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => V.Max(V.Splat(0), x);

    /// <inheritdoc/>
    public static V PullBack<V>(V y, V cotangent)
        where V : struct, ILanes<V> => V.LessThan(V.Splat(0), y) & cotangent;
}

/// <summary><see cref="Activation.Softplus"/>: f′ = sigmoid x = 1 − e⁻ʸ.</summary>
internal readonly struct SoftRectifier : IElementwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Value<V>(V x)
        where V : struct, ILanes<V> => LaneMath.Softplus(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V PullBack<V>(V y, V cotangent)
        where V : struct, ILanes<V> => -LaneMath.Expm1(-y) * cotangent;
}
