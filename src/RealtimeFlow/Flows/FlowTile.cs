using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>
/// The working set of one thread: a few hundred particles, structure of arrays, that stay close to the core while they pass
/// through all layers: the rows that a layer works on in the first-level cache, those kept for Backward beyond it. Row i of
/// <see cref="Points"/> is coordinate i; a column is a particle.
/// </summary>
internal sealed unsafe class FlowTile
{
    /// <summary>Columns are worked on in multiples of this, whatever the width: two groups of the points that share random words, and whole rows of lanes.</summary>
    public const int ColumnGranularity = 64;

    /// <summary>
    /// Backward recovers each layer's input from its output, which amplifies rounding where a layer contracts; at every layer whose
    /// number is a multiple of this the input was kept and is taken instead.
    /// </summary>
    public const int CheckpointInterval = 8;

    private const int DeterminantRows = 4;

    // Floats in a cache line. Rows stand one line further apart than they are long: at a power of two, the same column of many rows
    // would share the low twelve bits of its address, by which processors guess what a load may depend on.
    private const int Line = 16;

    // What the rows that a layer works on may take of the first-level cache: 40 KiB. What is kept for Backward does not count: it streams
    // through the caches beyond, a row while a layer computes. Each layer's loop costs some thirty nanoseconds to begin and to end, so long
    // rows pay: in the plane, forward and backward together take 1.6 ns a particle-layer at 64 columns, 1.1 at 128, 0.90 at 256, 0.80 at 512
    // with 32 layers, and 0.89 at 512 with 1,024, whose tile is 2.6 MiB. More than 512 particles are of no use to a shard of training.
    private const int WorkingFloats = 10 * 1024;

