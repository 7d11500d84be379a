using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Networks;

public sealed class NetworkTests
{
    // Of differences in float64: the step's fourth power, and ε of the sum over its length.
    private const double DifferenceError = 1e-8;

    /// <summary>Each activation below and above another layer, alone, and in a deep one; numbers of units about the tiles'.</summary>
    public static TheoryData<string> Networks { get; } = new(Shapes.Keys);

    private static Dictionary<string, NetworkShape> Shapes => new()
    {
        ["linear"] = new(3, new DenseShape(2)),
        ["tanh"] = new(5, new DenseShape(9, Activation.Tanh), new DenseShape(3)),
        ["relu"] = new(4, new DenseShape(8, Activation.Relu), new DenseShape(1)),
        ["softplus"] = new(2, new DenseShape(7, Activation.Softplus), new DenseShape(2)),
        ["maxout"] = new(6, new DenseShape(12, Activation.Maxout, 4), new DenseShape(17)),
        ["outputs"] = new(3, new DenseShape(4, Activation.Linear), new DenseShape(10, Activation.Maxout, 2)),
        ["all"] = new(
            17,
            new DenseShape(33, Activation.Maxout, 3),
            new DenseShape(5, Activation.Tanh),
            new DenseShape(6, Activation.Relu),
            new DenseShape(16, Activation.Softplus),
            new DenseShape(3, Activation.Tanh)),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Outputs_and_every_gradient_are_those_of_a_reference_and_of_finite_differences(string name)
    {
        NetworkShape shape = Shapes[name];
        using WorkerPool alone = new(1);
        foreach (int rows in (int[])[1, 3, 16, 19])
        {
            NetworkRun run = new(shape, rows, LaneDispatch.Width, alone);
            var gradient = new Rounded[shape.ParameterCount];
            double[] parameters = [.. run.Parameters.Select(p => (double)p)];
            ReferenceNetwork reference = new(shape, parameters);
            for (int row = 0; row < rows; row++)
            {
                double[] inputs = run.Row(run.Inputs, row);
                AssertWithin(reference.Forward(inputs), run.Row(run.Outputs, row));
                AssertWithin(reference.Backward(run.Row(run.Cotangent, row), gradient), run.Row(run.InputCotangent, row));
            }

            AssertWithin(gradient, [.. run.Gradient.Select(g => (double)g)]);
            double[] differences = Derivative.Gradient(at => Loss(run, at), parameters, _ => 1e-5);
            for (int i = 0; i < gradient.Length; i++)
            {
                Assert.InRange(gradient[i].Value, differences[i] - DifferenceError, differences[i] + DifferenceError);
            }
        }
    }

    [Fact]
    public void A_pass_has_the_same_bits_at_every_width_and_with_any_number_of_threads()
    {
        NetworkShape shape = new(
            200, new DenseShape(400, Activation.Maxout, 4), new DenseShape(90, Activation.Tanh), new DenseShape(50, Activation.Softplus), new DenseShape(70, Activation.Relu));
        using WorkerPool one = new(1), two = new(2), three = new(3);
        NetworkRun expected = new(shape, 100, LaneWidth.Scalar, one);
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            foreach (WorkerPool workers in (WorkerPool[])[one, two, three])
            {
                NetworkRun run = new(shape, 100, width, workers);
                Assert.Equal(expected.OutputRows, run.OutputRows);
                Assert.Equal(expected.Gradient, run.Gradient);
                Assert.Equal(expected.InputCotangentRows, run.InputCotangentRows);
            }
        }
    }

    [Fact]
    public void What_stands_beyond_the_rows_and_how_large_the_capacity_is_does_not_matter()
    {
        NetworkShape shape = Shapes["all"];
        using WorkerPool alone = new(1);
        NetworkRun expected = new(shape, 19, LaneDispatch.Width, alone);
        NetworkRun other = new(shape, 19, LaneDispatch.Width, alone, capacity: 40, beyond: float.NaN);
        Assert.Equal(expected.OutputRows, other.OutputRows);
        Assert.Equal(expected.Gradient, other.Gradient);
        Assert.Equal(expected.InputCotangentRows, other.InputCotangentRows);
    }

    [Fact]
    public void The_cotangent_of_a_tie_goes_to_the_first_of_the_largest()
    {
        NetworkShape shape = new(1, new DenseShape(4, Activation.Maxout, 4));
        using WorkerPool alone = new(1);
        Network network = new(shape, 1, alone);
        float[] parameters = [1, 2, 2, 2, 0, 0, 0, 0], inputs = new float[16], cotangent = new float[16], gradient = new float[8];
        (inputs[0], cotangent[0]) = (3, 5);
        network.Forward(parameters, inputs, 1);
        network.Backward(parameters, inputs, cotangent, gradient, []);
        Assert.Equal(6, network.Output[0]);
        Assert.Equal([0, 15, 0, 0, 0, 5, 0, 0], gradient);
    }

