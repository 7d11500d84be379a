using RealtimeFlow.Random;

namespace RealtimeFlow.Inference;

/// <summary>Rows of data in memory, to be learned by maximum likelihood.</summary>
public sealed class DataSet
{
    private readonly float[] _values;

    /// <summary>Takes a copy of rows.</summary>
    /// <param name="rows">N · D floats, row after row: number i of row j at <c>j * D + i</c>.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <exception cref="ArgumentException">There is no row, no whole number of rows, or a number that is not finite.</exception>
    public DataSet(ReadOnlySpan<float> rows, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (rows.IsEmpty || rows.Length % dimension != 0)
        {
            throw new ArgumentException($"Holds {rows.Length} floats: expected rows of {dimension}, at least one.", nameof(rows));
        }

        Dimension = dimension;
        Count = rows.Length / dimension;
        _values = new float[rows.Length];
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < dimension; i++)
            {
                float value = rows[(row * dimension) + i];
                _values[(i * Count) + row] = float.IsFinite(value)
                    ? value
                    : throw new ArgumentException($"Row {row} has a number that is not finite, in column {i}.", nameof(rows));
            }
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>All rows as points of a distribution: D · N floats, coordinate i of row j at <c>i * N + j</c>.</summary>
    public ReadOnlySpan<float> Points => _values;

    /// <summary>One coordinate of all rows.</summary>
    internal ReadOnlySpan<float> Coordinate(int i) => _values.AsSpan(i * Count, Count);

    /// <summary>Sets rows aside, so that what was learned from the others can be judged by them.</summary>
    /// <param name="share">The share of the rows to hold out, between 0 and 1; each part has at least one.</param>
    /// <param name="seed">Decides which: the same seed, share and N hold out the same rows.</param>
    /// <returns>Both parts, their rows in the order of this set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two rows.</exception>
    public (DataSet Training, DataSet HeldOut) Split(double share, ulong seed)
    {
        if (share is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a number between 0 and 1.");
        }

        if (Count < 2)
        {
            throw new InvalidOperationException("Of fewer than two rows none can be held out.");
        }

        Span<uint> words = stackalloc uint[Permutation.Words];
        new RandomStream(seed, StreamNumbers.Split).FillBits(0, words);
        Permutation order = new(Count, words);
        bool[] isHeldOut = new bool[Count];
        int heldOut = (int)Math.Clamp(Math.Round(share * Count), 1, Count - 1);
        for (int place = 0; place < heldOut; place++)
        {
            isHeldOut[order[place]] = true;
        }

        return (Where(isHeldOut, false, Count - heldOut), Where(isHeldOut, true, heldOut));
    }

    private DataSet Where(bool[] isMarked, bool mark, int count)
    {
        float[] rows = new float[count * Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            ReadOnlySpan<float> coordinate = Coordinate(i);
            int place = i;
            for (int row = 0; row < coordinate.Length; row++)
            {
                if (isMarked[row] == mark)
                {
                    rows[place] = coordinate[row];
                    place += Dimension;
                }
            }
        }

        return new DataSet(rows, Dimension);
    }
}
