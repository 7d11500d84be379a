using RealtimeFlow.Inference;

namespace RealtimeFlow.Tests.Inference;

public sealed class OptimizerTests
{
    private const int Steps = 200, Count = 19;
    private const double Rate = 0.01, Epsilon = 1e-3;

    [Theory]
    [InlineData(0.999)]
    [InlineData(0.99)]
    [InlineData(0)]
    public void Adam_is_algorithm_1_of_its_paper(double beta2)
    {
        double m = 0, v = 0;
        Optimizer adam = Optimizer.Create(new TrainerOptions { Epsilon = Epsilon, SquareDecay = beta2 }, Count);
        AssertSteps(adam, (gradient, step) =>
        {
            m = (0.9 * m) + (0.1 * gradient);
            v = (beta2 * v) + ((1 - beta2) * gradient * gradient);
            double mHat = m / (1 - Math.Pow(0.9, step)), vHat = v / (1 - Math.Pow(beta2, step));
            return Rate * mHat / (Math.Sqrt(vHat) + Epsilon);
        });
    }

    [Fact]
    public void RmsProp_divides_by_the_running_root_mean_square_and_keeps_a_momentum()
    {
        double square = 0, velocity = 0;
        AssertSteps(Create(OptimizerKind.RmsProp, Count), (gradient, _) =>
        {
            square = (0.9 * square) + (0.1 * gradient * gradient);
            velocity = (0.9 * velocity) + (Rate * gradient / (Math.Sqrt(square) + Epsilon));
            return velocity;
        });
    }

    [Fact]
    public void Sgd_keeps_a_momentum()
    {
        double velocity = 0;
        AssertSteps(Create(OptimizerKind.Sgd, Count), (gradient, _) => velocity = (0.9 * velocity) + (Rate * gradient));
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Soap)]
    public void A_gradient_of_zero_moves_nothing(OptimizerKind kind)
    {
        float[] parameters = [1, -2, 3];
        Create(kind, 3).Step(parameters, new double[3], Rate);
        Assert.Equal([1, -2, 3], parameters);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_parameter_that_joins_later_moves_as_one_of_a_new_optimizer_and_disturbs_no_other(OptimizerKind kind)
    {
        Optimizer grown = Create(kind, 20), undisturbed = Create(kind, 20), begun = Create(kind, 3);
        float[] parameters = new float[20], expected = new float[20], joined = new float[3];
        for (int step = 0; step < 30; step++)
        {
            double[] gradient = Gradient(step, 20);
            undisturbed.Step(expected, gradient, Rate);
            if (step < 10)
            {
                grown.Step(parameters, gradient, Rate);
                continue;
            }

            if (step == 10)
            {
                grown.Insert(7, 3);
                parameters = [.. parameters[..7], 0, 0, 0, .. parameters[7..]];
            }

            double[] gradientOfNew = Gradient(-step, 3);
            begun.Step(joined, gradientOfNew, Rate);
            grown.Step(parameters, [.. gradient[..7], .. gradientOfNew, .. gradient[7..]], Rate);
        }

        Assert.Equal([.. expected[..7], .. joined, .. expected[7..]], parameters);
    }

    [Fact]
    public void A_running_mean_of_equal_values_is_that_value()
    {
        double[] mean = new double[5], weight = new double[5], scratch = new double[5];
        for (int i = 0; i < 10; i++)
        {
            RunningMean.Add(mean, 0.9, [3, -1, 0, 1e300, 1e-300], scratch);
            RunningMean.AddOne(weight, 0.9);
        }

        double[] expected = [3, -1, 0, 1e300, 1e-300];
        for (int i = 0; i < mean.Length; i++)
        {
            Assert.Equal(1 - Math.Pow(0.9, 10), weight[i], 1e-15);
            Assert.Equal(expected[i], mean[i] / weight[i], 1e-14 * Math.Abs(expected[i]));
        }
    }

    private static Optimizer Create(OptimizerKind kind, int count) => Optimizer.Create(new TrainerOptions { Optimizer = kind, Epsilon = Epsilon }, count);

    private static double[] Gradient(int step, int count) => [.. Enumerable.Range(0, count).Select(i => Math.Sin((step * 1.7) + (i * i)))];

    /// <summary>
    /// The gradient of ½(x − c)² + sin 5x at several c, which the optimiser sees at its own float32 parameters: more of them than a row of
    /// lanes, and no multiple of one.
    /// </summary>
    private static void AssertSteps(Optimizer optimizer, Func<double, int, double> reference)
    {
        const int Watched = Count - 1;
        float[] actual = new float[Count];
        double[] gradient = new double[Count];
        float expected = 0;
        for (int step = 1; step <= Steps; step++)
        {
            for (int i = 0; i < Count; i++)
            {
                gradient[i] = actual[i] - (0.25 * i) + (5 * Math.Cos(5 * actual[i]));
            }

            optimizer.Step(actual, gradient, Rate);
            expected = (float)(expected - reference(gradient[Watched], step));
            Assert.Equal(expected, actual[Watched], 1e-6);
        }

        Assert.NotEqual(0, expected);
    }
}
