using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks.Curves;

/// <summary>U = ½ ‖z‖²: a target in any dimension that costs next to nothing, so that training is the flow's time.</summary>
internal readonly struct StandardNormal : IGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Energy<V>(ReadOnlySpan<V> z, Span<V> gradient)
        where V : struct, ILanes<V>
    {
        V sum = default;
        for (int i = 0; i < z.Length; i++)
        {
            gradient[i] = z[i];
            sum = V.Fma(z[i], z[i], sum);
        }

        return V.Splat(0.5f) * sum;
    }
}
