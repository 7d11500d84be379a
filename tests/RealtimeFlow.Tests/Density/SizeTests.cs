using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Density;

/// <summary>Every dimension, every depth, every count.</summary>
public sealed class SizeTests(ITestOutputHelper output)
{
    public static TheoryData<int, string> DimensionsAndKinds
    {
        get
        {
            TheoryData<int, string> cases = [];
            foreach (int dimension in (int[])[1, 2, 3, 4, 5, 16, 64, 257, 1000])
            {
                foreach (string formula in (string[])["planar:3", "radial:3", "planar:2,radial:2,planar:1"])
                {
                    cases.Add(dimension, formula);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(DimensionsAndKinds))]
    public void Every_dimension_is_within_the_bounds(int dimension, string formula)
    {
        const int Count = 3;
        FlowShape shape = FlowShape.Parse(formula, dimension);
        FlowDistribution q = new(shape, OrdinaryChain.Draw(shape, (ulong)dimension));
        ReferenceFlow flow = new(shape, Vectors.ToDoubles(q.Parameters));
        float[] points = new float[Count * dimension], images = new float[points.Length], origins = new float[points.Length];
        float[] logDet = new float[Count], logDensity = new float[Count];
        new RandomStream(3, 5).FillNormal(0, points);
        q.Transform(points, images, logDet);
        q.InverseTransform(images, origins);
        q.LogDensity(images, logDensity);
        Worst worst = new();
        for (int j = 0; j < Count; j++)
        {
            double[] z = Points.At(points, dimension, j), y = Points.At(images, dimension, j);
            RoundingBounds forward = RoundingBounds.From(flow, z);
            worst.Add("ln det", Math.Abs(flow.LogDet(flow.PathFrom(z)) - logDet[j]), forward.LogDet);
            worst.Add("ln q", Math.Abs(flow.LogDensity(y) - logDensity[j]), RoundingBounds.To(flow, y).LogDensity);

            // Not where the norms of matrices with up to a million numbers are asked for.
            if (dimension <= 64)
            {
                worst.Add("image", Vectors.Distance(flow.PathFrom(z)[^1], y), forward.Image);
                worst.Add("origin", Vectors.Distance(z, Points.At(origins, dimension, j)), forward.Origin);
            }
        }

        output.WriteLine($"{formula} in {dimension} dimensions: {worst}");
    }

    /// <summary>
    /// Near the identity, as trained chains are: their error bounds stay small, so that they say something. Those of chains drawn at
    /// random grow with the exponential of K.
    /// </summary>
    [Theory]
    [InlineData("planar:100", 2)]
    [InlineData("radial:100", 2)]
    [InlineData("planar:1000", 1)]
    [InlineData("planar:1000", 2)]
    [InlineData("radial:1000", 2)]
    [InlineData("planar:1000", 3)]
    [InlineData("radial:1000", 3)]
    [InlineData("planar:1000", 5)]
    [InlineData("planar:200,radial:300,planar:100,radial:400", 2)]
    [InlineData("planar:200,radial:300,planar:100,radial:400", 5)]
    public void Chains_to_a_thousand_layers_are_within_the_bounds(string formula, int dimension)
    {
        const int Count = 6;
        FlowShape shape = FlowShape.Parse(formula, dimension);
        float[] parameters = OrdinaryChain.Draw(shape, 4);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            shape.Layers[layer].Attenuate(dimension, 1 / MathF.Sqrt(shape.LayerCount), parameters.AsSpan(shape.Layer(layer)));
        }

        FlowDistribution q = new(shape, parameters);
        ReferenceFlow flow = new(shape, Vectors.ToDoubles(parameters));
        float[] points = new float[Count * dimension], images = new float[points.Length], origins = new float[points.Length];
        float[] logDet = new float[Count], logDensity = new float[Count];
        new RandomStream(3, 5).FillNormal(0, points);
        q.Transform(points, images, logDet);
        q.InverseTransform(images, origins);
        q.LogDensity(images, logDensity);
        Worst worst = new();
        double largest = 0;
        for (int j = 0; j < Count; j++)
        {
            double[] z = Points.At(points, dimension, j), y = Points.At(images, dimension, j);
            RoundingBounds forward = RoundingBounds.From(flow, z), back = RoundingBounds.To(flow, y);
            worst.Add("ln det", Math.Abs(flow.LogDet(flow.PathFrom(z)) - logDet[j]), forward.LogDet);
            worst.Add("ln q", Math.Abs(flow.LogDensity(y) - logDensity[j]), back.LogDensity);
            worst.Add("image", Vectors.Distance(flow.PathFrom(z)[^1], y), forward.Image);
            worst.Add("origin", Vectors.Distance(z, Points.At(origins, dimension, j)), forward.Origin);
            largest = Math.Max(largest, back.LogDensity);
        }

        output.WriteLine($"{formula} in {dimension} dimensions: {worst}; bound of ln q {largest:e2}");
        Assert.InRange(largest, 0, 0.5);
    }

    [Theory]
    [InlineData("planar:1000", 2)]
    [InlineData("radial:1000", 2)]
    [InlineData("planar:500,radial:500", 3)]
    [InlineData("planar:500,radial:500", 64)]
    public void A_thousand_layers_drawn_at_random_stay_finite(string formula, int dimension)
    {
        FlowShape shape = FlowShape.Parse(formula, dimension);
        FlowDistribution q = new(shape, OrdinaryChain.Draw(shape, 4));
        float[] points = new float[100 * dimension], numbers = new float[100];
        q.Sample(new RandomStream(1, 2), 0, points, numbers);
        Assert.All(points.Concat(numbers), x => Assert.True(float.IsFinite(x)));
        q.LogDensity(points, numbers);
        Assert.All(numbers, x => Assert.True(float.IsFinite(x)));
        q.InverseTransform(points, points, numbers);
        Assert.All(points.Concat(numbers), x => Assert.True(float.IsFinite(x)));
    }

    /// <summary>Up to 64 the lengths and offsets that <see cref="SpanTests"/> has; here a few of them.</summary>
    [Theory]
    [InlineData(257)]
    [InlineData(1000)]
    public void High_dimensions_are_cut_like_others(int dimension)
    {
        FlowShape shape = FlowShape.Parse("planar:1,radial:1", dimension);
        FlowDistribution q = new(shape, OrdinaryChain.Draw(shape, 1));
        const int Total = 150;
        float[] all = new float[Total * dimension], allDensity = new float[Total], evaluated = new float[Total];
        q.Sample(new RandomStream(1, 2), 0, all, allDensity);
        q.LogDensity(all, evaluated);
        foreach ((int first, int count) in (ReadOnlySpan<(int, int)>)[(0, 0), (0, 1), (5, 1), (15, 17), (16, 64), (33, 65), (1, 129)])
        {
            float[] part = new float[count * dimension], density = new float[count], again = new float[count];
            q.Sample(new RandomStream(1, 2), (ulong)first, part, density);
            q.LogDensity(part, again);
            Assert.Equal(allDensity[first..(first + count)], density);
            Assert.Equal(evaluated[first..(first + count)], again);
            for (int i = 0; i < dimension; i++)
            {
                Assert.True(all.AsSpan((i * Total) + first, count).SequenceEqual(part.AsSpan(i * count, count)));
            }
        }
    }

    /// <summary>Wherever a span begins relative to a row of lanes, and however far along the sequence.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Spans_that_begin_anywhere_have_the_same_bits(int dimension)
    {
        FlowShape shape = FlowShape.Parse("planar:2,radial:1", dimension);
        FlowDistribution q = new(shape, OrdinaryChain.Draw(shape, 1));
        const int Count = 83;
        RandomStream stream = new(8, 9);
        foreach (ulong first in (ulong[])[0, 3, (1UL << 32) - 5, (1UL << 40) + 7, (1UL << 58) - 41])
        {
            float[] expected = new float[Count * dimension], expectedDensity = new float[Count];
            q.Sample(stream, first, expected, expectedDensity);
            for (int shift = 0; shift < 17; shift++)
            {
                float[] points = new float[(Count * dimension) + shift], density = new float[Count + shift];
                q.Sample(stream, first, points.AsSpan(shift), density.AsSpan(shift));
                Assert.Equal(expected, points[shift..]);
                Assert.Equal(expectedDensity, density[shift..]);
            }

            // The same points one by one, each from its own index.
            for (int j = 0; j < Count; j += 11)
            {
                float[] point = new float[dimension];
                q.Sample(stream, first + (ulong)j, point);
                Assert.Equal(Points.At(expected, dimension, j), Vectors.ToDoubles(point));
            }
        }
    }
}
