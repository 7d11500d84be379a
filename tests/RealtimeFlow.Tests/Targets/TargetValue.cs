using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Targets;

/// <summary>What a target says at a point.</summary>
internal sealed record TargetValue(double[] Point, double Energy, double[] Gradient)
{
    /// <summary>Float32 points in a cube of side 12.</summary>
    public static double[][] RandomPoints(Target target, int count)
    {
        System.Random random = new(42);
        return [.. Enumerable.Range(0, count).Select(
            _ => Enumerable.Range(0, target.Dimension).Select(_ => (double)(float)((random.NextDouble() - 0.5) * 12)).ToArray())];
    }

    /// <summary>The bits of energy and gradient at 256 random points.</summary>
    public static int[] Bits(Target target, LaneWidth width) => [.. Of(target, RandomPoints(target, 256), width)
        .SelectMany(at => at.Gradient.Append(at.Energy)).Select(x => BitConverter.SingleToInt32Bits((float)x))];

    /// <summary>At points, through tiles, at a width.</summary>
    public static unsafe TargetValue[] Of(Target target, double[][] points, LaneWidth? width = null)
    {
        FlowTile tile = new(target.Dimension, savedLayers: 0);
        List<TargetValue> results = [];
        for (int start = 0; start < points.Length; start += tile.Columns)
        {
            for (int column = 0; column < tile.Columns; column++)
            {
                double[] point = points[Math.Min(start + column, points.Length - 1)];
                for (int i = 0; i < point.Length; i++)
                {
                    tile.Row(i)[column] = (float)point[i];
                }
            }

            target.Evaluate(tile, tile.Columns, width ?? LaneDispatch.Width);
            for (int column = 0; column < Math.Min(tile.Columns, points.Length - start); column++)
            {
                double[] gradient = new double[target.Dimension];
                for (int i = 0; i < gradient.Length; i++)
                {
                    gradient[i] = tile.Cotangents[(i * tile.Stride) + column];
                }

                results.Add(new TargetValue(points[start + column], tile.ValueRow[column], gradient));
            }
        }

        return [.. results];
    }
}
