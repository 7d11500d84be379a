using CsCheck;
using RealtimeFlow.Density;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Reference;

/// <summary>The reference is what all else is measured by: it must agree with itself.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void The_log_determinant_is_that_of_the_numeric_jacobian() =>
        RandomChain.Gen(dimensions: 6, layers: 5).Sample(
            chain =>
            {
                ReferenceFlow flow = chain.Reference;
                foreach (double[] point in chain.Points.Where(flow.IsSmoothAt))
                {
                    (double expected, double error) = Derivative.LogDeterminant(z => flow.Forward(z), point);
                    Assert.Equal(expected, flow.Forward([.. point]), error);
                }
            },
            iter: 60);

    [Fact]
    public void Jacobians_and_gradients_in_closed_form_are_the_numeric_ones() =>
        RandomChain.Gen(dimensions: 6, layers: 1).Where(chain => chain.Shape.LayerCount == 1).Sample(
            chain =>
            {
                ReferenceLayer layer = chain.Reference.Layers[0];
                foreach (double[] z in chain.Points.Where(chain.Reference.IsSmoothAt))
                {
                    double[] y = new double[z.Length];
                    (LayerJacobian jacobian, double[] gradient) = layer.Differentiate(z);
                    double[,] expected = Derivative.Jacobian((from, to) => layer.Forward(from, to), z, 1e-5);
                    double[,] identity = Vectors.Identity(z.Length), actual = jacobian.After(identity);
                    double[,] product = jacobian.AfterInverse(actual);
                    double size = 1 + Vectors.SpectralNorm(actual), condition = size * Vectors.SpectralNorm(jacobian.AfterInverse(identity));
                    for (int i = 0; i < z.Length; i++)
                    {
                        double[] row = [.. z.Select((_, j) => actual[i, j])], unit = [.. z.Select((_, j) => identity[i, j])];
                        AssertNear([.. z.Select((_, j) => expected[i, j])], row, 1e-7 * size);
                        AssertNear(unit, [.. z.Select((_, j) => product[i, j])], 1e-13 * condition);
                        AssertNear(row, jacobian.TransposedTimes(unit), 1e-13 * size);
                        AssertNear(unit, jacobian.InverseTransposedTimes(row), 1e-13 * condition);
                    }

                    AssertNear(Derivative.Gradient(at => layer.Forward(at, y), z, _ => 1e-5), gradient, 1e-7 * (1 + Vectors.Norm(gradient)));
                }
            },
            iter: 200);

    [Theory]
    [InlineData(FlowDirection.Generative)]
    [InlineData(FlowDirection.Normalizing)]
    public void The_score_is_the_numeric_gradient_of_the_log_density(FlowDirection direction) =>
        RandomChain.Gen(dimensions: 4, layers: 4).Sample(
            chain =>
            {
                ReferenceFlow flow = new(chain.Shape, Vectors.ToDoubles(chain.Effective), direction);
                foreach (double[] y in chain.Points.Where(y => flow.DistanceToKink(flow.PathOf(y)[0]) > 0.1))
                {
                    double[] score = flow.Score(y);
                    double[] fine = Derivative.Gradient(flow.LogDensity, y, _ => 1e-5), coarse = Derivative.Gradient(flow.LogDensity, y, _ => 2e-5);
                    AssertNear(fine, score, (2 * Vectors.Distance(fine, coarse)) + (1e-8 * (1 + Vectors.Norm(score))));
                }
            },
            iter: 100);

    [Fact]
    public void The_inverse_finds_the_origin() =>
        RandomChain.Gen(dimensions: 6, layers: 8).Sample(
            chain =>
            {
                ReferenceFlow flow = chain.Reference;
                foreach (double[] point in chain.Points.Where(flow.IsSmoothAt))
                {
                    double[] image = [.. point];
                    flow.Forward(image);

                    // The same analysis as for float32, in float64.
                    double bound = RoundingBounds.From(flow, point).Origin * Math.Pow(2, 24 - 53);
                    Assert.InRange(Vectors.Distance(point, flow.Inverse(image)), 0, 1e-14 + (4 * bound));
                }
            },
            iter: 60);

    /// <summary>The trapezoid rule; what limits it is the cusp of the density at the radial centre.</summary>
    [Fact]
    public void A_flow_integrates_to_one()
    {
        ReferenceFlow flow = new(
            new(2, RealtimeFlow.Flows.LayerKind.Planar, RealtimeFlow.Flows.LayerKind.Radial),
            [0.3, -0.2, -0.1, 0.2, 1.2, -0.7, 0.5, 1.1, 0.3, 0.4, -0.6, 0.8, 0.5]);
        const double Step = 0.1;
        double sum = 0;
        for (double x = -9; x < 9; x += Step)
        {
            for (double y = -9; y < 9; y += Step)
            {
                sum += Math.Exp(flow.LogDensity([x, y])) * Step * Step;
            }
        }

        Assert.Equal(1, sum, 1e-4);
    }

    private static void AssertNear(double[] expected, double[] actual, double tolerance) =>
        Assert.InRange(Vectors.Distance(expected, actual), 0, tolerance);
}
