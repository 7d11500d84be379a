using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Base;

/// <summary>
/// A sum that keeps what its additions round away (D. Knuth's TwoSum): in many dimensions ln q_0 is a sum of many terms, whose roundings
/// would otherwise be those of the whole, each time.
/// </summary>
internal struct CompensatedSum<V>
    where V : struct, ILanes<V>
{
    private V _sum;
    private V _lost;

    /// <summary>The sum; −∞ where a term was.</summary>
    public readonly V Total
    {
        // There what was lost is not a number.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => V.Select(V.LessThan(_sum, V.Splat(float.MinValue)), _sum, _sum + _lost);
    }

    /// <summary>Adds a term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(V term)
    {
        V sum = _sum + term;
        V taken = sum - _sum;
        _lost += (_sum - (sum - taken)) + (term - taken);
        _sum = sum;
    }
}
