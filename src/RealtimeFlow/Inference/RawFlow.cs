using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Inference;

/// <summary>A distribution with the raw, unbounded parameters that a constraint maps to its own.</summary>
internal sealed class RawFlow
{
    private readonly FlowConstraint _constraint;
    private readonly float[] _raw;
    private readonly float[] _effective;

    /// <summary>Makes the distribution of raw parameters.</summary>
    /// <param name="shape">The flow.</param>
    /// <param name="direction">How its chain is read.</param>
    /// <param name="constraint">The constraint.</param>
    /// <param name="raw">The block of raw parameters, of which it takes possession.</param>
    /// <param name="width">The width of the kernels.</param>
    /// <exception cref="ArgumentException">As for <see cref="FlowDistribution.SetParameters"/>.</exception>
    public RawFlow(FlowShape shape, FlowDirection direction, FlowConstraint constraint, float[] raw, LaneWidth width)
    {
        _constraint = constraint;
        _raw = raw;
        _effective = new float[raw.Length];
        Constrain(shape, constraint, raw, _effective);
        Distribution = new FlowDistribution(shape, _effective, direction) { Width = width };
    }

    /// <summary>The distribution.</summary>
    public FlowDistribution Distribution { get; }

    /// <summary>The raw parameters; <see cref="Update"/> is to follow a change.</summary>
    public Span<float> Raw => _raw;

    /// <summary>Null for raw parameters of a sound distribution, else what is wrong with it, as a sentence.</summary>
    public static string? Defect(FlowShape shape, FlowConstraint constraint, ReadOnlySpan<float> raw)
    {
        float[] effective = new float[raw.Length];
        Constrain(shape, constraint, raw, effective);
        return shape.Defect(effective);
    }

    /// <summary>Takes changed raw parameters over into the distribution.</summary>
    public void Update()
    {
        Constrain(Distribution.Shape, _constraint, _raw, _effective);
        Distribution.SetTrusted(_effective);
    }

    /// <summary>Replaces a gradient by the distribution's parameters with that by the raw ones, in place.</summary>
    public void PullBack(Span<double> gradient)
    {
        FlowShape shape = Distribution.Shape;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Kinds[layer].PullBack(shape.Dimension, _constraint, _raw.AsSpan(place), gradient[place]);
        }
    }

    /// <summary>Another flow with the same numbers.</summary>
    public RawFlow Copy() => new(Distribution.Shape, Distribution.Direction, _constraint, [.. _raw], Distribution.Width);

    /// <summary>A deeper flow: with one more layer, whose parameters are given, and all others as they are.</summary>
    /// <param name="position">The layer's number.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="layer">Its raw parameters.</param>
    public RawFlow Insert(int position, LayerKind kind, ReadOnlySpan<float> layer)
    {
        FlowShape old = Distribution.Shape;
        FlowShape shape = new(old.Dimension, old.Base, [.. old.Layers.Take(position), kind, .. old.Layers.Skip(position)]);
        int place = shape.Layer(position).Start.Value;
        return new RawFlow(shape, Distribution.Direction, _constraint, [.. _raw[..place], .. layer, .. _raw[place..]], Distribution.Width);
    }

    /// <summary>A shallower flow: without one layer, and all others as they are.</summary>
    /// <param name="position">The layer's number.</param>
    public RawFlow Remove(int position)
    {
        FlowShape old = Distribution.Shape;
        FlowShape shape = new(old.Dimension, old.Base, [.. old.Layers.Take(position), .. old.Layers.Skip(position + 1)]);
        (int place, int count) = old.Layer(position).GetOffsetAndLength(_raw.Length);
        return new RawFlow(shape, Distribution.Direction, _constraint, [.. _raw[..place], .. _raw[(place + count)..]], Distribution.Width);
    }

    private static void Constrain(FlowShape shape, FlowConstraint constraint, ReadOnlySpan<float> raw, Span<float> effective)
    {
        raw[..shape.LogScale.End.Value].CopyTo(effective);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Kinds[layer].Constrain(shape.Dimension, constraint, raw[place], effective[place]);
        }
    }
}
