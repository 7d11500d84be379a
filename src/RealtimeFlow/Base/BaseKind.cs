using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Base;

/// <summary>
/// A kind of base distribution q_0. All are location-scale families with independent coordinates: z_0 = μ + σ ⊙ ε, where ε is standard
/// normal, uniform in (−1, 1), or Student's t; μ and ln σ stand in the block of parameters.
/// </summary>
public abstract class BaseKind
{
    private protected BaseKind(string name, string locationName, string scaleName, float? degreesOfFreedom)
    {
        Name = name;
        LocationName = locationName;
        ScaleName = scaleName;
        DegreesOfFreedom = degreesOfFreedom;
    }

    /// <summary>The diagonal Gaussian N(μ, diag σ²).</summary>
    public static BaseKind Gaussian { get; } = new BaseKind<Gaussian>("gaussian", "mean", "log_scale");

    /// <summary>The uniform distribution on the box μ ± σ, whose density beyond its edges is 0.</summary>
    public static BaseKind Uniform { get; } = new BaseKind<UniformBox>("uniform", "center", "log_half_width");

    /// <summary>Independent Student-t coordinates, whose tails fall by a power, |z|^−(ν + 1).</summary>
    /// <param name="degreesOfFreedom">ν, from 1 (Cauchy) to 10⁶; the variance is finite for ν &gt; 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">ν is outside its range.</exception>
    public static BaseKind StudentT(float degreesOfFreedom) => degreesOfFreedom is >= 1 and <= 1e6f
        ? new BaseKind<StudentT>("student-t", "location", "log_scale", degreesOfFreedom)
        : throw new ArgumentOutOfRangeException(nameof(degreesOfFreedom), degreesOfFreedom, "Expected from 1 to 1e6.");

    /// <summary>The name in files.</summary>
    public string Name { get; }

    /// <summary>What files call μ.</summary>
    public string LocationName { get; }

    /// <summary>What files call ln σ.</summary>
    public string ScaleName { get; }

    /// <summary>ν of a Student-t base; null for the others.</summary>
    public float? DegreesOfFreedom { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The part of ln q_0 of one coordinate that depends neither on it nor on σ.</summary>
    internal abstract double LogNormalizer { get; }

    /// <summary>Fills the noise with ε of points <paramref name="firstPoint"/>, … of a stream, and the points and values with z_0 and ln q_0.</summary>
    internal abstract void Sample(LaneWidth width, in BaseRun run, in RandomStream stream, ulong firstPoint);

    /// <summary>ln q_0 of the points, into the values.</summary>
    internal abstract void LogDensity(LaneWidth width, in BaseRun run);

    /// <summary>∇ ln q_0 of the points, into the cotangents.</summary>
    internal abstract void Score(LaneWidth width, in BaseRun run);
}

/// <summary>One run over a tile: the arguments of a kernel.</summary>
internal unsafe struct BaseRun
{
    /// <summary>D rows: z_0.</summary>
    public float* Points;

    /// <summary>One row: ln q_0.</summary>
    public float* Values;

    /// <summary>D · columns numbers: for each sixteen columns, D rows of sixteen.</summary>
    public float* Noise;

    /// <summary>D rows: the score.</summary>
    public float* Cotangents;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride;

    /// <summary>How many columns to work on: a multiple of <see cref="FlowTile.ColumnGranularity"/>.</summary>
    public nint Columns;

    /// <summary>D.</summary>
    public int Dimension;

    /// <summary>μ.</summary>
    public float* Location;

    /// <summary>σ.</summary>
    public float* Scale;

