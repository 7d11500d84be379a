using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>The standard distribution of one coordinate ε of a base: its noise, ln p(ε) and d ln p / dε. Independent coordinates add up.</summary>
/// <remarks><c>shape</c> is the parameter that is neither location nor scale: ν of Student's t; families without one take no notice of it.</remarks>
internal interface IBaseFamily
{
    /// <summary>The part of ln p(ε) that does not depend on ε.</summary>
    static abstract double LogNormalizer(float shape);

    /// <summary>Writes ε of whole groups of sixteen points: D rows of sixteen a group.</summary>
    static abstract void FillNoise<V>(
        in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination, float shape)
        where V : struct, ILanes<V>;

    /// <summary>ln p(ε), less the normalizer.</summary>
    static abstract V LogDensity<V>(V epsilon, float shape)
        where V : struct, ILanes<V>;

    /// <summary>d ln p / dε.</summary>
    static abstract V Score<V>(V epsilon, float shape)
        where V : struct, ILanes<V>;
}
