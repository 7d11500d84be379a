using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

/// <summary>U = ½ ‖z‖²/s²: against the base alone, of mean 0 and scale 1, everything is known in closed form.</summary>
internal sealed unsafe class GaussianTarget(int dimension, double squaredScale)
    : Target("gaussian", dimension, new TargetOptions { Description = "a Gaussian about the origin" })
{
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
    {
        for (int column = 0; column < columns; column++)
        {
            double energy = 0;
            for (int i = 0; i < Dimension; i++)
            {
                double z = tile.Row(i)[column];
                energy += 0.5 * z * z / squaredScale;
                tile.Cotangents[(i * tile.Stride) + column] = (float)(z / squaredScale);
            }

            tile.ValueRow[column] = (float)energy;
        }
    }
}
