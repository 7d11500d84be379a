using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>A base distribution with its numbers, on tiles: z_0 = μ + σ ⊙ ε, ln q_0 = Σ ln p(ε) − Σ ln σ.</summary>
internal sealed unsafe class BaseDistribution
{
    private readonly FlowShape _shape;
    private readonly float[] _constants;
    private float _logNormalizer;

    public BaseDistribution(FlowShape shape)
    {
        _shape = shape;
        _constants = GC.AllocateArray<float>(2 * shape.Dimension, pinned: true);
    }

    private float* Location => (float*)Unsafe.AsPointer(ref _constants[0]);

    private float* Scale => Location + _shape.Dimension;

    /// <summary>Whether σ = exp of a log-scale is a normal float: about −87 to 88.</summary>
    public static bool IsLogScale(float logScale) => float.IsNormal((float)Math.Exp(logScale));

    /// <summary>Takes the base's parameters from the block: location (D), log-scale (D).</summary>
    public void Prepare(ReadOnlySpan<float> parameters)
    {
        int dimension = _shape.Dimension;
        parameters[_shape.Location].CopyTo(_constants);
        double logNormalizer = dimension * _shape.Base.LogNormalizer;
        ReadOnlySpan<float> logScale = parameters[_shape.LogScale];
        for (int i = 0; i < dimension; i++)
        {
            _constants[dimension + i] = (float)Math.Exp(logScale[i]);
            logNormalizer -= logScale[i];
        }

        _logNormalizer = (float)logNormalizer;
    }

    /// <summary>Fills the tile's noise with points <paramref name="firstPoint"/>, … of a stream, and its points and values with z_0 and ln q_0.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="columns">A multiple of <see cref="FlowTile.ColumnGranularity"/>.</param>
    /// <param name="stream">The random stream.</param>
    /// <param name="firstPoint">A multiple of sixteen.</param>
    /// <param name="width">The width to run at.</param>
    public void Sample(FlowTile tile, nint columns, in RandomStream stream, ulong firstPoint, LaneWidth width) =>
        _shape.Base.Sample(width, Describe(tile, columns), in stream, firstPoint);

    /// <summary>ln q_0 of the tile's points, into its values.</summary>
    public void LogDensity(FlowTile tile, nint columns, LaneWidth width) => _shape.Base.LogDensity(width, Describe(tile, columns));

    /// <summary>∇ ln q_0 of the tile's points, into its cotangents.</summary>
    public void Score(FlowTile tile, nint columns, LaneWidth width) => _shape.Base.Score(width, Describe(tile, columns));

    /// <summary>
    /// Adds Σ x̄ (D rows of sixteen slots) and Σ x̄ ⊙ σ ⊙ ε (D rows) of the tile's cotangents to the sums: the gradients by μ and,
    /// but for the −1 a particle from ln q_0, by ln σ.
    /// </summary>
    public void Backward(FlowTile tile, nint columns, float* sums, LaneWidth width)
    {
        BackwardKernel kernel = new(Describe(tile, columns), sums);
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>As <see cref="Backward"/> for points that no noise was drawn for: Σ x̄ and Σ x̄ ⊙ (z_0 − μ).</summary>
    public void BackwardFromPoints(FlowTile tile, nint columns, float* sums, LaneWidth width)
    {
        BackwardFromPointsKernel kernel = new(Describe(tile, columns), sums);
        LaneDispatch.Run(width, ref kernel);
    }

    private BaseRun Describe(FlowTile tile, nint columns) => new()
    {
        Points = tile.Points,
        Values = tile.Values,
        Noise = tile.Noise,
        Cotangents = tile.Cotangents,
        Stride = tile.Stride,
        Columns = columns,
        Dimension = _shape.Dimension,
        Location = Location,
        Scale = Scale,
        LogNormalizer = _logNormalizer,
    };

    private readonly struct BackwardFromPointsKernel(BaseRun run, float* sums) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(in run, sums);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(in BaseRun run, float* sums)
            where V : struct, ILanes<V>
        {
            int dimension = run.Dimension;
            float* location = run.Location, points = run.Points, cotangents = run.Cotangents;
            nint stride = run.Stride, columns = run.Columns;
            for (int i = 0; i < dimension; i++)
            {
                float* byLocation = sums + (i * LaneDispatch.Slots);
                float* byLogScale = byLocation + (dimension * LaneDispatch.Slots);
                V center = V.Splat(location[i]);
                for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
                {
                    V first = V.Load(ref *byLocation, slot);
                    V second = V.Load(ref *byLogScale, slot);
                    for (nint column = slot; column < columns; column += LaneDispatch.Slots)
                    {
                        V cotangent = V.Load(ref *cotangents, (i * stride) + column);
                        first += cotangent;
                        second = V.Fma(cotangent, V.Load(ref *points, (i * stride) + column) - center, second);
                    }

                    V.Store(first, ref *byLocation, slot);
                    V.Store(second, ref *byLogScale, slot);
                }
            }
        }
    }

    private readonly struct BackwardKernel(BaseRun run, float* sums) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(in run, sums);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(in BaseRun run, float* sums)
            where V : struct, ILanes<V>
        {
            int dimension = run.Dimension;
            float* sigma = run.Scale, noise = run.Noise, cotangents = run.Cotangents;
            nint stride = run.Stride, columns = run.Columns;
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
