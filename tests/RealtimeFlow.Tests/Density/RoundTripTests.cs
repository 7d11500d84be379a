using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Density;

/// <summary>Random chains against the reference, within the bounds of the error analysis (<see cref="RoundingBounds"/>).</summary>
public sealed class RoundTripTests(ITestOutputHelper output)
{
    private const int Chains = 200;

    [Fact]
    public void Images_and_log_determinants_of_random_chains_are_those_of_the_reference() =>
        SampleWorst((chain, flow, worst) =>
        {
            (float[] images, float[] logDet) = Transform(chain);
            for (int j = 0; j < chain.Points.Length; j++)
            {
                double[] image = [.. chain.Points[j]];
                double expected = flow.Forward(image);
                RoundingBounds bounds = RoundingBounds.From(flow, chain.Points[j]);
                worst.Add("image", Vectors.Distance(image, Points.At(images, flow.Dimension, j)), bounds.Image);
                worst.Add("log det", Math.Abs(expected - logDet[j]), bounds.LogDet);
            }
        });

    /// <summary>The determinant of a map that knows nothing of determinants.</summary>
    [Theory]
    [InlineData("planar")]
    [InlineData("radial")]
    [InlineData("planar and radial")]
    public void Log_determinants_of_random_chains_are_those_of_the_numeric_jacobian(string kinds) =>
        SampleWorst(
            (chain, flow, worst) =>
            {
                (_, float[] logDet) = Transform(chain);
                for (int j = 0; j < chain.Points.Length; j++)
                {
                    (double expected, double error) = Derivative.LogDeterminant(z => flow.Forward(z), chain.Points[j]);
                    worst.Add("log det", Math.Abs(expected - logDet[j]), RoundingBounds.From(flow, chain.Points[j]).LogDet + error);
                }
            },
            RandomChain.Gen(dimensions: 6, layers: 5, LayerKind.All.SingleOrDefault(kind => kind.Name == kinds)));

    [Fact]
    public void The_inverse_undoes_the_transform_as_far_as_its_condition_lets_it() =>
        SampleWorst((chain, flow, worst) =>
        {
            (float[] images, float[] logDet) = Transform(chain);
            float[] origins = new float[images.Length], back = new float[logDet.Length];
            chain.At(LaneDispatch.Width).InverseTransform(images, origins, back);
            for (int j = 0; j < chain.Points.Length; j++)
            {
                RoundingBounds bounds = RoundingBounds.From(flow, chain.Points[j]);
                double distance = Vectors.Distance(chain.Points[j], Points.At(origins, flow.Dimension, j));
                worst.Add("origin", distance, bounds.Origin);
            }
        });

    [Fact]
    public void The_log_density_at_given_points_is_that_of_the_reference() =>
        SampleWorst((chain, flow, worst) =>
        {
            (float[] images, float[] logDensity) = Transform(chain);
            chain.At(LaneDispatch.Width).LogDensity(images, logDensity);
            for (int j = 0; j < chain.Points.Length; j++)
            {
                double[] image = Points.At(images, flow.Dimension, j);
                RoundingBounds bounds = RoundingBounds.To(flow, image);
                worst.Add("ln q", Math.Abs(flow.LogDensity(image) - logDensity[j]), bounds.LogDensity);
            }
        });

    /// <summary>Both numbers are off by at most the bound, each on its own way.</summary>
    [Fact]
    public void The_log_density_at_sampled_points_is_the_one_that_sampling_returned() =>
        SampleWorst((chain, flow, worst) =>
        {
            const int Count = 5;
            FlowDistribution q = chain.At(LaneDispatch.Width);
            float[] points = new float[Count * flow.Dimension], sampled = new float[Count], evaluated = new float[Count];
            q.Sample(new RandomStream(7, StreamNumbers.Samples), 3, points, sampled);
            q.LogDensity(points, evaluated);
            for (int j = 0; j < Count; j++)
            {
                RoundingBounds bounds = RoundingBounds.To(flow, Points.At(points, flow.Dimension, j));
                worst.Add("ln q", Math.Abs(sampled[j] - (double)evaluated[j]), 2 * bounds.LogDensity);
            }
        });

