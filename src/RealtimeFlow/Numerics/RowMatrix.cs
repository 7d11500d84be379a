using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

/// <summary>
/// A float64 matrix of which every row fills whole cache lines, and its products with vectors that do so too: behind their numbers, rows and
/// vectors have zeros. Sums have one order, and no product is fused with its sum, so that the bits are the same on all hardware.
/// </summary>
internal sealed unsafe class RowMatrix
{
    // Rows a turn: they share what is loaded of the vector, and their sums do not wait for each other.
    private const int Together = 4;

    private readonly LaneMemory _memory;

    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Numbers of a row.</param>
    public RowMatrix(int rows, int columns)
    {
        (Rows, Columns, Stride) = (rows, columns, StrideOf(columns));
        _memory = new LaneMemory(checked(rows * Stride * sizeof(double)));
        Numbers.Clear();
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>Numbers of a row.</summary>
    public int Columns { get; }

    /// <summary>The length of a row with its zeros.</summary>
    public int Stride { get; }

    /// <summary>All rows.</summary>
    public Span<double> Numbers => new(_memory.Start, Rows * Stride);

    /// <summary>The length of a row of so many numbers with its zeros: whole vectors.</summary>
    public static int StrideOf(int columns) => (columns + Vector512<double>.Count - 1) & -Vector512<double>.Count;

    /// <summary>A row with its zeros.</summary>
    public Span<double> Row(int row) => Numbers.Slice(row * Stride, Stride);

    /// <summary>products[i] = Σⱼ matrix[first + i, j] · vector[j].</summary>
    /// <param name="first">The first row.</param>
    /// <param name="vector">As long as a row with its zeros.</param>
    /// <param name="products">Receives a product of each of so many rows.</param>
    public void Multiply(int first, ReadOnlySpan<double> vector, Span<double> products)
    {
        Debug.Assert(vector.Length == Stride && first + products.Length <= Rows, "The vector, or the rows, are not those of the matrix.");
        ref double x = ref MemoryMarshal.GetReference(vector);
        int done = 0;
        for (; done <= products.Length - Together; done += Together)
        {
            double* a = Start(first + done), b = a + Stride, c = b + Stride, d = c + Stride;
            Vector512<double> ofA = default, ofB = default, ofC = default, ofD = default;
            for (nint j = 0; j < Stride; j += Vector512<double>.Count)
            {
                Vector512<double> some = Vector512.LoadUnsafe(ref x, (nuint)j);
                ofA += Vector512.Load(a + j) * some;
                ofB += Vector512.Load(b + j) * some;
                ofC += Vector512.Load(c + j) * some;
                ofD += Vector512.Load(d + j) * some;
            }

            products[done] = Sum(ofA);
            products[done + 1] = Sum(ofB);
            products[done + 2] = Sum(ofC);
            products[done + 3] = Sum(ofD);
        }

        for (; done < products.Length; done++)
        {
            products[done] = Dot(Row(first + done), vector);
        }
    }

    /// <summary>sums[j] += Σᵢ weights[i] · matrix[first + i, j], in the order of the rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="weights">A number for each of so many rows.</param>
    /// <param name="sums">What the rows are added to, as long as a row with its zeros.</param>
    public void AddRows(int first, ReadOnlySpan<double> weights, Span<double> sums)
    {
        Debug.Assert(sums.Length == Stride && first + weights.Length <= Rows, "The sums, or the rows, are not those of the matrix.");
        ref double s = ref MemoryMarshal.GetReference(sums);
        int done = 0;
        for (; done <= weights.Length - Together; done += Together)
        {
            double* a = Start(first + done), b = a + Stride, c = b + Stride, d = c + Stride;
            double ofA = weights[done], ofB = weights[done + 1], ofC = weights[done + 2], ofD = weights[done + 3];
            for (nint j = 0; j < Stride; j += Vector512<double>.Count)
            {
                Vector512<double> sum = Vector512.LoadUnsafe(ref s, (nuint)j);
                sum += Vector512.Load(a + j) * ofA;
                sum += Vector512.Load(b + j) * ofB;
                sum += Vector512.Load(c + j) * ofC;
                sum += Vector512.Load(d + j) * ofD;
                sum.StoreUnsafe(ref s, (nuint)j);
            }
        }

        for (; done < weights.Length; done++)
        {
            double* a = Start(first + done);
            for (nint j = 0; j < Stride; j += Vector512<double>.Count)
            {
                (Vector512.LoadUnsafe(ref s, (nuint)j) + (Vector512.Load(a + j) * weights[done])).StoreUnsafe(ref s, (nuint)j);
            }
        }
    }

    /// <summary>
    /// matrix[i, j] ← decay · matrix[i, j] + (1 − decay) · vector[i] · vector[j] for j ≤ i: the running mean of a vector's products with
    /// itself. What is above the diagonal are any numbers then.
    /// </summary>
    /// <param name="decay">The share of it that stays.</param>
    /// <param name="vector">As long as a row with its zeros.</param>
    public void AddSquare(double decay, ReadOnlySpan<double> vector)
    {
        Debug.Assert(Rows == Columns && vector.Length == Stride, "The matrix is not square, or the vector not one of its rows.");
        ref double x = ref MemoryMarshal.GetReference(vector);
        for (int i = 0; i < Rows; i++)
        {
            double* row = Start(i);
            double weight = (1 - decay) * vector[i];
            for (nint j = 0; j <= i; j += Vector512<double>.Count)
            {
                ((Vector512.Load(row + j) * decay) + (Vector512.LoadUnsafe(ref x, (nuint)j) * weight)).Store(row + j);
            }
        }
    }

    /// <summary>matrix[j, i] ← matrix[i, j] for j &lt; i.</summary>
    public void Mirror()
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Start(j)[i] = Start(i)[j];
            }
        }
    }

    /// <summary>Σ left[j] · right[j] of two vectors with their zeros: every product joins one of eight sums, by its place.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        Vector512<double> sum = default;
        for (int j = 0; j < left.Length; j += Vector512<double>.Count)
        {
            sum += Vector512.Create(left[j..]) * Vector512.Create(right[j..]);
        }

        return Sum(sum);
    }

    private double* Start(int row) => (double*)_memory.Start + ((nint)row * Stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(Vector512<double> eight)
    {
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
