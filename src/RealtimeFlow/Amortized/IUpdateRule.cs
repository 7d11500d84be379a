using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Amortized;

/// <summary>What a step of an optimizer has in common for all parameters.</summary>
/// <param name="Rate">The learning rate; of Adam divided by the weight 1 − β₁ᵗ of its mean.</param>
/// <param name="SquareWeight">What the mean of squares is multiplied by: of Adam 1/(1 − β₂ᵗ).</param>
/// <param name="Epsilon">ε.</param>
internal readonly record struct UpdateRates(float Rate, float SquareWeight, float Epsilon);

/// <summary>An optimizer's rule for one parameter, of which it keeps two numbers, 0 at the beginning.</summary>
internal interface IUpdateRule
{
    /// <summary>The rates of a step.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="step">t: the number of this step, from 1.</param>
    static abstract UpdateRates Rates(double learningRate, double epsilon, long step);

    /// <summary>Takes a derivative in, and returns what to subtract from the parameter.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    static abstract V Step<V>(V derivative, ref V first, ref V second, in UpdateRates rates)
        where V : struct, ILanes<V>;
}

/// <summary>The running means of the rules.</summary>
internal static class Moments
{
    /// <summary>
    /// decay · mean + (1 − decay) · value. Where the derivative has become 0, as of the weights of a pixel that is never on, a mean decays for
    /// ever: it ends at 10⁻³⁶.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add<V>(V mean, float decay, V value)
        where V : struct, ILanes<V> => LaneMath.FlushBelow(V.Fma(V.Splat(decay), mean, V.Splat(1 - decay) * value), 1e-36f);

    /// <summary>The square of a derivative; of one below 10⁻¹⁷ it is 0, for the same reason.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Square<V>(V derivative)
        where V : struct, ILanes<V>
    {
        V normal = LaneMath.FlushBelow(derivative, 1e-17f);
        return normal * normal;
    }

    /// <summary>momentum · velocity + step, down to 10⁻³⁶.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Push<V>(V velocity, float momentum, V step)
        where V : struct, ILanes<V> => LaneMath.FlushBelow(V.Fma(V.Splat(momentum), velocity, step), 1e-36f);
}

/// <summary>Adam: D. Kingma, J. Ba, <i>Adam: a method for stochastic optimization</i>, ICLR 2015, algorithm 1.</summary>
internal readonly struct AdamRule : IUpdateRule
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f;

    /// <inheritdoc/>
    public static UpdateRates Rates(double learningRate, double epsilon, long step) =>
        new((float)(learningRate / (1 - Math.Pow(Beta1, step))), (float)(1 / (1 - Math.Pow(Beta2, step))), (float)epsilon);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Step<V>(V derivative, ref V first, ref V second, in UpdateRates rates)
        where V : struct, ILanes<V>
    {
        first = Moments.Add(first, Beta1, derivative);
        second = Moments.Add(second, Beta2, Moments.Square(derivative));
        return V.Splat(rates.Rate) * first / (V.Sqrt(V.Splat(rates.SquareWeight) * second) + V.Splat(rates.Epsilon));
    }
}

/// <summary>RMSprop with momentum, as Rezende &amp; Mohamed 2015 train: momentum 0.9, decay 0.9 of the squared derivative.</summary>
internal readonly struct RmsPropRule : IUpdateRule
{
    private const float Decay = 0.9f, Momentum = 0.9f;

    /// <inheritdoc/>
    public static UpdateRates Rates(double learningRate, double epsilon, long step) => new((float)learningRate, 1, (float)epsilon);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Step<V>(V derivative, ref V first, ref V second, in UpdateRates rates)
        where V : struct, ILanes<V>
    {
        second = Moments.Add(second, Decay, Moments.Square(derivative));
        V step = V.Splat(rates.Rate) * derivative / (V.Sqrt(second) + V.Splat(rates.Epsilon));
        return first = Moments.Push(first, Momentum, step);
    }
}

/// <summary>Stochastic gradient descent with momentum 0.9.</summary>
internal readonly struct SgdRule : IUpdateRule
{
    private const float Momentum = 0.9f;

    /// <inheritdoc/>
    public static UpdateRates Rates(double learningRate, double epsilon, long step) => new((float)learningRate, 1, (float)epsilon);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Step<V>(V derivative, ref V first, ref V second, in UpdateRates rates)
        where V : struct, ILanes<V> => first = Moments.Push(first, Momentum, V.Splat(rates.Rate) * derivative);
}