    [Theory]
    [InlineData("planar:64", 2)]
    [InlineData("radial:64", 2)]
    [InlineData("planar:1000", 2)]
    [InlineData("radial:1000", 2)]
    [InlineData("planar:500,radial:500", 3)]
    [InlineData("radial:200", 16)]
    public void Long_chains_that_leave_the_float_range_keep_their_log_determinant(string formula, int dimension)
    {
        // Every layer compresses by s = 1/8 (planar) or φ near 1/4 (radial): Π det is far below the smallest float.
        FlowShape shape = FlowShape.Parse(formula, dimension);
        System.Random random = new(5);
        float[] parameters = new float[shape.ParameterCount];
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = parameters.AsSpan(shape.Layer(layer));
            int axis = layer % dimension;
            if (shape.Layers[layer] == LayerKind.Planar)
            {
                numbers[axis] = 0.5f;
                numbers[dimension + axis] = -1.75f;
                numbers[2 * dimension] = (float)(random.NextDouble() - 0.5) / 100;
            }
            else
            {
                numbers[axis] = (float)(random.NextDouble() - 0.5) / 100;
                numbers[dimension] = 2;
                numbers[dimension + 1] = -1.5f;
            }
        }

        const int Count = 20;
        double[][] points = [.. Enumerable.Range(0, Count).Select(
            _ => Enumerable.Range(0, dimension).Select(_ => (double)(float)(random.NextDouble() - 0.5)).ToArray())];
        FlowDistribution q = new(shape, parameters);
        ReferenceFlow flow = new(shape, Vectors.ToDoubles(parameters));
        float[] images = Points.ToRows(points, dimension), logDet = new float[Count];
        q.Transform(images, images, logDet);
        for (int j = 0; j < Count; j++)
        {
            double[] image = [.. points[j]];
            double expected = flow.Forward(image);
            Assert.True(expected < -100, $"ln det = {expected} does not leave the float range.");

            // A few roundings a layer; (D − 1) as many for a radial one; and the rounding of the sum itself.
            double roundings = 4.0 * shape.LayerCount * (shape.Layers[^1] == LayerKind.Radial ? dimension : 1);
            Assert.Equal(expected, logDet[j], (roundings + Math.Abs(expected)) * Math.Pow(2, -23));
            Assert.InRange(Vectors.Distance(image, Points.At(images, dimension, j)), 0, 1e-5);
        }
    }

    [Fact]
    public void A_chain_of_no_layers_is_its_base()
    {
        FlowShape shape = new(2);
        FlowDistribution q = new(shape, [0.5f, -1, 0.25f, -0.75f]);
        ReferenceFlow flow = new(shape, [0.5, -1, 0.25, -0.75]);
        float[] points = new float[200], sampled = new float[100], evaluated = new float[100], images = new float[200];
        q.Sample(new RandomStream(1, 0), 0, points, sampled);
        q.LogDensity(points, evaluated);
        q.Transform(points, images);
        Assert.Equal(points, images);
        for (int j = 0; j < sampled.Length; j++)
        {
            double expected = flow.Base.LogDensity(Points.At(points, 2, j));
            Assert.Equal(expected, sampled[j], 2e-5);
            Assert.Equal(expected, evaluated[j], 2e-5);
        }
    }

    [Fact]
    public void The_centre_of_a_radial_layer_is_its_fixed_point_both_ways()
    {
        FlowShape shape = new(2, LayerKind.Radial);
        FlowDistribution q = new(shape, [0, 0, 0, 0, 1.5f, -0.25f, 0.7f, -0.4f]);
        float[] point = [1.5f, -0.25f], logDet = new float[1];
        q.Transform(point, point, logDet);
        Assert.Equal([1.5f, -0.25f], point);
        Assert.Equal(2 * Math.Log(((double)0.7f + -0.4f) / 0.7f), logDet[0], 1e-6);
        q.InverseTransform(point, point, logDet);
        Assert.Equal([1.5f, -0.25f], point);
        Assert.Equal(-2 * Math.Log(((double)0.7f + -0.4f) / 0.7f), logDet[0], 1e-6);
    }

    private static (float[] Images, float[] LogDet) Transform(RandomChain chain)
    {
        float[] images = Points.ToRows(chain.Points, chain.Shape.Dimension), logDet = new float[chain.Points.Length];
        chain.At(LaneDispatch.Width).Transform(images, images, logDet);
        return (images, logDet);
    }

    private void SampleWorst(Action<RandomChain, ReferenceFlow, Worst> body, CsCheck.Gen<RandomChain>? chains = null)
    {
        Worst worst = new();
        CsCheck.Check.Sample(
            chains ?? RandomChain.Gen(dimensions: 5, layers: 8),
            chain =>
            {
                ReferenceFlow flow = chain.Reference;
                body(chain with { Points = [.. chain.Points.Where(flow.IsSmoothAt)] }, flow, worst);
            },
            iter: Chains,
            threads: 1);
        output.WriteLine(worst.ToString());
    }
}