    private readonly float[] _memory;
    private readonly float* _start;
    private readonly int _savedLayers;
    private readonly int _firstScoreRow;
    private bool _isSplit;

    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="savedLayers">The layers for which Backward's needs are kept: K, or 0 for a tile that does not train.</param>
    public FlowTile(int dimension, int savedLayers)
    {
        Dimension = dimension;
        _savedLayers = savedLayers;
        int checkpoints = (savedLayers + CheckpointInterval - 1) / CheckpointInterval;
        int scores = savedLayers > 0 ? dimension + 1 : 0;
        int rows = DeterminantRows + 2 + (3 * dimension) + savedLayers + (checkpoints * dimension) + scores;
        _firstScoreRow = rows - scores;
        int working = ((savedLayers > 0 ? 2 : 1) * dimension) + 3;
        Columns = Math.Clamp(WorkingFloats / working / ColumnGranularity * ColumnGranularity, ColumnGranularity, 512);
        Stride = Columns + Line;

        // Pinned, so that kernels may hold plain pointers; aligned to a cache line, so that no row of lanes straddles two.
        _memory = GC.AllocateArray<float>(checked((int)((rows * Stride) + Line)), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref _memory[0]);
        _start = (float*)((address + 63) & ~(nint)63);
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The particles that the tile holds: a multiple of <see cref="ColumnGranularity"/>.</summary>
    public int Columns { get; }

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride { get; }

    /// <summary>D rows of coordinates.</summary>
    public float* Points => _start + ((DeterminantRows + 2) * Stride);

    /// <summary>One row for a number a particle: ln q_0, the energy, the result.</summary>
    public float* Values => _start + (DeterminantRows * Stride);

    /// <summary>One row of scratch: what a layer's nonlinearity is a function of, or the nonlinearity.</summary>
    public float* Arguments => _start + ((DeterminantRows + 1) * Stride);

    /// <summary>D rows: the derivative of the loss by each coordinate.</summary>
    public float* Cotangents => Points + (Dimension * Stride);

    /// <summary>
    /// D · columns standard normal numbers that the points came from, in the order of the random sequence: for each sixteen
    /// columns, D rows of sixteen.
    /// </summary>
    public float* Noise => Cotangents + (Dimension * Stride);

    /// <summary>A row a layer: what its Backward needs.</summary>
    public float* Saved => Noise + (Dimension * Stride);

    /// <summary>D rows, in a tile that saves: the score of the points, out of the way of other cotangents.</summary>
    public float* Scores => _start + (_firstScoreRow * Stride);

    /// <summary>One row, in a tile that saves: ln q of the points, out of the way of other values.</summary>
    public float* LogDensities => Scores + (Dimension * Stride);

    /// <summary>Keeps the values, which are ln q.</summary>
    public void KeepLogDensities(nint columns) => ValueRow[..(int)columns].CopyTo(new Span<float>(LogDensities, (int)columns));

    /// <summary>Keeps the cotangents, which are scores.</summary>
    public void KeepScores(nint columns)
    {
        for (int i = 0; i < Dimension; i++)
        {
            new Span<float>(Cotangents + (i * Stride), (int)columns).CopyTo(new Span<float>(Scores + (i * Stride), (int)columns));
        }
    }

    /// <summary>D rows for the input of every layer whose number is a multiple of <see cref="CheckpointInterval"/>.</summary>
    public float* Checkpoints => Saved + (_savedLayers * Stride);

    /// <summary>One row: the product of the determinants, all positive. A row of exponents that were split off follows.</summary>
    public float* Product => _start;

    /// <summary>One row: the product of the radial φ, which counts D − 1 times; in use for D &gt; 2. Its exponents follow.</summary>
    public float* Radial => _start + (2 * Stride);

    /// <summary>Coordinate i of all columns.</summary>
    public Span<float> Row(int i) => new(Points + (i * Stride), Columns);

    /// <summary><see cref="Values"/> of all columns.</summary>
    public Span<float> ValueRow => new(Values, Columns);

    /// <summary>The columns to work on for a number of particles: rounded up to <see cref="ColumnGranularity"/>.</summary>
    public static nint Padded(nint particles) => (particles + ColumnGranularity - 1) & ~(nint)(ColumnGranularity - 1);

    /// <summary>Sets the determinants of the first columns to one.</summary>
    public void ResetDeterminants(nint columns)
    {
        ResetDeterminants(Product, columns);
        if (Dimension > 2)
        {
            ResetDeterminants(Radial, columns);
        }

        _isSplit = false;
    }

    /// <summary>Sets the exponents of the products aside, so that they lie in [1, 2) again and the next layers cannot overflow.</summary>
    public void SplitExponents(nint columns, LaneWidth width)
    {
        SplitExponents(Product, columns, width);
        if (Dimension > 2)
        {
            SplitExponents(Radial, columns, width);
        }

        _isSplit = true;
    }

    /// <summary>Adds a multiple of Σ ln det to the values: the one logarithm a particle.</summary>
    public void AddLogDeterminants(nint columns, bool radial, float factor, LaneWidth width)
    {
        LogDeterminantKernel kernel = new(
            Product, radial ? Radial : null, Stride, Values, columns, factor, factor * (Dimension - 1));
        LaneDispatch.Run(width, ref kernel);
    }

    private void ResetDeterminants(float* products, nint columns)
    {
        new Span<float>(products, (int)columns).Fill(1);
        if (_isSplit)
        {
            new Span<float>(products + Stride, Columns).Clear();
        }
    }

    private void SplitExponents(float* products, nint columns, LaneWidth width)
    {
        SplitKernel kernel = new(products, products + Stride, columns);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct SplitKernel(float* products, float* exponents, nint columns) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(products, exponents, columns);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(float* products, float* exponents, nint columns)
            where V : struct, ILanes<V>
        {
            for (nint column = 0; column < columns; column += V.Count)
            {
                V product = V.Load(ref *products, column);
                V exponent = V.ShiftRightArithmeticInt(V.SubtractInt(product, V.Splat(1)), 23);
                V mantissa = V.SubtractInt(product, V.ShiftLeftInt(exponent, 23));
                V isFinite = V.LessThan(product, V.Splat(float.PositiveInfinity));
                V.Store(V.AddInt(V.Load(ref *exponents, column), exponent), ref *exponents, column);
                V.Store(V.Select(isFinite, mantissa, product), ref *products, column);
            }
        }
    }

    private readonly struct LogDeterminantKernel(
        float* product, float* radial, nint stride, float* values, nint columns, float factor, float ofRadial)
        : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            Add<V>(product, product + stride, values, columns, factor);
            if (radial != null)
            {
                Add<V>(radial, radial + stride, values, columns, ofRadial);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Add<V>(float* product, float* exponent, float* values, nint columns, float factor)
            where V : struct, ILanes<V>
        {
            V scale = V.Splat(factor);
            for (nint column = 0; column < columns; column += V.Count)
            {
                V logarithm = LaneMath.LogOfScaled(V.Load(ref *product, column), V.Load(ref *exponent, column));
                V.Store(V.Fma(scale, logarithm, V.Load(ref *values, column)), ref *values, column);
            }
        }
    }
}
