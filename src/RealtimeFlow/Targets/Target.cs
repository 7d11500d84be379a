using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>A density known up to its normalizer, p̃ = e^(−U), by its energy U = −ln p̃ and the gradient of that.</summary>
public abstract class Target
{
    private readonly Lazy<double?> _logNormalizer;
    private readonly TilePool _tiles;

    /// <param name="name">As in <see cref="Name"/>.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="options">What else is known.</param>
    /// <exception cref="ArgumentException">The name is empty, D less than 1, or the view radius not positive and finite.</exception>
    private protected Target(string name, int dimension, TargetOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (options.ViewRadius is not (> 0 and < float.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.ViewRadius, "The view radius is not positive and finite.");
        }

        Name = name;
        Description = options.Description;
        Dimension = dimension;
        ViewRadius = options.ViewRadius;
        _logNormalizer = new(() => options.LogNormalizer?.Invoke(this));
        _tiles = new TilePool(dimension, savedLayers: 0);
    }

    /// <summary>Its name; <see cref="TargetLibrary.Find"/> knows the library's by it.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Description { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>
    /// ln Z = ln ∫ e^(−U), in nats; null where the integral does not exist or is not known. With it a free energy F becomes a
    /// Kullback–Leibler divergence: KL = F + ln Z. Computed at the first call.
    /// </summary>
    public virtual double? LogNormalizer => _logNormalizer.Value;

    /// <summary>Half the side of the square about the origin that shows the target.</summary>
    public float ViewRadius { get; }

    /// <summary>A target on the plane from its energy alone: the gradient follows, in registers.</summary>
    /// <typeparam name="TEnergy">The energy: a structure, so that it is compiled into the loop over the points.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="energy">U.</param>
    /// <param name="options">What else is known of it.</param>
    /// <exception cref="ArgumentException">The name is empty, or the view radius not positive and finite.</exception>
    public static Target Create<TEnergy>(string name, TEnergy energy, TargetOptions? options = null)
        where TEnergy : struct, IPlaneEnergy =>
        CreateWithGradient(name, new AutomaticGradient<TEnergy>(energy), options);

    /// <summary>A target in D dimensions from its energy alone: the gradient follows, for a few times the cost of the energy.</summary>
    /// <typeparam name="TEnergy">The energy: a structure, so that it is compiled for each vector width.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="energy">U.</param>
    /// <param name="options">What else is known of it.</param>
    /// <exception cref="ArgumentException">The name is empty, D less than 1, or the view radius not positive and finite.</exception>
    public static Target Create<TEnergy>(string name, int dimension, TEnergy energy, TargetOptions? options = null)
        where TEnergy : struct, IEnergy =>
        new RecordedTarget<TEnergy>(name, dimension, energy, options ?? new TargetOptions());

    /// <summary>A target on the plane from its energy and a gradient by hand, which <see cref="GradientCheck"/> checks.</summary>
    /// <typeparam name="TEnergy">The energy: a structure, so that it is compiled into the loop over the points.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="energy">U and ∇U.</param>
    /// <param name="options">What else is known of it.</param>
    /// <exception cref="ArgumentException">The name is empty, or the view radius not positive and finite.</exception>
    public static Target CreateWithGradient<TEnergy>(string name, TEnergy energy, TargetOptions? options = null)
        where TEnergy : struct, IPlaneGradient =>
        new PlaneTarget<TEnergy>(name, energy, options ?? new TargetOptions());

    /// <summary>A target in D dimensions from its energy and a gradient by hand, which <see cref="GradientCheck"/> checks.</summary>
    /// <typeparam name="TEnergy">The energy: a structure, so that it is compiled for each vector width.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="dimension">D ≥ 1.</param>
    /// <param name="energy">U and ∇U.</param>
    /// <param name="options">What else is known of it.</param>
    /// <exception cref="ArgumentException">The name is empty, D less than 1, or the view radius not positive and finite.</exception>
    public static Target CreateWithGradient<TEnergy>(string name, int dimension, TEnergy energy, TargetOptions? options = null)
        where TEnergy : struct, IGradient =>
        new GradientTarget<TEnergy>(name, dimension, energy, options ?? new TargetOptions());

    /// <summary>U and ∇U at points of the caller's. Any number of threads may call; in steady state nothing is allocated.</summary>
    /// <param name="points">D · N floats, coordinate i of point j at <c>i * N + j</c>.</param>
    /// <param name="energy">Receives U, in nats: N floats.</param>
    /// <param name="gradient">Receives ∇U, arranged as the points; empty where it is not wanted.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a result overlaps what is still to be read.</exception>
    public unsafe void Evaluate(ReadOnlySpan<float> points, Span<float> energy, Span<float> gradient)
    {
        int count = PointSpans.Count(points, Dimension, nameof(points));
        PointSpans.RequireLength(energy, count, nameof(energy));
        PointSpans.RequireApart(energy, points, nameof(energy), nameof(points));
        if (!gradient.IsEmpty)
        {
            PointSpans.RequireLength(gradient, points.Length, nameof(gradient));
            PointSpans.RequireApart(gradient, points, nameof(gradient), nameof(points));
            PointSpans.RequireApart(gradient, energy, nameof(gradient), nameof(energy));
        }

        FlowTile tile = _tiles.Rent();
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, tile.Columns);
            PointSpans.CopyIn(tile, taken, points, count, done);
            Evaluate(tile, FlowTile.Padded(taken), LaneDispatch.Width);
            tile.ValueRow[..taken].CopyTo(energy[done..]);
            if (!gradient.IsEmpty)
            {
                PointSpans.CopyOut(tile, tile.Cotangents, 0, taken, gradient, count, done);
            }

            done += taken;
        }

        _tiles.Return(tile);
    }

    /// <summary>U of the tile's points into its values, ∇U into its cotangents. Called from several threads at once.</summary>
    internal abstract void Evaluate(FlowTile tile, nint columns, LaneWidth width);
}
