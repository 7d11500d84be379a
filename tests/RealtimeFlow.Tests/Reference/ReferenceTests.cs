using CsCheck;
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
                    double[,] jacobian = Derivative.Jacobian(
                        (x, y) =>
                        {
                            x.CopyTo(y, 0);
                            flow.Forward(y);
                        },
                        point,
                        1e-5);
                    double determinant = Vectors.Invert(jacobian).Determinant;
                    double logDet = flow.Forward([.. point]);

                    // The determinant's error is that of the entries times the cofactors.
                    double norm = Vectors.SpectralNorm(jacobian);
                    Assert.Equal(Math.Exp(logDet), determinant, 1e-8 * Math.Max(1, Math.Pow(norm, flow.Dimension)));
                }
            },
            iter: 60);

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
}
