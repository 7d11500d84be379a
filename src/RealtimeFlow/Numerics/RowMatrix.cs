using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Numerics;

/// <summary>
/// A float64 matrix of which every row fills whole cache lines, and its products with vectors that do so too: behind their numbers, rows and
/// vectors have zeros, and behind the last row are rows of zeros up to a multiple of sixteen. Sums have one order, so that the bits are the same
/// on all hardware.
/// </summary>
internal sealed unsafe class RowMatrix
{
    // Rows a turn: they share what is loaded of the vector, and their sums do not wait for each other. Vectors a turn: they share the rows.
    private const int Together = 4;

    private readonly LaneMemory _memory;

    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Numbers of a row.</param>
    public RowMatrix(int rows, int columns)
    {
        (Rows, Columns, Stride) = (rows, columns, StrideOf(columns));
        _memory = new LaneMemory(checked(StrideOf(rows) * Stride * sizeof(double)));
        Numbers.Clear();
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>Numbers of a row.</summary>
    public int Columns { get; }

    /// <summary>The length of a row with its zeros.</summary>
    public int Stride { get; }

    /// <summary>All rows, those of zeros too.</summary>
    public Span<double> Numbers => new(_memory.Start, StrideOf(Rows) * Stride);

    /// <summary>The length of a row of so many numbers with its zeros: an even number of vectors.</summary>
    public static int StrideOf(int columns) => (columns + (2 * Vector512<double>.Count) - 1) & (-2 * Vector512<double>.Count);

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
                ofA = Vector512.FusedMultiplyAdd(Vector512.Load(a + j), some, ofA);
                ofB = Vector512.FusedMultiplyAdd(Vector512.Load(b + j), some, ofB);
                ofC = Vector512.FusedMultiplyAdd(Vector512.Load(c + j), some, ofC);
                ofD = Vector512.FusedMultiplyAdd(Vector512.Load(d + j), some, ofD);
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
            Vector512<double> ofA = Vector512.Create(weights[done]), ofB = Vector512.Create(weights[done + 1]);
            Vector512<double> ofC = Vector512.Create(weights[done + 2]), ofD = Vector512.Create(weights[done + 3]);
            for (nint j = 0; j < Stride; j += Vector512<double>.Count)
            {
                Vector512<double> sum = Vector512.LoadUnsafe(ref s, (nuint)j);
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + j), ofA, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(b + j), ofB, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(c + j), ofC, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(d + j), ofD, sum);
                sum.StoreUnsafe(ref s, (nuint)j);
            }
        }

        for (; done < weights.Length; done++)
        {
            double* a = Start(first + done);
            Vector512<double> ofA = Vector512.Create(weights[done]);
            for (nint j = 0; j < Stride; j += Vector512<double>.Count)
            {
                Vector512.FusedMultiplyAdd(Vector512.Load(a + j), ofA, Vector512.LoadUnsafe(ref s, (nuint)j)).StoreUnsafe(ref s, (nuint)j);
            }
        }
    }

    /// <summary>products[r, i] = Σⱼ matrix[i, j] · vectors[r, j] for four vectors and the first rows.</summary>
    /// <param name="count">How many rows.</param>
    /// <param name="vectors">Four rows with columns as here.</param>
    /// <param name="products">Four rows; receives as many numbers of each, and some more that mean nothing.</param>
    public void MultiplyFour(int count, RowMatrix vectors, RowMatrix products)
    {
        Debug.Assert(vectors.Stride == Stride && count <= products.Stride, "The vectors, or the rows, are not those of the matrix.");
        nint stride = Stride;
        double* x = vectors.Start(0), y = x + stride, z = y + stride, w = z + stride;
        double* ofX = products.Start(0), ofY = ofX + products.Stride, ofZ = ofY + products.Stride, ofW = ofZ + products.Stride;
        double* a = Start(0);
        for (nint row = 0; row < count; row += 2, a += 2 * stride)
        {
            double* b = a + stride;
            Vector512<double> ax = default, ay = default, az = default, aw = default, bx = default, by = default, bz = default, bw = default;
            for (nint j = 0; j < stride; j += Vector512<double>.Count)
            {
                Vector512<double> someA = Vector512.Load(a + j), someB = Vector512.Load(b + j);
                Vector512<double> someX = Vector512.Load(x + j), someY = Vector512.Load(y + j), someZ = Vector512.Load(z + j), someW = Vector512.Load(w + j);
                ax = Vector512.FusedMultiplyAdd(someA, someX, ax);
                bx = Vector512.FusedMultiplyAdd(someB, someX, bx);
                ay = Vector512.FusedMultiplyAdd(someA, someY, ay);
                by = Vector512.FusedMultiplyAdd(someB, someY, by);
                az = Vector512.FusedMultiplyAdd(someA, someZ, az);
                bz = Vector512.FusedMultiplyAdd(someB, someZ, bz);
                aw = Vector512.FusedMultiplyAdd(someA, someW, aw);
                bw = Vector512.FusedMultiplyAdd(someB, someW, bw);
            }

            (ofX[row], ofX[row + 1]) = (Sum(ax), Sum(bx));
            (ofY[row], ofY[row + 1]) = (Sum(ay), Sum(by));
            (ofZ[row], ofZ[row + 1]) = (Sum(az), Sum(bz));
            (ofW[row], ofW[row + 1]) = (Sum(aw), Sum(bw));
        }
    }

    /// <summary>sums[at + r, j] += Σᵢ weights[at + r, i] · matrix[i, j] for four sums and the first rows, in their order.</summary>
    /// <param name="count">How many rows.</param>
    /// <param name="weights">A number for each row, four times.</param>
    /// <param name="sums">What the rows are added to, with columns as here.</param>
    /// <param name="at">The first of the four sums, and of their weights: a multiple of four.</param>
    public void AddRowsFour(int count, RowMatrix weights, RowMatrix sums, int at)
    {
        Debug.Assert(sums.Stride == Stride && count <= weights.Stride && at % 4 == 0, "The sums, or the rows, are not those of the matrix.");
        nint stride = Stride;
        double* x = weights.Start(at), y = x + weights.Stride, z = y + weights.Stride, w = z + weights.Stride;
        double* ofX = sums.Start(at), ofY = ofX + stride, ofZ = ofY + stride, ofW = ofZ + stride;
        for (nint j = 0; j < stride; j += 2 * Vector512<double>.Count)
        {
            nint k = j + Vector512<double>.Count;
            Vector512<double> jx = Vector512.Load(ofX + j), jy = Vector512.Load(ofY + j), jz = Vector512.Load(ofZ + j), jw = Vector512.Load(ofW + j);
            Vector512<double> kx = Vector512.Load(ofX + k), ky = Vector512.Load(ofY + k), kz = Vector512.Load(ofZ + k), kw = Vector512.Load(ofW + k);
            double* row = Start(0) + j;
            for (nint i = 0; i < count; i++, row += stride)
            {
                Vector512<double> someJ = Vector512.Load(row), someK = Vector512.Load(row + Vector512<double>.Count), weight = Vector512.Create(x[i]);
                jx = Vector512.FusedMultiplyAdd(someJ, weight, jx);
                kx = Vector512.FusedMultiplyAdd(someK, weight, kx);
                weight = Vector512.Create(y[i]);
                jy = Vector512.FusedMultiplyAdd(someJ, weight, jy);
                ky = Vector512.FusedMultiplyAdd(someK, weight, ky);
                weight = Vector512.Create(z[i]);
                jz = Vector512.FusedMultiplyAdd(someJ, weight, jz);
                kz = Vector512.FusedMultiplyAdd(someK, weight, kz);
                weight = Vector512.Create(w[i]);
                jw = Vector512.FusedMultiplyAdd(someJ, weight, jw);
                kw = Vector512.FusedMultiplyAdd(someK, weight, kw);
            }

            jx.Store(ofX + j);
            jy.Store(ofY + j);
            jz.Store(ofZ + j);
            jw.Store(ofW + j);
            kx.Store(ofX + k);
            ky.Store(ofY + k);
            kz.Store(ofZ + k);
            kw.Store(ofW + k);
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
            Vector512<double> stays = Vector512.Create(decay), joins = Vector512.Create((1 - decay) * vector[i]);
            for (nint j = 0; j <= i; j += Vector512<double>.Count)
            {
                Vector512.FusedMultiplyAdd(Vector512.Load(row + j), stays, Vector512.LoadUnsafe(ref x, (nuint)j) * joins).Store(row + j);
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
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(left[j..]), Vector512.Create(right[j..]), sum);
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
