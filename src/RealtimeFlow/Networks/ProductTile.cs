using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Networks;

/// <summary>A tile of C, which stays in registers while a block of the inner index goes by: the loop in which a product spends its time.</summary>
internal unsafe struct ProductTile
{
    /// <summary>The rows of a tile.</summary>
    public const int Rows = 8;

    private const int Half = Rows / 2;

    /// <summary>The first element of the tile.</summary>
    public float* C;

    /// <summary>Numbers from a row of C to the next.</summary>
    public nint RowStrideC;

    /// <summary>The first element of the rows of A.</summary>
    public float* A;

    /// <summary>Numbers from a row of A to the next.</summary>
    public nint RowStrideA;

    /// <summary>Numbers from a column of A to the next.</summary>
    public nint ColumnStrideA;

    /// <summary>The first element of the columns of B.</summary>
    public float* B;

    /// <summary>Numbers from a row of B to the next.</summary>
    public nint RowStrideB;

    /// <summary>The columns of A and rows of B.</summary>
    public int Depth;

    /// <summary>Whether the sums go on from what C holds.</summary>
    public bool Continues;

    /// <summary>What the sums begin with, a number a row; null for 0.</summary>
    public float* Start;

    /// <summary>How many rows the tile has, if not all <see cref="Rows"/>: the last stands for those that are lacking, and is computed again.</summary>
    public int RowCount;

    /// <summary>From the columns of the first vector to those of the second.</summary>
    public nint Second;

    /// <summary>From the columns of the first vector to those of the third.</summary>
    public nint Third;

    /// <summary>Whether there are 32 registers: three vectors of all rows need 28; of half of them, 16.</summary>
    private static bool HasRegisters => Vector512.IsHardwareAccelerated || AdvSimd.Arm64.IsSupported;

    private readonly ProductTile Lower => this with
    {
        C = C + (Half * RowStrideC),
        A = A + (Half * RowStrideA),
        Start = Start == null ? null : Start + Half,
        RowCount = RowCount - Half,
    };

