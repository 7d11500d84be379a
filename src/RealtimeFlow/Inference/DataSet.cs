using RealtimeFlow.Files;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>Rows of data in memory, which more may join while something is learned from them.</summary>
/// <remarks>
/// Rows that <see cref="Append(ReadOnlySpan{float})"/> takes, on any thread, wait until <see cref="Admit"/>; a trainer calls that at the beginning of each
/// step. So the set is the same throughout a step, and throughout whatever is estimated between two steps.
/// </remarks>
public sealed class DataSet
{
    private const int FloatsAtOnce = 1 << 14;

    private readonly Lock _appending = new();
    private readonly List<RowComplaint> _complaints = [];

    // What Append writes to: the memory of the set itself and the rows behind it, or longer memory that holds the same rows.
    private float[] _arriving;
    private int _arrived;

    private float[] _values;

    /// <summary>Makes a set without rows, for a stream of them.</summary>
    /// <param name="dimension">D ≥ 1.</param>
    public DataSet(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Dimension = dimension;
        _values = _arriving = [];
    }

    /// <summary>Takes a copy of rows.</summary>
    /// <param name="rows">N · D floats, row after row: number i of row j at <c>j * D + i</c>.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <exception cref="ArgumentException">There is no row, no whole number of rows, or a number that is not finite.</exception>
    public DataSet(ReadOnlySpan<float> rows, int dimension)
        : this(dimension)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentException($"Holds no row: expected rows of {dimension} floats, at least one.", nameof(rows));
        }

        Append(rows);
        Admit();
    }

    /// <summary>What is wrong with a row for those who read it, or null.</summary>
    internal delegate string? RowComplaint(ReadOnlySpan<float> row);

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>N.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// All rows as points of a distribution: D · N floats, coordinate i of row j at <c>i * N + j</c>. A copy where rows were appended.
    /// </summary>
    public ReadOnlySpan<float> Points
    {
        get
        {
            if (Capacity(_values) == Count)
            {
                return _values;
            }

            float[] points = new float[Count * Dimension];
            CopyColumns(_values, points, Count);
            return points;
        }
    }

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

    /// <summary>All rows, each of which counts once.</summary>
    internal RowBatch All => new(_values, Capacity(_values), Count, Weight: 1);

    /// <summary>
    /// Takes a copy of further rows, which become part of the set at the next <see cref="Admit"/>. Any thread may call. Memory grows to
    /// twice what it was where it is too short; else nothing is allocated.
    /// </summary>
    /// <param name="rows">Rows one after the other, as in the constructor; none is allowed.</param>
    /// <exception cref="ArgumentException">No whole number of rows, or one that is not finite or not fit for who reads it: none is taken.</exception>
    public void Append(ReadOnlySpan<float> rows)
    {
        if (rows.Length % Dimension != 0)
        {
            throw new ArgumentException($"Holds {rows.Length} floats: expected rows of {Dimension}.", nameof(rows));
        }

        lock (_appending)
        {
            int count = rows.Length / Dimension;
            for (int row = 0; row < count; row++)
            {
                Check(rows.Slice(row * Dimension, Dimension), _arrived + row);
            }

            MakeRoom(count);
            int capacity = Capacity(_arriving);
            for (int row = 0; row < count; row++)
            {
                for (int i = 0; i < Dimension; i++)
                {
                    _arriving[(i * capacity) + _arrived + row] = rows[(row * Dimension) + i];
                }
            }

            Volatile.Write(ref _arrived, _arrived + count);
        }
    }

    /// <summary>Appends all rows that a reader has left.</summary>
    /// <param name="reader">Its rows; they have as many numbers as these.</param>
    /// <exception cref="ArgumentException">A row is refused, or the dimensions differ.</exception>
    public void Append(PointReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.Dimension != Dimension)
        {
            throw new ArgumentException($"Has rows of {reader.Dimension} numbers: expected {Dimension}.", nameof(reader));
        }

        float[] rows = new float[Math.Max(FloatsAtOnce / Dimension, 1) * Dimension];
        for (int count; (count = reader.Read(rows)) > 0;)
        {
            Append(rows.AsSpan(0, count * Dimension));
        }
    }

    /// <summary>Makes the rows that were appended so far part of the set. Not while others read it.</summary>
    public void Admit()
    {
        // In this order: memory that is seen later holds the rows that were counted before, and nobody writes to those.
        int count = Volatile.Read(ref _arrived);
        _values = Volatile.Read(ref _arriving);
        Count = count;
    }

    /// <summary>One coordinate of all rows.</summary>
    internal ReadOnlySpan<float> Coordinate(int i) => _values.AsSpan(i * Capacity(_values), Count);

    /// <summary>Refuses rows, those there are and those to come, of which somebody who reads them complains.</summary>
    /// <exception cref="ArgumentException">There is such a row.</exception>
    internal void Require(RowComplaint complaint)
    {
        lock (_appending)
        {
            _complaints.Add(complaint);
            Span<float> numbers = new float[Dimension];
            for (int row = 0; row < _arrived; row++)
            {
                for (int i = 0; i < Dimension; i++)
                {
                    numbers[i] = _arriving[(i * Capacity(_arriving)) + row];
                }

                Check(numbers, row);
            }
        }
    }

    private void Check(ReadOnlySpan<float> numbers, int row)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                throw new ArgumentException($"Row {row} has a number that is not finite, in column {i} (counted from 0).");
            }
        }

        foreach (RowComplaint complaint in _complaints)
        {
            if (complaint(numbers) is string words)
            {
                throw new ArgumentException($"Row {row} {words}.");
            }
        }
    }

    /// <summary>Lets so many rows fit behind those that arrived.</summary>
    private void MakeRoom(int count)
    {
        int needed = checked(_arrived + count), capacity = Capacity(_arriving);
        if (needed <= capacity)
        {
            return;
        }

        int most = Array.MaxLength / Dimension;
        if (needed > most)
        {
            throw new ArgumentException($"{needed} rows of {Dimension} floats do not fit into memory: {most} would.");
        }

        float[] longer = new float[Math.Clamp(2L * capacity, needed, most) * Dimension];
        CopyColumns(_arriving, longer, _arrived);
        Volatile.Write(ref _arriving, longer);
    }

    private void CopyColumns(float[] from, float[] to, int count)
    {
        for (int i = 0; i < Dimension; i++)
        {
            from.AsSpan(i * Capacity(from), count).CopyTo(to.AsSpan(i * Capacity(to)));
        }
    }

    private int Capacity(float[] values) => values.Length / Dimension;

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
