using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace RealtimeFlow.Flows;

/// <summary>
/// The caller's memory about a tile: the next tile's points, to be read, and this one's results, to be written. Layers compute for
/// microseconds without touching it, and then a whole tile would wait for it at once; so each layer asks for its share of the lines. An
/// address is a hint here: nothing is pinned, and one beyond the end does no harm.
/// </summary>
internal readonly unsafe struct RowsAhead
{
    /// <summary>Floats in a cache line.</summary>
    private const int Line = 16;

    private readonly float* _next, _result, _logarithms;
    private readonly nint _stride;
    private readonly int _dimension, _columns;

    /// <param name="points">What is read, D · N floats; empty where points are drawn.</param>
    /// <param name="result">What is written, D · N floats.</param>
    /// <param name="logarithms">N floats to write, or empty.</param>
    /// <param name="dimension">D.</param>
    /// <param name="done">The points that are written already.</param>
    /// <param name="columns">The points of the tile.</param>
    public RowsAhead(ReadOnlySpan<float> points, ReadOnlySpan<float> result, ReadOnlySpan<float> logarithms, int dimension, int done, int columns)
    {
        _next = points.IsEmpty ? null : At(points, done + columns);
        _result = At(result, done);
        _logarithms = logarithms.IsEmpty ? null : At(logarithms, done);
        (_stride, _dimension, _columns) = (result.Length / dimension, dimension, columns);
    }

    /// <summary>Asks for the share of one of so many layers; of none, where this is the default value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int layer, int layers)
    {
        if (!Sse.IsSupported || _columns == 0)
        {
            return;
        }

        int share = ((_columns / Line) + layers) / layers * Line;
        int end = Math.Min(_columns, (layer + 1) * share);
        for (int column = layer * share; column < end; column += Line)
        {
            for (int i = 0; i < _dimension; i++)
            {
                nint place = (i * _stride) + column;
                if (_next != null)
                {
                    Sse.Prefetch0(_next + place);
                }

                Sse.Prefetch0(_result + place);
            }

            if (_logarithms != null)
            {
                Sse.Prefetch0(_logarithms + column);
            }
        }
    }

    private static float* At(ReadOnlySpan<float> span, int i) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span)) + i;
}
