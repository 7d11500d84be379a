using CsCheck;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Flows;

/// <summary>A chain with raw parameters, and points, drawn at random.</summary>
internal sealed record RandomChain(FlowShape Shape, FlowConstraint Constraint, float[] Raw, double[][] Points)
{
    /// <summary>The effective parameters, by the engine's constraint.</summary>
    public float[] Effective { get; } = Constrain(Shape, Constraint, Raw);

    /// <summary>The flow of the effective parameters in float64.</summary>
    public ReferenceFlow Reference => new(Shape, Vectors.ToDoubles(Effective));

    /// <summary>
    /// Chains of up to so many layers, of one kind or all of them mixed, D from 1 up, with parameters between −2 and 2 and five points.
    /// </summary>
    public static Gen<RandomChain> Gen(int dimensions, int layers, LayerKind? kind = null, BaseKind? @base = null) =>
        from dimension in CsCheck.Gen.Int[1, dimensions]
        from kinds in CsCheck.Gen.OneOf<LayerKind>(kind is null ? [.. LayerKind.All] : [kind]).Array[0, layers]
        let shape = new FlowShape(dimension, @base ?? BaseKind.Gaussian, kinds)
        from raw in CsCheck.Gen.Float[-2, 2].Array[shape.ParameterCount]
        from points in CsCheck.Gen.Float[-3, 3].Select(x => (double)x).Array[dimension].Array[5]
        select new RandomChain(shape, FlowConstraint.Identity, raw, points);

    public static float[] Constrain(FlowShape shape, FlowConstraint constraint, float[] raw)
    {
        float[] effective = [.. raw];
        for (int i = 0; i < shape.LayerCount; i++)
        {
            Range place = shape.Layer(i);
            shape.Layers[i].Constrain(shape.Dimension, constraint, raw.AsSpan(place), effective.AsSpan(place));
        }

        return effective;
    }

    public FlowDistribution At(LaneWidth width) => new(Shape, Effective) { Width = width };

    public FlowDistribution Read(FlowDirection direction) => new(Shape, Effective, direction);

    public ReferenceFlow ReferenceOf(FlowDirection direction) => new(Shape, Vectors.ToDoubles(Effective), direction);

    public override string ToString() =>
        $"{Shape} in {Shape.Dimension} dimensions, {Constraint}, raw [{string.Join(", ", Raw.Select(x => x.ToString("r")))}], "
        + $"points {string.Join(" ", Points.Select(p => $"({string.Join(", ", p.Select(x => x.ToString("r")))})"))}";
}
