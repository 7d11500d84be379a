using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// Fills a span with numbers as points of one coordinate. The ends of a stretch that begins or ends inside a group of 16 go through a
/// buffer on the stack.
/// </summary>
internal ref struct SpanFill<TNoise> : ILaneKernel
    where TNoise : struct, INoise
{
    private RandomStream _stream;
    private ulong _first;
    private Span<float> _destination;

    /// <summary>Fills <paramref name="destination"/> with the elements from <paramref name="first"/> on.</summary>
    public static void Run(in RandomStream stream, ulong first, Span<float> destination, LaneWidth width)
    {
        SpanFill<TNoise> kernel = default;
        kernel._stream = stream;
        kernel._first = first;
        kernel._destination = destination;
        LaneDispatch.Run(width, ref kernel);
    }

    /// <inheritdoc/>
    public readonly void Run<V>()
        where V : struct, ILanes<V>
    {
        Span<float> rest = _destination;
        ulong group = _first / Words.Row;
        int skip = (int)(_first % Words.Row);
        if (skip != 0)
        {
            int count = Math.Min(Words.Row - skip, rest.Length);
            PartOfGroup<V>(_stream, group++, skip, rest[..count]);
            rest = rest[count..];
        }

        int whole = rest.Length / Words.Row;
        PointNoise.Fill<V, TNoise>(default, _stream, 1, group, whole, ref MemoryMarshal.GetReference(rest));
        if (rest.Length % Words.Row != 0)
        {
            PartOfGroup<V>(_stream, group + (ulong)whole, 0, rest[(whole * Words.Row)..]);
        }
    }

    [SkipLocalsInit]
    private static void PartOfGroup<V>(in RandomStream stream, ulong group, int skip, Span<float> destination)
        where V : struct, ILanes<V>
    {
        Span<float> row = stackalloc float[Words.Row];
        PointNoise.Fill<V, TNoise>(default, stream, 1, group, 1, ref MemoryMarshal.GetReference(row));
        row.Slice(skip, destination.Length).CopyTo(destination);
    }
}
