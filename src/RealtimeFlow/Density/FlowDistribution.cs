using System.Globalization;
using RealtimeFlow.Base;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Density;

/// <summary>
/// A base distribution q_0 and a chain of layers as a distribution q, in either of two readings (<see cref="FlowDirection"/>): the
/// chain maps the base to the data, ln q(z_K) = ln q_0(z_0) − Σ_k ln det ∂f_k/∂z_{k−1} (Rezende &amp; Mohamed 2015, eq. 5–7), or
/// the data to the base. Both can sample, and both can say the density and its gradient anywhere.
/// </summary>
/// <remarks>
/// Points are structures of arrays: a span of N points in D dimensions holds D · N floats, coordinate i of point j at
/// <c>i * N + j</c>. They are to be finite; where one is not, so are its results. The caller owns all memory, and steady state
/// allocates nothing. Any number of threads may call the reading methods at once, as long as none calls <see cref="SetParameters"/>.
/// </remarks>
public sealed unsafe class FlowDistribution
{
    private readonly float[] _parameters;
    private readonly BaseDistribution _base;
    private readonly Chain _chain;
    private readonly TilePool _tiles;

    // The score of the normalizing reading goes backwards through the chain, and needs what the way forwards saved.
    private readonly TilePool _savingTiles;

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
        _base = new BaseDistribution(shape);
        _chain = new Chain(shape);
        _tiles = new TilePool(shape.Dimension, savedLayers: 0);
        _savingTiles = new TilePool(shape.Dimension, shape.LayerCount);
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

    private bool IsGenerative => Direction == FlowDirection.Generative;