    [Fact]
    public void Initial_weights_have_the_variance_of_their_rule_and_biases_are_zero()
    {
        NetworkShape shape = new(
            300, new DenseShape(400, Activation.Maxout, 4), new DenseShape(300, Activation.Relu), new DenseShape(200, Activation.Tanh));
        float[] parameters = new float[shape.ParameterCount];
        shape.Initialize(parameters, seed: 3);
        double[] variances = [2.0 / (300 + 100), 2.0 / 100, 2.0 / (300 + 200)];
        for (int layer = 0; layer < variances.Length; layer++)
        {
            float[] weights = parameters[shape.Weights(layer)];
            double variance = weights.Average(w => (double)w * w), count = weights.Length;

            // Five standard errors of a mean of squares of normal numbers, and of a mean of them.
            Assert.InRange(variance / variances[layer], 1 - (5 * Math.Sqrt(2 / count)), 1 + (5 * Math.Sqrt(2 / count)));
            Assert.InRange(weights.Average() / Math.Sqrt(variances[layer]), -5 / Math.Sqrt(count), 5 / Math.Sqrt(count));
            Assert.All(parameters[shape.Biases(layer)], bias => Assert.Equal(0, bias));
        }
    }

    [Fact]
    public void The_block_has_a_place_for_each_parameter_and_none_twice()
    {
        NetworkShape shape = Shapes["all"];
        int next = 0;
        for (int layer = 0; layer < shape.Layers.Count; layer++)
        {
            foreach ((Range range, int length) in ((Range, int)[])
                [(shape.Weights(layer), shape.Layers[layer].Units * shape.InputsOf(layer)), (shape.Biases(layer), shape.Layers[layer].Units)])
            {
                Assert.Equal(next..(next + length), range);
                next += length;
            }
        }

        Assert.Equal(shape.ParameterCount, next);
        Assert.Equal((17, 3), (shape.Inputs, shape.Outputs));
    }

    [Fact]
    public void Nothing_that_has_no_meaning_is_accepted()
    {
        using WorkerPool alone = new(1);
        NetworkShape shape = Shapes["tanh"];
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseShape(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseShape(4, Activation.Maxout, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseShape(4, Activation.Maxout, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseShape(4, Activation.Tanh, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DenseShape(4, (Activation)5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(0, new DenseShape(1)));
        Assert.Throws<ArgumentException>(() => new NetworkShape(1));
        Assert.Throws<OverflowException>(() => new NetworkShape(1 << 20, new DenseShape(1 << 20)));
        Assert.Throws<ArgumentException>(() => shape.Initialize(new float[shape.ParameterCount + 1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Network(shape, 0, alone));

        Network network = new(shape, 20, alone);
        float[] parameters = new float[shape.ParameterCount], inputs = new float[5 * 32], outputs = new float[3 * 32];
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Forward(parameters, inputs, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Forward(parameters, inputs, 21));
        Assert.Throws<ArgumentException>(() => network.Forward(parameters, new float[5 * 20], 20));
        Assert.Throws<ArgumentException>(() => network.Forward(new float[1], inputs, 20));
        Assert.Throws<InvalidOperationException>(() => network.Backward(parameters, inputs, outputs, new float[parameters.Length], []));
        network.Forward(parameters, inputs, 20);
        Assert.Throws<ArgumentException>(() => network.Backward(parameters, inputs, new float[3], new float[parameters.Length], []));
        Assert.Throws<ArgumentException>(() => network.Backward(parameters, inputs, outputs, new float[1], []));
        Assert.Throws<ArgumentException>(() => network.Backward(parameters, inputs, outputs, new float[parameters.Length], new float[1]));
        network.Backward(parameters, inputs, outputs, new float[parameters.Length], []);
        Assert.Throws<InvalidOperationException>(() => network.Backward(parameters, inputs, outputs, new float[parameters.Length], []));
    }

    private static double Loss(NetworkRun run, double[] parameters)
    {
        ReferenceNetwork reference = new(run.Shape, parameters);
        double sum = 0;
        for (int row = 0; row < run.Rows; row++)
        {
            Rounded[] outputs = reference.Forward(run.Row(run.Inputs, row));
            double[] cotangent = run.Row(run.Cotangent, row);
            sum += outputs.Select((y, j) => y.Value * cotangent[j]).Sum();
        }

        return sum;
    }

    private static void AssertWithin(Rounded[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.InRange(found[i], expected[i].Value - expected[i].Error, expected[i].Value + expected[i].Error);
        }
    }
}
