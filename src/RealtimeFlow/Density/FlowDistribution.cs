using System.Globalization;
using System.Runtime.CompilerServices;
using RealtimeFlow.Base;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Density;

/// <summary>
/// A base distribution q_0 and a chain of layers as the distribution q_K of z_K = f_K ∘ … ∘ f_1(z_0), in the generative reading:
/// ln q_K(z_K) = ln q_0(z_0) − Σ_k ln det ∂f_k/∂z_{k−1} (Rezende &amp; Mohamed 2015, eq. 5–7).
/// </summary>
/// <remarks>
/// Points are structures of arrays: a span of N points in D dimensions holds D · N floats, coordinate i of point j at
/// <c>i * N + j</c>. The caller owns all memory, and steady state allocates nothing. Any number of threads may call the reading
/// methods at once, as long as none calls <see cref="SetParameters"/>.
/// </remarks>
public sealed class FlowDistribution
{
    [ThreadStatic]
    private static FlowTile? ThreadTile;

    private readonly float[] _parameters;
    private readonly DiagonalGaussian _base;
    private readonly Chain _chain;

    /// <summary>Makes a distribution from the effective parameters of its shape.</summary>
    /// <param name="shape">What the flow is made of.</param>
    /// <param name="parameters">The block of effective parameters (û, α, β), laid out as <see cref="FlowShape"/> says.</param>
    /// <param name="direction">Whether the chain maps the base to the data or the data to the base.</param>
    /// <exception cref="ArgumentException">As for <see cref="SetParameters"/>.</exception>
    public FlowDistribution(FlowShape shape, ReadOnlySpan<float> parameters, FlowDirection direction = FlowDirection.Generative)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        Direction = direction;
        _parameters = new float[shape.ParameterCount];
        _base = new DiagonalGaussian(shape.Dimension);
        _chain = new Chain(shape);
        SetParameters(parameters);
    }

    /// <summary>What the flow is made of.</summary>
    public FlowShape Shape { get; }

    /// <summary>How the chain is read.</summary>
    public FlowDirection Direction { get; }

    /// <summary>The block of effective parameters.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>The width at which this distribution's kernels run.</summary>
    internal LaneWidth Width { get; init; } = LaneDispatch.Width;

    /// <summary>s of a layer, from the effective numbers in float64: 1 + wᵀû (planar), α + β (radial). Positive; the smaller, the nearer to a fold.</summary>
    /// <param name="layer">0 ≤ layer &lt; K.</param>
    public double Scale(int layer) => Shape.Layers[layer].Scale(Shape.Dimension, _parameters.AsSpan(Shape.Layer(layer)));

    /// <summary>Replaces all parameters. Allocates nothing.</summary>
    /// <param name="parameters">The block of effective parameters.</param>
    /// <exception cref="ArgumentException">
    /// The length is not <see cref="FlowShape.ParameterCount"/>, a number is not finite, or a layer is not invertible (s ≤ 0, or α ≤ 0
    /// in a radial layer). The message names the layer; the old parameters stay.
    /// </exception>
    public void SetParameters(ReadOnlySpan<float> parameters)
    {
        Validate(Shape, parameters);
        SetTrusted(parameters);
    }

    /// <summary>As <see cref="SetParameters"/>, for parameters that a constraint has just made invertible.</summary>
    internal void SetTrusted(ReadOnlySpan<float> parameters)
    {
        parameters.CopyTo(_parameters);
        _base.Prepare(Shape, _parameters);
        _chain.Prepare(_parameters);
    }

    /// <summary>Draws points and, in the same pass, the logarithm of their density.</summary>
    /// <param name="stream">The random stream; the same stream and index give the same point, whatever the split of the work.</param>
    /// <param name="first">The index of the first point.</param>
    /// <param name="points">D · N floats: receives the points.</param>
    /// <param name="logDensity">N floats: receives ln q_K of each, in nats; or empty.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the spans overlap.</exception>
    public void Sample(RandomStream stream, ulong first, Span<float> points, Span<float> logDensity = default)
    {
        int count = CheckedCount(points.Length, nameof(points), logDensity.Length, nameof(logDensity));
        RequireApart(points, logDensity, nameof(logDensity));
        FlowTile tile = BorrowTile();

        // Tiles begin at a multiple of sixteen of the sequence; a start between two drops the columns before it.
        int skip = (int)(first % LaneDispatch.Slots);
        for (int done = 0; done < count; skip = 0)
        {
            int taken = Math.Min(count - done, tile.Columns - skip);
            nint columns = FlowTile.Padded(skip + taken);
            SampleTile(tile, columns, stream, first + (ulong)done - (ulong)skip);
            if (!logDensity.IsEmpty)
            {
                SubtractLogDeterminant(tile, columns);
                tile.ValueRow.Slice(skip, taken).CopyTo(logDensity[done..]);
            }

            CopyOut(tile, skip, taken, points, count, done);
            done += taken;
        }
    }

    /// <summary>The bare chain: f_K ∘ … ∘ f_1 of each point, and Σ ln det.</summary>
    /// <param name="points">D · N floats.</param>
    /// <param name="result">D · N floats: receives the images; may be the same span as <paramref name="points"/>.</param>
    /// <param name="logDeterminant">N floats: receives the log-determinants, in nats; or empty.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the spans overlap without being the same.</exception>
    public void Transform(ReadOnlySpan<float> points, Span<float> result, Span<float> logDeterminant = default) =>
        Map(points, result, logDeterminant, inverse: false);

    /// <summary>The inverse chain of each point, and its log-determinant: minus that of the chain at the image.</summary>
    /// <inheritdoc cref="Transform"/>
    public void InverseTransform(ReadOnlySpan<float> points, Span<float> result, Span<float> logDeterminant = default) =>
        Map(points, result, logDeterminant, inverse: true);

    /// <summary>
    /// ln q_K at given points: the chain is inverted, no table or mesh is involved. Exact but for rounding, which a layer's inverse
    /// amplifies by up to 1/s.
    /// </summary>
    /// <param name="points">D · N floats.</param>
    /// <param name="logDensity">N floats: receives ln q_K, in nats.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the spans overlap.</exception>
    public void LogDensity(ReadOnlySpan<float> points, Span<float> logDensity)
    {
        int count = CheckedCount(points.Length, nameof(points), logDensity.Length, nameof(logDensity), required: true);
        RequireApart(points, logDensity, nameof(logDensity));
        FlowTile tile = BorrowTile();
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, tile.Columns);
            CopyIn(tile, taken, points, count, done);
            LogDensityTile(tile, FlowTile.Padded(taken));
            tile.ValueRow[..taken].CopyTo(logDensity[done..]);
            done += taken;
        }
    }

    /// <summary>Points and ln q_0 of the stream's points from <paramref name="first"/> (a multiple of sixteen) on, sent through the chain.</summary>
    internal void SampleTile(FlowTile tile, nint columns, in RandomStream stream, ulong first, bool save = false)
    {
        _base.Sample(tile, columns, in stream, first, Width);
        tile.ResetDeterminants(columns);
        _chain.Forward(tile, columns, Width, save);
    }

    /// <summary>ln q_K of the tile's points, into its values; the points become their origins z_0.</summary>
    internal void LogDensityTile(FlowTile tile, nint columns)
    {
        tile.ResetDeterminants(columns);
        _chain.Inverse(tile, columns, Width);
        _base.LogDensity(tile, columns, Width);
        SubtractLogDeterminant(tile, columns);
    }

    /// <summary>Values ← values − Σ ln det: ln q_0 becomes ln q_K.</summary>
    internal void SubtractLogDeterminant(FlowTile tile, nint columns)
    {
        LogDeterminantKernel kernel = new(tile, columns, _chain.HasRadialProduct, -1);
        LaneDispatch.Run(Width, ref kernel);
    }

    /// <summary>
    /// Takes a tile that was sampled with <c>save</c>, and the cotangents of its points, back to the base, adding to the sums: 2 D rows
    /// of sixteen slots for the base, then <see cref="Chain.SumRows"/> a layer.
    /// </summary>
    internal unsafe void BackwardTile(FlowTile tile, nint columns, float* sums)
    {
        _chain.Backward(tile, columns, Width, -1, sums + (2 * Shape.Dimension * LaneDispatch.Slots));
        _base.Backward(tile, columns, sums, Width);
    }

    private static void Validate(FlowShape shape, ReadOnlySpan<float> parameters)
    {
        if (parameters.Length != shape.ParameterCount)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{shape} in {shape.Dimension} dimensions has {shape.ParameterCount} parameters, not {parameters.Length}."),
                nameof(parameters));
        }

        for (int i = 0; i < 2 * shape.Dimension; i++)
        {
            if (!float.IsFinite(parameters[i]))
            {
                throw new ArgumentException($"The base has a {(i < shape.Dimension ? "mean" : "log-scale")} that is not finite.", nameof(parameters));
            }
        }

        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            ReadOnlySpan<float> numbers = parameters[shape.Layer(layer)];
            if (shape.Layers[layer].Defect(shape.Dimension, numbers) is string defect)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Layer {layer} ({shape.Layers[layer]}) {defect}."), nameof(parameters));
            }
        }
    }

    private void Map(ReadOnlySpan<float> points, Span<float> result, Span<float> logDeterminant, bool inverse)
    {
        int count = CheckedCount(points.Length, nameof(points), logDeterminant.Length, nameof(logDeterminant));
        if (result.Length != points.Length)
        {
            throw new ArgumentException($"Holds {result.Length} floats, but there are {points.Length} to write.", nameof(result));
        }

        if (points.Overlaps(result, out int offset) && offset != 0)
        {
            throw new ArgumentException("Overlaps the points without being the same span.", nameof(result));
        }

        RequireApart(points, logDeterminant, nameof(logDeterminant));
        RequireApart(result, logDeterminant, nameof(logDeterminant));
        FlowTile tile = BorrowTile();
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, tile.Columns);
            nint columns = FlowTile.Padded(taken);
            CopyIn(tile, taken, points, count, done);
            tile.ResetDeterminants(columns);
            if (inverse)
            {
                _chain.Inverse(tile, columns, Width);
            }
            else
            {
                _chain.Forward(tile, columns, Width, save: false);
            }

            if (!logDeterminant.IsEmpty)
            {
                tile.ValueRow.Clear();
                LogDeterminantKernel kernel = new(tile, columns, _chain.HasRadialProduct, inverse ? -1 : 1);
                LaneDispatch.Run(Width, ref kernel);
                tile.ValueRow[..taken].CopyTo(logDeterminant[done..]);
            }

            CopyOut(tile, 0, taken, result, count, done);
            done += taken;
        }
    }

    private int CheckedCount(int length, string name, int perPoint, string perPointName, bool required = false)
    {
        (int count, int rest) = Math.DivRem(length, Shape.Dimension);
        if (rest != 0)
        {
            throw new ArgumentException(
                $"Holds {length} floats, which is not a multiple of the dimension {Shape.Dimension}.", name);
        }

        if ((required || perPoint != 0) && perPoint != count)
        {
            throw new ArgumentException($"Holds {perPoint} floats for {count} points.", perPointName);
        }

        return count;
    }

    private static void RequireApart(ReadOnlySpan<float> points, ReadOnlySpan<float> numbers, string name)
    {
        if (points.Overlaps(numbers))
        {
            throw new ArgumentException("Overlaps the points.", name);
        }
    }

    private FlowTile BorrowTile()
    {
        FlowTile? tile = ThreadTile;
        if (tile == null || tile.Dimension != Shape.Dimension)
        {
            ThreadTile = tile = new FlowTile(Shape.Dimension, savedLayers: 0);
        }

        return tile;
    }

    private void CopyIn(FlowTile tile, int taken, ReadOnlySpan<float> points, int count, int done)
    {
        for (int i = 0; i < Shape.Dimension; i++)
        {
            Span<float> row = tile.Row(i);
            points.Slice((i * count) + done, taken).CopyTo(row);

            // Columns beyond the last point are worked on too: give them a point that exists.
            row[taken..(int)FlowTile.Padded(taken)].Fill(row[0]);
        }
    }

    private void CopyOut(FlowTile tile, int skip, int taken, Span<float> points, int count, int done)
    {
        for (int i = 0; i < Shape.Dimension; i++)
        {
            tile.Row(i).Slice(skip, taken).CopyTo(points[((i * count) + done)..]);
        }
    }

    private readonly unsafe struct LogDeterminantKernel(FlowTile tile, nint columns, bool radial, float factor) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns, radial, factor);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns, bool radial, float factor)
            where V : struct, ILanes<V>
        {
            float* values = tile.Values;
            for (nint column = 0; column < columns; column += V.Count)
            {
                V sum = V.Fma(V.Splat(factor), tile.LogDeterminant<V>(column, radial), V.Load(ref *values, column));
                V.Store(sum, ref *values, column);
            }
        }
    }
}