    /// <summary>s of a layer, from the effective numbers in float64: 1 + wᵀû (planar), α + β (radial). Positive; the smaller, the nearer to a fold.</summary>
    /// <param name="layer">0 ≤ layer &lt; K, in the order of the shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public double Scale(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Shape.LayerCount);
        return Shape.Layers[layer].Scale(Shape.Dimension, _parameters.AsSpan(Shape.Layer(layer)));
    }

    /// <summary>Replaces all parameters. Allocates nothing.</summary>
    /// <param name="parameters">The block of effective parameters.</param>
    /// <exception cref="ArgumentException">
    /// The length is not <see cref="FlowShape.ParameterCount"/>, a number is not finite, a log-scale is outside about −87 to 88, where σ
    /// is no normal float, or a layer is not invertible (s ≤ 0, or α ≤ 0 in a radial layer). The message names the layer; the old
    /// parameters stay.
    /// </exception>
    public void SetParameters(ReadOnlySpan<float> parameters)
    {
        if (parameters.Length != Shape.ParameterCount)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{Shape} in {Shape.Dimension} dimensions has {Shape.ParameterCount} parameters, not {parameters.Length}."),
                nameof(parameters));
        }

        if (Shape.Defect(parameters) is string defect)
        {
            throw new ArgumentException(defect, nameof(parameters));
        }

        SetTrusted(parameters);
    }

    /// <summary>As <see cref="SetParameters"/>, for parameters that a constraint has just made invertible.</summary>
    internal void SetTrusted(ReadOnlySpan<float> parameters)
    {
        parameters.CopyTo(_parameters);
        _base.Prepare(_parameters);
        _chain.Prepare(_parameters, 0, Shape.LayerCount);
    }

    /// <summary>
    /// Becomes <see cref="Prefix"/> of the distribution of the same shape that has these parameters, which a constraint has made
    /// invertible: bit for bit, and without allocating. The other layers are the identity, and points do not meet them.
    /// </summary>
    internal void SetPrefix(ReadOnlySpan<float> parameters, int layers, float tau)
    {
        parameters.CopyTo(_parameters);
        int first = IsGenerative ? 0 : Shape.LayerCount - layers, end = first + layers, last = IsGenerative ? end - 1 : first;
        for (int layer = 0; layer < Shape.LayerCount; layer++)
        {
            bool isMet = layer >= first && layer < end;
            if (!isMet || (layer == last && tau < 1))
            {
                Shape.Kinds[layer].Attenuate(Shape.Dimension, isMet ? tau : 0, _parameters.AsSpan(Shape.Layer(layer)));
            }
        }

        _base.Prepare(_parameters);
        _chain.Prepare(_parameters, first, end);
    }

    /// <summary>Another distribution of the same shape, reading and numbers; it is whole where this one is a prefix.</summary>
    internal FlowDistribution Copy() => new(Shape, _parameters, Direction) { Width = Width };

    /// <summary>Becomes what another distribution of the same shape and reading is, part of a chain or whole. Allocates nothing.</summary>
    internal void CopyFrom(FlowDistribution other)
    {
        other._parameters.CopyTo(_parameters, 0);
        _base.Prepare(_parameters);
        _chain.Prepare(_parameters, other._chain.First, other._chain.End);
    }

    /// <summary>Becomes one layer of the distribution of the same shape that has these parameters, over its base.</summary>
    internal void SetLayer(ReadOnlySpan<float> parameters, int layer)
    {
        parameters.CopyTo(_parameters);
        _base.Prepare(_parameters);
        _chain.Prepare(_parameters, layer, layer + 1);
    }

    /// <summary>
    /// q_k, the distribution after the first k maps that a point meets on its way from the base: the first k layers in the generative
    /// reading, the last k in the normalizing one. The last of these maps may be gone only part of the way, so that q_0 becomes q_K
    /// continuously, each an exact density.
    /// </summary>
    /// <param name="layers">k, from 0 (the base) to K (this distribution).</param>
    /// <param name="tau">How far the last map is gone, from 0 (not at all) to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">k or τ is outside its range.</exception>
    public FlowDistribution Prefix(int layers, float tau = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, Shape.LayerCount);
        if (tau is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(tau), tau, "Expected from 0 to 1.");
        }

        int first = IsGenerative ? 0 : Shape.LayerCount - layers;
        LayerKind[] kinds = [.. Shape.Layers.Skip(first).Take(layers)];
        FlowShape shape = new(Shape.Dimension, Shape.Base, kinds);
        float[] parameters = new float[shape.ParameterCount];
        int ofBase = Shape.LogScale.End.Value;
        _parameters.AsSpan(0, ofBase).CopyTo(parameters);
        if (layers > 0)
        {
            _parameters.AsSpan(Shape.Layer(first).Start.Value, parameters.Length - ofBase).CopyTo(parameters.AsSpan(ofBase));
            int last = IsGenerative ? layers - 1 : 0;
            if (tau < 1)
            {
                kinds[last].Attenuate(shape.Dimension, tau, parameters.AsSpan(shape.Layer(last)));
            }
        }

        return new FlowDistribution(shape, parameters, Direction) { Width = Width };
    }

    /// <summary>Draws points and, in the same pass, the logarithm of their density and its gradient.</summary>
    /// <param name="stream">The random stream; the same stream and index give the same point, whatever the split of the work.</param>
    /// <param name="first">The index of the first point.</param>
    /// <param name="points">D · N floats: receives the points.</param>
    /// <param name="logDensity">N floats: receives ln q of each, in nats; or empty.</param>
    /// <param name="score">D · N floats: receives ∇ ln q at each, laid out as the points; or empty.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the spans overlap.</exception>
    public void Sample(
        RandomStream stream, ulong first, Span<float> points, Span<float> logDensity = default, Span<float> score = default)
    {
        int count = PointSpans.Count(points, Shape.Dimension, nameof(points));
        RequireResults(points, count, logDensity, score);
        bool scored = !score.IsEmpty;
        TilePool pool = scored && !IsGenerative ? _savingTiles : _tiles;
        FlowTile tile = pool.Rent();

        // Tiles begin at a multiple of sixteen of the sequence; a start between two drops the columns before it.
        int skip = (int)(first % LaneDispatch.Slots);
        for (int done = 0; done < count; skip = 0)
        {
            int taken = Math.Min(count - done, tile.Columns - skip);
            nint columns = FlowTile.Padded(skip + taken);
            RowsAhead ahead = new([], points, logDensity, Shape.Dimension, done, taken);
            SampleTile(tile, columns, stream, first + (ulong)done - (ulong)skip, scored, in ahead);
            PointSpans.CopyOut(tile, tile.Points, skip, taken, points, count, done);
            if (!logDensity.IsEmpty)
            {
                FinishLogDensity(tile, columns);
                tile.ValueRow.Slice(skip, taken).CopyTo(logDensity[done..]);
            }

            if (scored)
            {
                if (!IsGenerative)
                {
                    ScoreTileBackwards(tile, columns);
                }

                PointSpans.CopyOut(tile, tile.Cotangents, skip, taken, score, count, done);
            }

            done += taken;
        }

        pool.Return(tile);
    }

    /// <summary>The bare chain: f_K ∘ … ∘ f_1 of each point, layers in the order of the shape whatever the reading, and Σ ln det.</summary>
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
    /// ln q at given points, without a table or mesh. Exact but for rounding, which in the generative reading the inverse of a layer
    /// amplifies by up to 1/s.
    /// </summary>
    /// <param name="points">D · N floats.</param>
    /// <param name="logDensity">N floats: receives ln q, in nats.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the spans overlap.</exception>
    public void LogDensity(ReadOnlySpan<float> points, Span<float> logDensity)
    {
        int count = PointSpans.Count(points, Shape.Dimension, nameof(points));
        PointSpans.RequireLength(logDensity, count, nameof(logDensity));
        PointSpans.RequireApart(logDensity, points, nameof(logDensity), nameof(points));
        FlowTile tile = _tiles.Rent();
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, tile.Columns);
            PointSpans.CopyIn(tile, taken, points, count, done);
            LogDensityTile(tile, FlowTile.Padded(taken));
            tile.ValueRow[..taken].CopyTo(logDensity[done..]);
            done += taken;
        }

        _tiles.Return(tile);
    }

    /// <summary>
    /// The score ∇ ln q at given points: carried along the chain in the generative reading (once the origin of a point is found), back
    /// through it in the normalizing one.
    /// </summary>
    /// <param name="points">D · N floats.</param>
    /// <param name="score">D · N floats: receives the gradient by each coordinate, laid out as the points.</param>
    /// <param name="logDensity">N floats: receives ln q, in nats; or empty.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the spans overlap.</exception>
    public void Score(ReadOnlySpan<float> points, Span<float> score, Span<float> logDensity = default)
    {
        int count = PointSpans.Count(points, Shape.Dimension, nameof(points));
        PointSpans.RequireLength(score, points.Length, nameof(score));
        RequireResults(points, count, logDensity, score);
        TilePool pool = IsGenerative ? _tiles : _savingTiles;
        FlowTile tile = pool.Rent();
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, tile.Columns);
            nint columns = FlowTile.Padded(taken);
            PointSpans.CopyIn(tile, taken, points, count, done);
            if (IsGenerative)
            {
                LogDensityTile(tile, columns);
                _base.Score(tile, columns, Width);
                tile.ResetDeterminants(columns);
                _chain.Push(tile, columns, Width, save: false);
            }
            else
            {
                ScoreTileBackwards(tile, columns);
            }

            PointSpans.CopyOut(tile, tile.Cotangents, 0, taken, score, count, done);
            if (!logDensity.IsEmpty)
            {
                tile.ValueRow[..taken].CopyTo(logDensity[done..]);
            }

            done += taken;
        }

        pool.Return(tile);
    }

    /// <summary>
    /// The stream's points from <paramref name="first"/> (a multiple of sixteen) on, sent from the base to the data; their ln q_0 is in the
    /// values. With <paramref name="score"/>, in the generative reading, the score is carried along in the cotangents.
    /// </summary>
    internal void SampleTile(
        FlowTile tile, nint columns, in RandomStream stream, ulong first, bool score = false, in RowsAhead ahead = default)
    {
        _base.Sample(tile, columns, in stream, first, Width);
        tile.ResetDeterminants(columns);
        if (!IsGenerative)
        {
            _chain.Inverse(tile, columns, Width);
        }
        else if (score)
        {
            _base.Score(tile, columns, Width);
            _chain.Push(tile, columns, Width, save: false);
        }
        else
        {
            _chain.Forward(tile, columns, Width, save: false, in ahead);
        }
    }

    /// <summary>As <see cref="SampleTile"/> in the generative reading, keeping what <see cref="BackwardTile"/> needs.</summary>
    internal void ForwardTile(FlowTile tile, nint columns, in RandomStream stream, ulong first, bool score)
    {
        _base.Sample(tile, columns, in stream, first, Width);
        tile.ResetDeterminants(columns);
        if (score)
        {
            _base.Score(tile, columns, Width);
            _chain.Push(tile, columns, Width, save: true);
        }
        else
        {
            _chain.Forward(tile, columns, Width, save: true);
        }
    }

    /// <summary>ln q of the tile's points, into its values; the points become their origins z_0.</summary>
    internal void LogDensityTile(FlowTile tile, nint columns)
    {
        tile.ResetDeterminants(columns);
        if (IsGenerative)
        {
            _chain.Inverse(tile, columns, Width);
        }
        else
        {
            _chain.Forward(tile, columns, Width, save: false);
        }

        _base.LogDensity(tile, columns, Width);
        FinishLogDensity(tile, columns);
    }

    /// <summary>The values, which hold ln q_0, become ln q: less Σ ln det of the chain, or plus it, by the reading.</summary>
    internal void FinishLogDensity(FlowTile tile, nint columns) => AddLogDeterminant(tile, columns, IsGenerative ? -1 : 1);

    /// <summary>
    /// Takes a tile that <see cref="ForwardTile"/> filled, and the cotangents of its points, back to the base, adding to the sums: 2 D
    /// rows of sixteen slots for the base, then <see cref="Chain.SumRows"/> a layer.
    /// </summary>
    internal void BackwardTile(FlowTile tile, nint columns, float logDetCotangent, float* sums)
    {
        _chain.Backward(tile, columns, Width, logDetCotangent, LayerSums(sums));
        _base.Backward(tile, columns, sums, Width);
    }

    /// <summary>
    /// ln q of the tile's points, which are data, into its values, and the gradient of −Σ ln q added to sums as in
    /// <see cref="BackwardTile"/>.
    /// </summary>
    /// <remarks>
    /// In the generative reading the points go back to their origins, and forwards again with the score. Then the score at z_K is the
    /// cotangent, and that of each ln det is 1: what Backward makes of them, Jᵀs + ∇ ln det, is the score at the layer's input, and its sums
    /// are ∂L/∂θ + (∂f/∂θ)ᵀ s, the gradient of the inverse map's loss, without its Jacobian.
    /// </remarks>
    internal void LikelihoodTile(FlowTile tile, nint columns, float* sums)
    {
        tile.ResetDeterminants(columns);
        if (IsGenerative)
        {
            _chain.Inverse(tile, columns, Width);
        }
        else
        {
            _chain.Forward(tile, columns, Width, save: true);
        }

        _base.LogDensity(tile, columns, Width);
        FinishLogDensity(tile, columns);
        _base.Score(tile, columns, Width);
        _base.BackwardFromPoints(tile, columns, sums, Width);
        if (IsGenerative)
        {
            tile.ResetDeterminants(columns);
            _chain.Push(tile, columns, Width, save: true);
            _chain.Backward(tile, columns, Width, 1, LayerSums(sums));
        }
        else
        {
            TileRows.ScaleCotangents(tile, columns, -1, Width);
            _chain.Backward(tile, columns, Width, -1, LayerSums(sums));
        }
    }

    private float* LayerSums(float* sums) => sums + (2 * Shape.Dimension * LaneDispatch.Slots);

    /// <summary>The normalizing reading: ln q of the tile's points into its values, ∇ ln q into its cotangents. The tile is one that saves.</summary>
    private void ScoreTileBackwards(FlowTile tile, nint columns)
    {
        tile.ResetDeterminants(columns);
        _chain.Forward(tile, columns, Width, save: true);
        _base.LogDensity(tile, columns, Width);
        FinishLogDensity(tile, columns);
        _base.Score(tile, columns, Width);
        _chain.Backward(tile, columns, Width, 1, null);
    }

    private void AddLogDeterminant(FlowTile tile, nint columns, float factor) =>
        tile.AddLogDeterminants(columns, _chain.HasRadialProduct, factor, Width);

    private static void RequireResults(ReadOnlySpan<float> points, int count, ReadOnlySpan<float> logDensity, ReadOnlySpan<float> score)
    {
        if (!logDensity.IsEmpty)
        {
            PointSpans.RequireLength(logDensity, count, nameof(logDensity));
            PointSpans.RequireApart(logDensity, points, nameof(logDensity), nameof(points));
        }

        if (!score.IsEmpty)
        {
            PointSpans.RequireLength(score, points.Length, nameof(score));
            PointSpans.RequireApart(score, points, nameof(score), nameof(points));
            PointSpans.RequireApart(score, logDensity, nameof(score), nameof(logDensity));
        }
    }

    private void Map(ReadOnlySpan<float> points, Span<float> result, Span<float> logDeterminant, bool inverse)
    {
        int count = PointSpans.Count(points, Shape.Dimension, nameof(points));
        PointSpans.RequireLength(result, points.Length, nameof(result));
        if (points.Overlaps(result, out int offset) && offset != 0)
        {
            throw new ArgumentException("Overlaps points without being the same span.", nameof(result));
        }

        if (!logDeterminant.IsEmpty)
        {
            PointSpans.RequireLength(logDeterminant, count, nameof(logDeterminant));
            PointSpans.RequireApart(logDeterminant, points, nameof(logDeterminant), nameof(points));
            PointSpans.RequireApart(logDeterminant, result, nameof(logDeterminant), nameof(result));
        }

        FlowTile tile = _tiles.Rent();
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, tile.Columns);
            nint columns = FlowTile.Padded(taken);
            PointSpans.CopyIn(tile, taken, points, count, done);
            tile.ResetDeterminants(columns);
            if (inverse)
            {
                _chain.Inverse(tile, columns, Width);
            }
            else
            {
                RowsAhead ahead = new(points, result, logDeterminant, Shape.Dimension, done, taken);
                _chain.Forward(tile, columns, Width, save: false, in ahead);
            }

            PointSpans.CopyOut(tile, tile.Points, 0, taken, result, count, done);
            if (!logDeterminant.IsEmpty)
            {
                tile.ValueRow.Clear();
                AddLogDeterminant(tile, columns, inverse ? -1 : 1);
                tile.ValueRow[..taken].CopyTo(logDeterminant[done..]);
            }

            done += taken;
        }

        _tiles.Return(tile);
    }
}
