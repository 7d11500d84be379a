using RealtimeFlow.Flows;

namespace RealtimeFlow.Density;

/// <summary>The caller's spans: what must hold of their lengths and places, and their way into a tile and out of it.</summary>
internal static class PointSpans
{
    /// <summary>The number of points in a span.</summary>
    /// <exception cref="ArgumentException">It holds no whole number of points.</exception>
    public static int Count(ReadOnlySpan<float> points, int dimension, string name)
    {
        (int count, int rest) = Math.DivRem(points.Length, dimension);
        return rest == 0
            ? count
            : throw new ArgumentException($"Holds {points.Length} floats, which is not a multiple of the dimension {dimension}.", name);
    }

    /// <summary>Refuses a result of another length than asked for.</summary>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public static void RequireLength(ReadOnlySpan<float> result, int length, string name)
    {
        if (result.Length != length)
        {
            throw new ArgumentException($"Holds {result.Length} floats, but there are {length} to write.", name);
        }
    }

    /// <summary>Refuses a result that would be written over what is still to be read, or over another result.</summary>
    /// <exception cref="ArgumentException">The spans share memory.</exception>
    public static void RequireApart(ReadOnlySpan<float> result, ReadOnlySpan<float> other, string name, string otherName)
    {
        if (result.Overlaps(other))
        {
            throw new ArgumentException($"Overlaps {otherName}.", name);
        }
    }

    /// <summary>Reads points into a tile; columns beyond the last are worked on too, and get a point that exists.</summary>
    public static void CopyIn(FlowTile tile, int taken, ReadOnlySpan<float> points, int count, int done)
    {
        for (int i = 0; i < tile.Dimension; i++)
        {
            Span<float> row = tile.Row(i);
            points.Slice((i * count) + done, taken).CopyTo(row);
            row[taken..(int)FlowTile.Padded(taken)].Fill(row[0]);
        }
    }

    /// <summary>Writes D rows of a tile out, from a column on.</summary>
    public static unsafe void CopyOut(FlowTile tile, float* rows, int skip, int taken, Span<float> points, int count, int done)
    {
        for (int i = 0; i < tile.Dimension; i++)
        {
            new ReadOnlySpan<float>(rows + (i * tile.Stride) + skip, taken).CopyTo(points[((i * count) + done)..]);
        }
    }
}
