using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>
/// The base distribution q_0 = N(μ, diag σ²) on tiles: z_0 = μ + σ ⊙ ε with ε from a counter-based stream, and
/// ln q_0 = −½ Σ ε² − Σ ln σ − (D/2) ln 2π.
/// </summary>
internal sealed unsafe class DiagonalGaussian
{
    private readonly int _dimension;
    private readonly float[] _constants;
    private float _logNormalizer;

    public DiagonalGaussian(int dimension)
    {
        _dimension = dimension;
        _constants = GC.AllocateArray<float>(2 * dimension, pinned: true);
    }

    private float* Mean => (float*)Unsafe.AsPointer(ref _constants[0]);

    private float* Sigma => Mean + _dimension;

    /// <summary>Takes the base's parameters from the block: mean (D), log-scale (D).</summary>
    public void Prepare(FlowShape shape, ReadOnlySpan<float> parameters)
    {
        parameters[shape.Location].CopyTo(_constants);
        double logNormalizer = -0.5 * _dimension * Math.Log(2 * Math.PI);
        ReadOnlySpan<float> logScale = parameters[shape.LogScale];
        for (int i = 0; i < _dimension; i++)
        {
            _constants[_dimension + i] = (float)Math.Exp(logScale[i]);
            logNormalizer -= logScale[i];
        }

        _logNormalizer = (float)logNormalizer;
    }

    /// <summary>Fills the tile's noise with points <paramref name="firstPoint"/>, … of a stream, and its points and values with z_0 and ln q_0.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="columns">A multiple of <see cref="FlowTile.ColumnGranularity"/>.</param>
    /// <param name="stream">The random stream: point i has the D · i-th normal numbers, by rows of sixteen points.</param>
    /// <param name="firstPoint">A multiple of sixteen.</param>
    /// <param name="width">The width to run at.</param>
    public void Sample(FlowTile tile, nint columns, in RandomStream stream, ulong firstPoint, LaneWidth width)
    {
        SampleKernel kernel = new(this, tile, columns, stream, firstPoint);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>ln q_0 of the tile's points, into its values.</summary>
    public void LogDensity(FlowTile tile, nint columns, LaneWidth width)
    {
        LogDensityKernel kernel = new(this, tile, columns);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>
    /// Adds Σ x̄ (D rows of sixteen slots) and Σ x̄ ⊙ σ ⊙ ε (D rows) of the tile's cotangents to the sums: the gradients by μ and,
    /// but for the −1 a particle from ln q_0, by ln σ.
    /// </summary>
    public void Backward(FlowTile tile, nint columns, float* sums, LaneWidth width)
    {
        BackwardKernel kernel = new(this, tile, columns, sums);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct SampleKernel(DiagonalGaussian q, FlowTile tile, nint columns, RandomStream stream, ulong firstPoint) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            nint rows = columns / LaneDispatch.Slots * q._dimension;
            NormalRows.Fill<V>(in stream, firstPoint / LaneDispatch.Slots * (ulong)q._dimension, rows, ref *tile.Noise);
            Scale<V>(q, tile, columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Scale<V>(DiagonalGaussian q, FlowTile tile, nint columns)
            where V : struct, ILanes<V>
        {
            int dimension = q._dimension;
            float* mean = q.Mean, sigma = q.Sigma, noise = tile.Noise, points = tile.Points, values = tile.Values;
            nint stride = tile.Stride;
            V normalizer = V.Splat(q._logNormalizer);
            for (nint column = 0; column < columns; column += V.Count)
            {
                nint lane = column % LaneDispatch.Slots;
                float* row = noise + ((column - lane) * dimension) + lane;
                V logDensity = normalizer;
                for (int i = 0; i < dimension; i++)
                {
                    V epsilon = V.Load(ref *row, i * LaneDispatch.Slots);
                    V.Store(V.Fma(V.Splat(sigma[i]), epsilon, V.Splat(mean[i])), ref *points, (i * stride) + column);
                    logDensity = V.NegFma(V.Splat(0.5f) * epsilon, epsilon, logDensity);
                }

                V.Store(logDensity, ref *values, column);
            }
        }
    }

    private readonly struct LogDensityKernel(DiagonalGaussian q, FlowTile tile, nint columns) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(q, tile, columns);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(DiagonalGaussian q, FlowTile tile, nint columns)
            where V : struct, ILanes<V>
        {
            int dimension = q._dimension;
            float* mean = q.Mean, sigma = q.Sigma, points = tile.Points, values = tile.Values;
            nint stride = tile.Stride;
            V normalizer = V.Splat(q._logNormalizer);
            for (nint column = 0; column < columns; column += V.Count)
            {
                V logDensity = normalizer;
                for (int i = 0; i < dimension; i++)
                {
                    V epsilon = (V.Load(ref *points, (i * stride) + column) - V.Splat(mean[i])) / V.Splat(sigma[i]);
                    logDensity = V.NegFma(V.Splat(0.5f) * epsilon, epsilon, logDensity);
                }

                V.Store(logDensity, ref *values, column);
            }
        }
    }

    private readonly struct BackwardKernel(DiagonalGaussian q, FlowTile tile, nint columns, float* sums) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(q, tile, columns, sums);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(DiagonalGaussian q, FlowTile tile, nint columns, float* sums)
            where V : struct, ILanes<V>
        {
            int dimension = q._dimension;
            float* sigma = q.Sigma, noise = tile.Noise, cotangents = tile.Cotangents;
            nint stride = tile.Stride;
            for (int i = 0; i < dimension; i++)
            {
                float* byMean = sums + (i * LaneDispatch.Slots);
                float* byLogScale = byMean + (dimension * LaneDispatch.Slots);
                V scale = V.Splat(sigma[i]);
                for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
                {
                    V mean = V.Load(ref *byMean, slot);
                    V logScale = V.Load(ref *byLogScale, slot);
                    for (nint column = slot; column < columns; column += LaneDispatch.Slots)
                    {
                        V cotangent = V.Load(ref *cotangents, (i * stride) + column);
                        V epsilon = V.Load(ref *noise, ((column - slot) * dimension) + (i * LaneDispatch.Slots) + slot);
                        mean += cotangent;
                        logScale = V.Fma(cotangent * scale, epsilon, logScale);
                    }

                    V.Store(mean, ref *byMean, slot);
                    V.Store(logScale, ref *byLogScale, slot);
                }
            }
        }
    }
}
