using System.Globalization;
using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>The three matrix products of a dense layer over a batch, the batch by features as networks have it.</summary>
internal sealed unsafe class ProductWork : IDisposable
{
    // Products are short: so many make a run.
    private const int Repetitions = 10;

    private readonly int _rows, _inputs, _units, _stride;
    private readonly WorkerPool _alone = new(1);
    private readonly MatrixProduct _product;
    private readonly ArithmeticPeak<FusedMultiplyAdds> _peak;
    private readonly AlignedFloats _weights, _values, _cotangent, _result;

    /// <param name="rows">The rows of the batch.</param>
    /// <param name="inputs">What enters the layer.</param>
    /// <param name="units">What leaves it.</param>
    public ProductWork(int rows, int inputs, int units)
    {
        (_rows, _inputs, _units, _stride) = (rows, inputs, units, Network.Stride(rows));
        _product = new MatrixProduct(PackedRows.Length(rows, inputs), _alone, LaneDispatch.Width);
        _peak = new ArithmeticPeak<FusedMultiplyAdds>(_alone);
        _weights = Draw(0, units * inputs);
        _values = Draw(1, inputs * _stride);
        _cotangent = Draw(2, units * _stride);
        _result = new AlignedFloats(Math.Max(units * inputs, Math.Max(units, inputs) * _stride));
    }

    // Useful ones: not those of lanes beyond the rows.
    private long Operations => (long)_rows * _inputs * _units;

    private Matrix Weights => new(_weights.Pointer, _units, _inputs, _inputs);

    /// <summary>The contests, one a product.</summary>
    /// <param name="blas">The peer; null where there is none.</param>
    public Contest[] Contests(OpenBlas? blas)
    {
        Matrix values = new(_values.Pointer, _inputs, _stride, _stride), cotangent = new(_cotangent.Pointer, _units, _stride, _stride);
        return
        [
            Contest(
                "forward, W X",
                new Matrix(_result.Pointer, _units, _stride, _stride),
                Weights,
                values,
                () => blas!.Multiply(false, false, _units, _rows, _inputs, _weights.Pointer, _inputs, _values.Pointer, _stride, _result.Pointer, _stride)),
            Contest(
                "by the inputs, Wᵀ G",
                new Matrix(_result.Pointer, _inputs, _stride, _stride),
                Weights.Transposed,
                cotangent,
                () => blas!.Multiply(true, false, _inputs, _rows, _units, _weights.Pointer, _inputs, _cotangent.Pointer, _stride, _result.Pointer, _stride)),
            Contest(
                "by the weights, G Xᵀ",
                new Matrix(_result.Pointer, _units, _inputs, _inputs),
                new Matrix(_cotangent.Pointer, _units, _rows, _stride),
                new Matrix(_values.Pointer, _inputs, _rows, _stride).Transposed,
                () => blas!.Multiply(false, true, _units, _inputs, _rows, _cotangent.Pointer, _stride, _values.Pointer, _stride, _result.Pointer, _inputs)),
        ];

        Contest Contest(string form, Matrix c, Matrix a, Matrix b, Action peer)
        {
            List<Peer> peers =
            [
                new("the arithmetic peak", "multiply-adds in registers: its time is our share of it", Operations, () => Operations / _peak.Measure()),
            ];
            if (blas != null)
            {
                peers.Add(Check("OpenBLAS", blas.Version, c, a, b, peer));
            }

            Peer ours = Check("RealtimeFlow", "MatrixProduct", c, a, b, () => _product.Multiply(c, a, b));
            return new Contest($"product/{form}: {_rows} rows, {_inputs} inputs, {_units} units", "a multiply-add", "largest error", ours, peers);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _values.Dispose();
        _cotangent.Dispose();
        _result.Dispose();
        _alone.Dispose();
    }

    private static AlignedFloats Draw(ulong stream, int count)
    {
        AlignedFloats numbers = new(count);
        new RandomStream(1, stream).FillNormal(0, numbers.Span);
        return numbers;
    }

    private Peer Check(string name, string form, Matrix c, Matrix a, Matrix b, Action work)
    {
        _result.Span.Clear();
        work();
        int columns = c.Columns == _stride ? _rows : c.Columns;
        double largest = 0;
        for (int i = 0; i < c.Rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = 0, magnitude = 0;
                for (int k = 0; k < a.Columns; k++)
                {
                    double term = (double)a.Start[(i * a.RowStride) + (k * a.ColumnStride)] * b.Start[(k * b.RowStride) + (j * b.ColumnStride)];
                    sum += term;
                    magnitude += Math.Abs(term);
                }

                // Each of the roundings is half an ulp of no more than Σ|a||b|.
                double error = Math.Abs(c.Start[(i * c.RowStride) + j] - sum);
                largest = error <= largest ? largest : error;
                if (!(error <= a.Columns * magnitude / (1 << 24)))
                {
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name} is wrong: a product by {error:g3}."));
                }
            }
        }

        return new Peer(name, form, Repetitions * Operations, () => Peer.Time(Repeat)) { Error = largest.ToString("g2", CultureInfo.InvariantCulture) };

        void Repeat()
        {
            for (int i = 0; i < Repetitions; i++)
            {
                work();
            }
        }
    }
}