    /// <summary>The part of ln q_0 that is the same for all points.</summary>
    public float LogNormalizer;
}

/// <summary>Binds a family's static functions to the loops over particles and coordinates.</summary>
internal sealed unsafe class BaseKind<TFamily>(string name, string locationName, string scaleName, float? degreesOfFreedom = null)
    : BaseKind(name, locationName, scaleName, degreesOfFreedom)
    where TFamily : struct, IBaseFamily
{
    private readonly float _shape = degreesOfFreedom ?? 0;

    internal override double LogNormalizer { get; } = TFamily.LogNormalizer(degreesOfFreedom ?? 0);

    internal override void Sample(LaneWidth width, in BaseRun run, in RandomStream stream, ulong firstPoint)
    {
        SampleKernel kernel = new(run, stream, firstPoint, _shape);
        LaneDispatch.Run(width, ref kernel);
    }

    internal override void LogDensity(LaneWidth width, in BaseRun run)
    {
        LogDensityKernel kernel = new(run, _shape);
        LaneDispatch.Run(width, ref kernel);
    }

    internal override void Score(LaneWidth width, in BaseRun run)
    {
        ScoreKernel kernel = new(run, _shape);
        LaneDispatch.Run(width, ref kernel);
    }

    private readonly struct SampleKernel(BaseRun run, RandomStream stream, ulong firstPoint, float shape) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            TFamily.FillNoise<V>(
                in stream, run.Dimension, firstPoint / LaneDispatch.Slots, run.Columns / LaneDispatch.Slots, ref *run.Noise, shape);
            Loop<V>(in run, shape);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(in BaseRun run, float shape)
            where V : struct, ILanes<V>
        {
            int dimension = run.Dimension;
            float* location = run.Location, scale = run.Scale, noise = run.Noise, points = run.Points, values = run.Values;
            nint stride = run.Stride, columns = run.Columns;
            V normalizer = V.Splat(run.LogNormalizer);
            for (nint column = 0; column < columns; column += V.Count)
            {
                nint lane = column % LaneDispatch.Slots;
                float* row = noise + ((column - lane) * dimension) + lane;
                CompensatedSum<V> logDensity = default;
                for (int i = 0; i < dimension; i++)
                {
                    V epsilon = V.Load(ref *row, i * LaneDispatch.Slots);
                    V.Store(V.Fma(V.Splat(scale[i]), epsilon, V.Splat(location[i])), ref *points, (i * stride) + column);
                    logDensity.Add(TFamily.LogDensity(epsilon, shape));
                }

                V.Store(normalizer + logDensity.Total, ref *values, column);
            }
        }
    }

    private readonly struct LogDensityKernel(BaseRun run, float shape) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(in run, shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(in BaseRun run, float shape)
            where V : struct, ILanes<V>
        {
            int dimension = run.Dimension;
            float* location = run.Location, scale = run.Scale, points = run.Points, values = run.Values;
            nint stride = run.Stride, columns = run.Columns;
            V normalizer = V.Splat(run.LogNormalizer);
            for (nint column = 0; column < columns; column += V.Count)
            {
                CompensatedSum<V> logDensity = default;
                for (int i = 0; i < dimension; i++)
                {
                    V epsilon = (V.Load(ref *points, (i * stride) + column) - V.Splat(location[i])) / V.Splat(scale[i]);
                    logDensity.Add(TFamily.LogDensity(epsilon, shape));
                }

                V.Store(normalizer + logDensity.Total, ref *values, column);
            }
        }
    }

    private readonly struct ScoreKernel(BaseRun run, float shape) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(in run, shape);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(in BaseRun run, float shape)
            where V : struct, ILanes<V>
        {
            int dimension = run.Dimension;
            float* location = run.Location, scale = run.Scale, points = run.Points, cotangents = run.Cotangents;
            nint stride = run.Stride, columns = run.Columns;
            for (int i = 0; i < dimension; i++)
            {
                V mean = V.Splat(location[i]), sigma = V.Splat(scale[i]);
                for (nint column = 0; column < columns; column += V.Count)
                {
                    V epsilon = (V.Load(ref *points, (i * stride) + column) - mean) / sigma;
                    V.Store(TFamily.Score(epsilon, shape) / sigma, ref *cotangents, (i * stride) + column);
                }
            }
        }
    }
}
