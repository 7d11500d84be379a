using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Inference;

/// <summary>What a target may give back for one of its points.</summary>
public enum Fault
{
    None,
    NotANumberGradient,
    InfiniteGradient,
    NotANumberEnergy,
    InfiniteEnergy,
}

/// <summary>U = steepness · ½‖z‖², with a fault at one point of each tile.</summary>
internal sealed unsafe class FaultyTarget() : Target("faulty", dimension: 2, new TargetOptions { Description = "a Gaussian with a fault" })
{
    public Fault Fault { get; set; }

    public float Steepness { get; set; } = 1;

    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
    {
        for (int column = 0; column < columns; column++)
        {
            float x = tile.Row(0)[column], y = tile.Row(1)[column];
            tile.ValueRow[column] = Steepness * 0.5f * ((x * x) + (y * y));
            tile.Cotangents[column] = Steepness * x;
            tile.Cotangents[tile.Stride + column] = Steepness * y;
        }

        switch (Fault)
        {
            case Fault.NotANumberGradient:
                tile.Cotangents[5] = float.NaN;
                break;
            case Fault.InfiniteGradient:
                tile.Cotangents[tile.Stride + 5] = float.PositiveInfinity;
                break;
            case Fault.NotANumberEnergy:
                tile.ValueRow[5] = float.NaN;
                break;
            case Fault.InfiniteEnergy:
                tile.ValueRow[5] = float.PositiveInfinity;
                break;
            default:
                break;
        }
    }
}
