using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Tests.Networks;

/// <summary>Matrices of normal numbers in one of the forms a product can be asked for, in memory with gaps, and the product in float64.</summary>
internal sealed unsafe class ProductCase
{
    /// <summary>What stands in the gaps of C.</summary>
    public const float Untouched = 12345;

    private readonly int _rows, _columns, _inner;
    private readonly float[] _a, _b;
    private readonly float[]? _start;
    private readonly (int Row, int Column) _strideA, _strideB;

    public ProductCase(int rows, int columns, int inner, bool transposedA, bool transposedB, bool start)
    {
        (_rows, _columns, _inner) = (rows, columns, inner);
        System.Random random = new((rows * 1000) + columns + inner);
        _strideA = transposedA ? (1, rows + 3) : (inner + 1, 1);
        _strideB = transposedB ? (1, inner + 2) : (columns + 5, 1);
        _a = Draw(random, Math.Max(_strideA.Row * rows, _strideA.Column * inner));
        _b = Draw(random, Math.Max(_strideB.Row * inner, _strideB.Column * columns));
        _start = start ? Draw(random, rows) : null;
        StrideC = columns + 2;
    }

    /// <summary>Numbers from a row of C to the next.</summary>
    public int StrideC { get; }

    /// <summary>C, with its gaps.</summary>
    public float[] Multiply(IWorkers workers, LaneWidth width)
    {
        MatrixProduct product = new(PackedRows.Length(_inner, _columns), workers, width);
        float[] result = new float[_rows * StrideC];
        Array.Fill(result, Untouched);
        fixed (float* c = result, a = _a, b = _b, start = _start)
        {
            Matrix left = new(a, _rows, _inner, _strideA.Row, _strideA.Column), right = new(b, _inner, _columns, _strideB.Row, _strideB.Column);
            product.Multiply(new Matrix(c, _rows, _columns, StrideC), left, right, start);
        }

        return result;
    }

    /// <summary>An element of C, and |start| + Σ|a||b|.</summary>
    public (double Value, double Magnitude) Element(int i, int j)
    {
        double value = _start?[i] ?? 0, magnitude = Math.Abs(value);
        for (int k = 0; k < _inner; k++)
        {
            double term = (double)_a[(i * _strideA.Row) + (k * _strideA.Column)] * _b[(k * _strideB.Row) + (j * _strideB.Column)];
            value += term;
            magnitude += Math.Abs(term);
        }

        return (value, magnitude);
    }

    /// <summary>The gaps of C.</summary>
    public IEnumerable<float> Beyond(float[] result) => result.Where((_, i) => i % StrideC >= _columns);

    private static float[] Draw(System.Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - random.NextDouble()))];
}