    /// <summary>Computes the tile.</summary>
    /// <typeparam name="V">The lanes.</typeparam>
    /// <param name="vectors">How many vectors wide it is: 1, 2 or 3.</param>
    public readonly void Compute<V>(int vectors)
        where V : struct, ILanes<V>
    {
        switch (vectors)
        {
            case 1:
                Compute1<V>(this);
                break;
            case 2:
                Compute2<V>(this);
                break;
            case 3 when HasRegisters:
                Compute3<V>(this);
                break;
            default:
                Compute3Half<V>(this);
                if (RowCount > Half)
                {
                    Compute3Half<V>(Lower);
                }

                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute3<V>(in ProductTile tile)
        where V : struct, ILanes<V>
    {
        nint second = tile.Second, third = tile.Third;
        nint last = tile.RowCount - 1, r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last);
        nint r4 = Math.Min(4, last), r5 = Math.Min(5, last), r6 = Math.Min(6, last), r7 = Math.Min(7, last);
        nint next = tile.RowStrideC;
        float* c0 = tile.C, c1 = c0 + (r1 * next), c2 = c0 + (r2 * next), c3 = c0 + (r3 * next);
        float* c4 = c0 + (r4 * next), c5 = c0 + (r5 * next), c6 = c0 + (r6 * next), c7 = c0 + (r7 * next);
        V x0, x1, x2, x3, x4, x5, x6, x7;
        V y0, y1, y2, y3, y4, y5, y6, y7;
        V z0, z1, z2, z3, z4, z5, z6, z7;
        if (tile.Continues)
        {
            (x0, y0, z0) = (V.Load(ref *c0, 0), V.Load(ref *c0, second), V.Load(ref *c0, third));
            (x1, y1, z1) = (V.Load(ref *c1, 0), V.Load(ref *c1, second), V.Load(ref *c1, third));
            (x2, y2, z2) = (V.Load(ref *c2, 0), V.Load(ref *c2, second), V.Load(ref *c2, third));
            (x3, y3, z3) = (V.Load(ref *c3, 0), V.Load(ref *c3, second), V.Load(ref *c3, third));
            (x4, y4, z4) = (V.Load(ref *c4, 0), V.Load(ref *c4, second), V.Load(ref *c4, third));
            (x5, y5, z5) = (V.Load(ref *c5, 0), V.Load(ref *c5, second), V.Load(ref *c5, third));
            (x6, y6, z6) = (V.Load(ref *c6, 0), V.Load(ref *c6, second), V.Load(ref *c6, third));
            (x7, y7, z7) = (V.Load(ref *c7, 0), V.Load(ref *c7, second), V.Load(ref *c7, third));
        }
        else
        {
            x0 = y0 = z0 = V.Splat(tile.StartOf(0));
            x1 = y1 = z1 = V.Splat(tile.StartOf(r1));
            x2 = y2 = z2 = V.Splat(tile.StartOf(r2));
            x3 = y3 = z3 = V.Splat(tile.StartOf(r3));
            x4 = y4 = z4 = V.Splat(tile.StartOf(r4));
            x5 = y5 = z5 = V.Splat(tile.StartOf(r5));
            x6 = y6 = z6 = V.Splat(tile.StartOf(r6));
            x7 = y7 = z7 = V.Splat(tile.StartOf(r7));
        }

        next = tile.RowStrideA;
        r1 *= next;
        r2 *= next;
        r3 *= next;
        r4 *= next;
        r5 *= next;
        r6 *= next;
        r7 *= next;
        float* a = tile.A, b = tile.B;
        nint stepA = tile.ColumnStrideA, stepB = tile.RowStrideB;
        for (nint k = tile.Depth; k != 0; k--)
        {
            V x = V.Load(ref *b, 0), y = V.Load(ref *b, second), z = V.Load(ref *b, third);
            V s = V.Splat(*a);
            V.AddProduct(ref x0, s, x);
            V.AddProduct(ref y0, s, y);
            V.AddProduct(ref z0, s, z);
            s = V.Splat(a[r1]);
            V.AddProduct(ref x1, s, x);
            V.AddProduct(ref y1, s, y);
            V.AddProduct(ref z1, s, z);
            s = V.Splat(a[r2]);
            V.AddProduct(ref x2, s, x);
            V.AddProduct(ref y2, s, y);
            V.AddProduct(ref z2, s, z);
            s = V.Splat(a[r3]);
            V.AddProduct(ref x3, s, x);
            V.AddProduct(ref y3, s, y);
            V.AddProduct(ref z3, s, z);
            s = V.Splat(a[r4]);
            V.AddProduct(ref x4, s, x);
            V.AddProduct(ref y4, s, y);
            V.AddProduct(ref z4, s, z);
            s = V.Splat(a[r5]);
            V.AddProduct(ref x5, s, x);
            V.AddProduct(ref y5, s, y);
            V.AddProduct(ref z5, s, z);
            s = V.Splat(a[r6]);
            V.AddProduct(ref x6, s, x);
            V.AddProduct(ref y6, s, y);
            V.AddProduct(ref z6, s, z);
            s = V.Splat(a[r7]);
            V.AddProduct(ref x7, s, x);
            V.AddProduct(ref y7, s, y);
            V.AddProduct(ref z7, s, z);
            Prefetch(a + LaneDispatch.Slots);
            a += stepA;
            b += stepB;
        }

        V.Store(x0, ref *c0, 0);
        V.Store(y0, ref *c0, second);
        V.Store(z0, ref *c0, third);
        V.Store(x1, ref *c1, 0);
        V.Store(y1, ref *c1, second);
        V.Store(z1, ref *c1, third);
        V.Store(x2, ref *c2, 0);
        V.Store(y2, ref *c2, second);
        V.Store(z2, ref *c2, third);
        V.Store(x3, ref *c3, 0);
        V.Store(y3, ref *c3, second);
        V.Store(z3, ref *c3, third);
        V.Store(x4, ref *c4, 0);
        V.Store(y4, ref *c4, second);
        V.Store(z4, ref *c4, third);
        V.Store(x5, ref *c5, 0);
        V.Store(y5, ref *c5, second);
        V.Store(z5, ref *c5, third);
        V.Store(x6, ref *c6, 0);
        V.Store(y6, ref *c6, second);
        V.Store(z6, ref *c6, third);
        V.Store(x7, ref *c7, 0);
        V.Store(y7, ref *c7, second);
        V.Store(z7, ref *c7, third);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute3Half<V>(in ProductTile tile)
        where V : struct, ILanes<V>
    {
        nint second = tile.Second, third = tile.Third;
        nint last = tile.RowCount - 1, r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last);
        nint next = tile.RowStrideC;
        float* c0 = tile.C, c1 = c0 + (r1 * next), c2 = c0 + (r2 * next), c3 = c0 + (r3 * next);
        V x0, x1, x2, x3;
        V y0, y1, y2, y3;
        V z0, z1, z2, z3;
        if (tile.Continues)
        {
            (x0, y0, z0) = (V.Load(ref *c0, 0), V.Load(ref *c0, second), V.Load(ref *c0, third));
            (x1, y1, z1) = (V.Load(ref *c1, 0), V.Load(ref *c1, second), V.Load(ref *c1, third));
            (x2, y2, z2) = (V.Load(ref *c2, 0), V.Load(ref *c2, second), V.Load(ref *c2, third));
            (x3, y3, z3) = (V.Load(ref *c3, 0), V.Load(ref *c3, second), V.Load(ref *c3, third));
        }
        else
        {
            x0 = y0 = z0 = V.Splat(tile.StartOf(0));
            x1 = y1 = z1 = V.Splat(tile.StartOf(r1));
            x2 = y2 = z2 = V.Splat(tile.StartOf(r2));
            x3 = y3 = z3 = V.Splat(tile.StartOf(r3));
        }

        next = tile.RowStrideA;
        r1 *= next;
        r2 *= next;
        r3 *= next;
        float* a = tile.A, b = tile.B;
        nint stepA = tile.ColumnStrideA, stepB = tile.RowStrideB;
        for (nint k = tile.Depth; k != 0; k--)
        {
            V x = V.Load(ref *b, 0), y = V.Load(ref *b, second), z = V.Load(ref *b, third);
            V s = V.Splat(*a);
            V.AddProduct(ref x0, s, x);
            V.AddProduct(ref y0, s, y);
            V.AddProduct(ref z0, s, z);
            s = V.Splat(a[r1]);
            V.AddProduct(ref x1, s, x);
            V.AddProduct(ref y1, s, y);
            V.AddProduct(ref z1, s, z);
            s = V.Splat(a[r2]);
            V.AddProduct(ref x2, s, x);
            V.AddProduct(ref y2, s, y);
            V.AddProduct(ref z2, s, z);
            s = V.Splat(a[r3]);
            V.AddProduct(ref x3, s, x);
            V.AddProduct(ref y3, s, y);
            V.AddProduct(ref z3, s, z);
            Prefetch(a + LaneDispatch.Slots);
            a += stepA;
            b += stepB;
        }

        V.Store(x0, ref *c0, 0);
        V.Store(y0, ref *c0, second);
        V.Store(z0, ref *c0, third);
        V.Store(x1, ref *c1, 0);
        V.Store(y1, ref *c1, second);
        V.Store(z1, ref *c1, third);
        V.Store(x2, ref *c2, 0);
        V.Store(y2, ref *c2, second);
        V.Store(z2, ref *c2, third);
        V.Store(x3, ref *c3, 0);
        V.Store(y3, ref *c3, second);
        V.Store(z3, ref *c3, third);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute2<V>(in ProductTile tile)
        where V : struct, ILanes<V>
    {
        nint second = tile.Second;
        nint last = tile.RowCount - 1, r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last);
        nint r4 = Math.Min(4, last), r5 = Math.Min(5, last), r6 = Math.Min(6, last), r7 = Math.Min(7, last);
        nint next = tile.RowStrideC;
        float* c0 = tile.C, c1 = c0 + (r1 * next), c2 = c0 + (r2 * next), c3 = c0 + (r3 * next);
        float* c4 = c0 + (r4 * next), c5 = c0 + (r5 * next), c6 = c0 + (r6 * next), c7 = c0 + (r7 * next);
        V x0, x1, x2, x3, x4, x5, x6, x7;
        V y0, y1, y2, y3, y4, y5, y6, y7;
        if (tile.Continues)
        {
            (x0, y0) = (V.Load(ref *c0, 0), V.Load(ref *c0, second));
            (x1, y1) = (V.Load(ref *c1, 0), V.Load(ref *c1, second));
            (x2, y2) = (V.Load(ref *c2, 0), V.Load(ref *c2, second));
            (x3, y3) = (V.Load(ref *c3, 0), V.Load(ref *c3, second));
            (x4, y4) = (V.Load(ref *c4, 0), V.Load(ref *c4, second));
            (x5, y5) = (V.Load(ref *c5, 0), V.Load(ref *c5, second));
            (x6, y6) = (V.Load(ref *c6, 0), V.Load(ref *c6, second));
            (x7, y7) = (V.Load(ref *c7, 0), V.Load(ref *c7, second));
        }
        else
        {
            x0 = y0 = V.Splat(tile.StartOf(0));
            x1 = y1 = V.Splat(tile.StartOf(r1));
            x2 = y2 = V.Splat(tile.StartOf(r2));
            x3 = y3 = V.Splat(tile.StartOf(r3));
            x4 = y4 = V.Splat(tile.StartOf(r4));
            x5 = y5 = V.Splat(tile.StartOf(r5));
            x6 = y6 = V.Splat(tile.StartOf(r6));
            x7 = y7 = V.Splat(tile.StartOf(r7));
        }

        next = tile.RowStrideA;
        r1 *= next;
        r2 *= next;
        r3 *= next;
        r4 *= next;
        r5 *= next;
        r6 *= next;
        r7 *= next;
        float* a = tile.A, b = tile.B;
        nint stepA = tile.ColumnStrideA, stepB = tile.RowStrideB;
        for (nint k = tile.Depth; k != 0; k--)
        {
            V x = V.Load(ref *b, 0), y = V.Load(ref *b, second);
            V s = V.Splat(*a);
            V.AddProduct(ref x0, s, x);
            V.AddProduct(ref y0, s, y);
            s = V.Splat(a[r1]);
            V.AddProduct(ref x1, s, x);
            V.AddProduct(ref y1, s, y);
            s = V.Splat(a[r2]);
            V.AddProduct(ref x2, s, x);
            V.AddProduct(ref y2, s, y);
            s = V.Splat(a[r3]);
            V.AddProduct(ref x3, s, x);
            V.AddProduct(ref y3, s, y);
            s = V.Splat(a[r4]);
            V.AddProduct(ref x4, s, x);
            V.AddProduct(ref y4, s, y);
            s = V.Splat(a[r5]);
            V.AddProduct(ref x5, s, x);
            V.AddProduct(ref y5, s, y);
            s = V.Splat(a[r6]);
            V.AddProduct(ref x6, s, x);
            V.AddProduct(ref y6, s, y);
            s = V.Splat(a[r7]);
            V.AddProduct(ref x7, s, x);
            V.AddProduct(ref y7, s, y);
            Prefetch(a + LaneDispatch.Slots);
            a += stepA;
            b += stepB;
        }

        V.Store(x0, ref *c0, 0);
        V.Store(y0, ref *c0, second);
        V.Store(x1, ref *c1, 0);
        V.Store(y1, ref *c1, second);
        V.Store(x2, ref *c2, 0);
        V.Store(y2, ref *c2, second);
        V.Store(x3, ref *c3, 0);
        V.Store(y3, ref *c3, second);
        V.Store(x4, ref *c4, 0);
        V.Store(y4, ref *c4, second);
        V.Store(x5, ref *c5, 0);
        V.Store(y5, ref *c5, second);
        V.Store(x6, ref *c6, 0);
        V.Store(y6, ref *c6, second);
        V.Store(x7, ref *c7, 0);
        V.Store(y7, ref *c7, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute1<V>(in ProductTile tile)
        where V : struct, ILanes<V>
    {
        nint last = tile.RowCount - 1, r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last);
        nint r4 = Math.Min(4, last), r5 = Math.Min(5, last), r6 = Math.Min(6, last), r7 = Math.Min(7, last);
        nint next = tile.RowStrideC;
        float* c0 = tile.C, c1 = c0 + (r1 * next), c2 = c0 + (r2 * next), c3 = c0 + (r3 * next);
        float* c4 = c0 + (r4 * next), c5 = c0 + (r5 * next), c6 = c0 + (r6 * next), c7 = c0 + (r7 * next);
        V x0, x1, x2, x3, x4, x5, x6, x7;
        if (tile.Continues)
        {
            x0 = V.Load(ref *c0, 0);
            x1 = V.Load(ref *c1, 0);
            x2 = V.Load(ref *c2, 0);
            x3 = V.Load(ref *c3, 0);
            x4 = V.Load(ref *c4, 0);
            x5 = V.Load(ref *c5, 0);
            x6 = V.Load(ref *c6, 0);
            x7 = V.Load(ref *c7, 0);
        }
        else
        {
            x0 = V.Splat(tile.StartOf(0));
            x1 = V.Splat(tile.StartOf(r1));
            x2 = V.Splat(tile.StartOf(r2));
            x3 = V.Splat(tile.StartOf(r3));
            x4 = V.Splat(tile.StartOf(r4));
            x5 = V.Splat(tile.StartOf(r5));
            x6 = V.Splat(tile.StartOf(r6));
            x7 = V.Splat(tile.StartOf(r7));
        }

        next = tile.RowStrideA;
        r1 *= next;
        r2 *= next;
        r3 *= next;
        r4 *= next;
        r5 *= next;
        r6 *= next;
        r7 *= next;
        float* a = tile.A, b = tile.B;
        nint stepA = tile.ColumnStrideA, stepB = tile.RowStrideB;
        for (nint k = tile.Depth; k != 0; k--)
        {
            V x = V.Load(ref *b, 0);
            V.AddProduct(ref x0, V.Splat(*a), x);
            V.AddProduct(ref x1, V.Splat(a[r1]), x);
            V.AddProduct(ref x2, V.Splat(a[r2]), x);
            V.AddProduct(ref x3, V.Splat(a[r3]), x);
            V.AddProduct(ref x4, V.Splat(a[r4]), x);
            V.AddProduct(ref x5, V.Splat(a[r5]), x);
            V.AddProduct(ref x6, V.Splat(a[r6]), x);
            V.AddProduct(ref x7, V.Splat(a[r7]), x);
            Prefetch(a + LaneDispatch.Slots);
            a += stepA;
            b += stepB;
        }

        V.Store(x0, ref *c0, 0);
        V.Store(x1, ref *c1, 0);
        V.Store(x2, ref *c2, 0);
        V.Store(x3, ref *c3, 0);
        V.Store(x4, ref *c4, 0);
        V.Store(x5, ref *c5, 0);
        V.Store(x6, ref *c6, 0);
        V.Store(x7, ref *c7, 0);
    }

    private readonly float StartOf(nint row) => Start == null ? 0 : Start[row];

    /// <summary>
    /// Where A is transposed, each of its columns is in a line of its own, of which a tile uses half: the next line is wanted two tiles on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
