using RealtimeFlow.Inference;

namespace RealtimeFlow.Tests.Inference;

public sealed class OptimizerTests
{
    private const int Steps = 200;
    private const double Rate = 0.01;

    [Fact]
    public void Adam_is_algorithm_1_of_its_paper()
    {
        double m = 0, v = 0;
        AssertSteps(OptimizerKind.Adam, (gradient, step) =>
        {
            m = (0.9 * m) + (0.1 * gradient);
            v = (0.999 * v) + (0.001 * gradient * gradient);
            double mHat = m / (1 - Math.Pow(0.9, step)), vHat = v / (1 - Math.Pow(0.999, step));
            return Rate * mHat / (Math.Sqrt(vHat) + 1e-8);
        });
    }

    [Fact]
    public void RmsProp_divides_by_the_running_root_mean_square_and_keeps_a_momentum()
    {
        double square = 0, velocity = 0;
        AssertSteps(OptimizerKind.RmsProp, (gradient, _) =>
        {
            square = (0.9 * square) + (0.1 * gradient * gradient);
            velocity = (0.9 * velocity) + (Rate * gradient / (Math.Sqrt(square) + 1e-8));
            return velocity;
        });
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    public void A_gradient_of_zero_moves_nothing(OptimizerKind kind)
    {
        float[] parameters = [1, -2, 3];
        Optimizer.Create(kind, 3).Step(parameters, new double[3], Rate);
        Assert.Equal([1, -2, 3], parameters);
    }

    /// <summary>The gradient of ½(x − 3)² + sin 5x, which the optimiser sees at its own float32 parameter.</summary>
    private static void AssertSteps(OptimizerKind kind, Func<double, int, double> reference)
    {
        Optimizer optimizer = Optimizer.Create(kind, 1);
        float[] actual = [-1];
        float expected = -1;
        for (int step = 1; step <= Steps; step++)
        {
            double gradient = actual[0] - 3 + (5 * Math.Cos(5 * actual[0]));
            optimizer.Step(actual, [gradient], Rate);
            expected = (float)(expected - reference(gradient, step));
            Assert.Equal(expected, actual[0], 1e-6);
        }

        Assert.NotEqual(-1, expected);
    }
}
