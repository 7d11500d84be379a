using RealtimeFlow.Engine;
using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary>Computes a block of points: coordinate-major, in place, with one number a point. Called from several threads at once.</summary>
/// <param name="first">The index of the first point.</param>
/// <param name="points">D · N floats, coordinate i of point j at <c>i * N + j</c>: those given, if any are.</param>
/// <param name="numbers">N floats; empty where nobody wants them.</param>
internal delegate void BlockWork(long first, Span<float> points, Span<float> numbers);

/// <summary>
/// Takes points, given in a file or made out of nothing, through work on all threads to files, chunk after chunk: while one chunk is computed, the next is read
/// and the one before is written. Memory does not depend on how many points there are, nor does any bit on threads or chunks.
/// </summary>
internal sealed class PointPipeline : IShardedWork
{
    // A chunk is long against the pause between two runs of the workers, and small enough that three of them stay in a cache.
    private const int ChunkFloats = 1 << 18, BlockFloats = 1 << 14;

    // Tiles of the engine have so many columns, or a multiple of it.
    private const int BlockUnit = 64;

    // The first two shards of a run; the others are blocks.
    private const int WriteShard = 0, ReadShard = 1, OtherShards = 2;

    private readonly WorkerPool _workers;
    private readonly int _dimension, _blockSize;
    private readonly PointReader? _reader;
    private readonly BlockWork _work;
    private readonly ArrayOutputs _outputs;
    private readonly CancellationToken _interrupted;
    private readonly float[][] _scratch;
    private Chunk _read, _computed, _written;
    private long _left;

    /// <param name="workers">The threads.</param>
    /// <param name="dimension">D.</param>
    /// <param name="reader">Where the points come from; null where the work makes them.</param>
    /// <param name="work">What becomes of them.</param>
    /// <param name="outputs">Where they go.</param>
    /// <param name="interrupted">Ends the work at the next block.</param>
    public PointPipeline(
        WorkerPool workers, int dimension, PointReader? reader, BlockWork work, ArrayOutputs outputs, CancellationToken interrupted)
    {
        _workers = workers;
        _dimension = dimension;
        _reader = reader;
        _work = work;
        _outputs = outputs;
        _interrupted = interrupted;
        _blockSize = Math.Max(BlockFloats / dimension / BlockUnit, 1) * BlockUnit;
        int blocks = Math.Max(ChunkFloats / (_blockSize * dimension), 1);
        _scratch = [.. Enumerable.Range(0, workers.Count).Select(_ => new float[dimension * _blockSize])];
        (_read, _computed, _written) = (MakeChunk(), MakeChunk(), MakeChunk());

        Chunk MakeChunk() => new(new float[blocks * _blockSize * dimension], new float[blocks * _blockSize]);
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="progress">Shows how far it is.</param>
    /// <param name="count">How many points there are, where that is known: it is where the work makes them.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public long Run(PointProgress progress, long? count)
    {
        _left = count ?? 0;
        long total = 0;
        do
        {
            (_read, _computed, _written) = (_written, _read, _computed);
            _computed.First = total;
            total += _computed.Count;
            _workers.Run(this, OtherShards + ((_computed.Count + _blockSize - 1) / _blockSize));
            progress.Show(total, count);
        }
        while (_read.Count + _computed.Count > 0);
        return total;
    }

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        _interrupted.ThrowIfCancellationRequested();
        switch (shard)
        {
            case WriteShard:
                _outputs.Write(_written.Rows.AsSpan(0, _written.Count * _dimension), _written.Numbers.AsSpan(0, _written.Count));
                break;
            case ReadShard:
                _read.Count = Read();
                break;
            default:
                Compute((shard - OtherShards) * _blockSize, _scratch[worker]);
                break;
        }
    }

    private int Read()
    {
        if (_reader != null)
        {
            return _reader.Read(_read.Rows);
        }

        int count = (int)Math.Min(_read.Numbers.Length, _left);
        _left -= count;
        return count;
    }

    private void Compute(int begin, float[] scratch)
    {
        int count = Math.Min(_blockSize, _computed.Count - begin);
        Span<float> points = scratch.AsSpan(0, count * _dimension);
        Span<float> rows = _computed.Rows.AsSpan(begin * _dimension, count * _dimension);
        if (_reader != null)
        {
            Transpose(rows, points, _dimension);
        }

        _work(_computed.First + begin, points, _outputs.HasNumbers ? _computed.Numbers.AsSpan(begin, count) : default);
        if (_outputs.HasRows)
        {
            Transpose(points, rows, count);
        }
    }

    /// <summary>A matrix whose rows have so many columns becomes one whose columns have so many rows.</summary>
    private static void Transpose(ReadOnlySpan<float> matrix, Span<float> transposed, int columns)
    {
        int rows = matrix.Length / columns;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }
    }

    private sealed class Chunk(float[] rows, float[] numbers)
    {
        public float[] Rows => rows;

        public float[] Numbers => numbers;

        public int Count { get; set; }

        public long First { get; set; }
    }
}
