using System.Collections.Concurrent;
using RealtimeFlow.Files;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Live;

/// <summary>Rows that arrive while they are learned.</summary>
internal abstract class RowStream : IDisposable
{
    /// <summary>What stands for standard input where a file is named.</summary>
    public const string StandardInput = "-";

    /// <summary>Numbers in a row.</summary>
    public abstract int Dimension { get; }

    /// <summary>Flips of coins whose bias depends on x: (x, y), x ~ N(0, 1), p(y = 1) = 1/(1 + e^(−(1.5x − 0.5))). Ten a second, 200 in all.</summary>
    /// <param name="seed">Decides them.</param>
    public static RowStream Coins(ulong seed) => new CoinStream(new RandomStream(seed, StreamNumbers.Data));

    /// <summary>The rows of a file, or of standard input as they come.</summary>
    /// <exception cref="FileFormatException">The file is not as it should be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RowStream Of(string file) => file == StandardInput
        ? new PipeStream(PointReader.OpenPipe(Console.OpenStandardInput(), "standard input"))
        : new FileRows(PointReader.Open(file));

    /// <summary>Gives the next row, if it has arrived.</summary>
    /// <param name="time">Seconds since the first moment, as the studio counts them.</param>
    /// <param name="row">Receives <see cref="Dimension"/> numbers.</param>
    /// <exception cref="FileFormatException">A row is not as it should be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public abstract bool TryTake(double time, Span<float> row);

    /// <summary>Begins with the first row again, where that is possible.</summary>
    public virtual void Rewind()
    {
    }

    public virtual void Dispose()
    {
    }

    private sealed class CoinStream(RandomStream stream) : RowStream
    {
        private const double RowsPerSecond = 10, Slope = 1.5, Intercept = -0.5;
        private const int Most = 200, NumbersOfRow = 3;

        private int _taken;

        public override int Dimension => 2;

        public override bool TryTake(double time, Span<float> row)
        {
            if (_taken == Most || time * RowsPerSecond < _taken)
            {
                return false;
            }

            Span<float> uniform = stackalloc float[NumbersOfRow];
            stream.FillUniform((ulong)_taken * NumbersOfRow, uniform);
            double x = Math.Sqrt(-2 * Math.Log(uniform[0])) * Math.Cos(2 * Math.PI * uniform[1]);
            (row[0], row[1]) = ((float)x, uniform[2] * (1 + Math.Exp(-((Slope * x) + Intercept))) < 1 ? 1 : 0);
            _taken++;
            return true;
        }

        public override void Rewind() => _taken = 0;
    }

    private sealed class FileRows(PointReader reader) : RowStream
    {
        public override int Dimension => reader.Dimension;

        public override bool TryTake(double time, Span<float> row) => reader.Read(row) > 0;

        public override void Dispose()
        {
            reader.Dispose();
            base.Dispose();
        }
    }

    /// <summary>A thread waits for the rows.</summary>
    private sealed class PipeStream : RowStream
    {
        private readonly ConcurrentQueue<float[]> _rows = new();
        private Exception? _failure;

        public PipeStream(PointReader reader)
        {
            Dimension = reader.Dimension;

            // Ends with the process, or with the rows.
            new Thread(() => Take(reader)) { IsBackground = true, Name = "rows" }.Start();
        }

        public override int Dimension { get; }

        public override bool TryTake(double time, Span<float> row)
        {
            if (_rows.TryDequeue(out float[]? arrived))
            {
                arrived.CopyTo(row);
                return true;
            }

            Exception? failure = Interlocked.Exchange(ref _failure, null);
            return failure == null ? false : throw new FileFormatException(failure.Message, failure);
        }

        private void Take(PointReader reader)
        {
            try
            {
                float[] row = new float[Dimension];
                while (reader.Read(row) > 0)
                {
                    _rows.Enqueue([.. row]);
                }
            }
            catch (Exception exception) when (exception is FileFormatException or IOException)
            {
                Volatile.Write(ref _failure, exception);
            }
        }
    }
}
