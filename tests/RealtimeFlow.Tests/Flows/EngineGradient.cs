using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Flows;

/// <summary>Gradients by the engine's own Forward and Backward, folded in float64.</summary>
internal static unsafe class EngineGradient
{
    /// <summary>
    /// The gradient of mean(−log det + E(z_K)) over given points by the layers' effective parameters. A tile works on whole rows of
    /// columns, so N tiles of C columns are filled with the points in turn: each point is there exactly C times.
    /// </summary>
    public static double[] OfChain(
        FlowShape shape, ReadOnlySpan<float> parameters, double[][] points, Func<double[], double[]> energyGradient, LaneWidth width)
    {
        int dimension = shape.Dimension;
        Chain chain = new(shape);
        chain.Prepare(parameters, 0, shape.LayerCount);
        FlowTile tile = new(dimension, shape.LayerCount);
        nint columns = Math.Min(tile.Columns, 2 * FlowTile.ColumnGranularity);
        Sums sums = new(Chain.SumRows(dimension) * shape.LayerCount);
        for (int part = 0; part < points.Length; part++)
        {
            for (int column = 0; column < columns; column++)
            {
                double[] point = points[((part * (int)columns) + column) % points.Length];
                for (int i = 0; i < dimension; i++)
                {
                    tile.Row(i)[column] = (float)point[i];
                }
            }

            tile.ResetDeterminants(columns);
            chain.Forward(tile, columns, width, save: true);
            SetCotangents(tile, columns, energyGradient);
            chain.Backward(tile, columns, width, -1, sums.Clear());
            sums.Fold();
        }

        return Collect(shape, parameters, sums.Totals, points.Length * (double)columns);
    }

    /// <summary>
    /// The gradient of F = mean(ln q_0 − Σ ln det + E(z_K)) by all effective parameters, the base's first, over the first columns of a
    /// stream; and the noise of each particle.
    /// </summary>
    public static (double[] Gradient, double[][] Noise) OfDistribution(
        FlowDistribution q, RandomStream stream, int particles, Func<double[], double[]> energyGradient)
    {
        FlowShape shape = q.Shape;
        int dimension = shape.Dimension;
        FlowTile tile = new(dimension, shape.LayerCount);
        int columns = Math.Min(tile.Columns, particles);
        Sums sums = new((2 * dimension) + (Chain.SumRows(dimension) * shape.LayerCount));
        double[][] noise = new double[particles][];
        for (int first = 0; first < particles; first += columns)
        {
            q.ForwardTile(tile, columns, in stream, (ulong)first, score: false);
            for (int column = 0; column < columns; column++)
            {
                noise[first + column] = new double[dimension];
                for (int i = 0; i < dimension; i++)
                {
                    int lane = column % LaneDispatch.Slots;
                    noise[first + column][i] = tile.Noise[((column - lane) * dimension) + (i * LaneDispatch.Slots) + lane];
                }
            }

            SetCotangents(tile, columns, energyGradient);
            q.BackwardTile(tile, columns, -1, sums.Clear());
            sums.Fold();
        }

        double[] gradient = new double[shape.ParameterCount];
        for (int i = 0; i < dimension; i++)
        {
            gradient[i] = sums.Totals[i] / particles;
            gradient[dimension + i] = (sums.Totals[dimension + i] / particles) - 1;
        }

        Collect(shape, q.Parameters, sums.Totals.AsSpan(2 * dimension), particles).CopyTo(gradient, 2 * dimension);
        return (gradient, noise);
    }

    private static void SetCotangents(FlowTile tile, nint columns, Func<double[], double[]> energyGradient)
    {
        double[] point = new double[tile.Dimension];
        for (int column = 0; column < columns; column++)
        {
            for (int i = 0; i < point.Length; i++)
            {
                point[i] = tile.Row(i)[column];
            }

            double[] cotangent = energyGradient(point);
            for (int i = 0; i < point.Length; i++)
            {
                tile.Cotangents[(i * tile.Stride) + column] = (float)cotangent[i];
            }
        }
    }

    private static double[] Collect(FlowShape shape, ReadOnlySpan<float> parameters, ReadOnlySpan<double> totals, double particles)
    {
        double[] gradient = new double[shape.ParameterCount - (2 * shape.Dimension)];
        int rows = Chain.SumRows(shape.Dimension);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            (int offset, int length) = shape.Layer(layer).GetOffsetAndLength(shape.ParameterCount);
            shape.Layers[layer].CollectGradient(
                shape.Dimension,
                parameters.Slice(offset, length),
                totals.Slice(layer * rows, rows),
                gradient.AsSpan(offset - (2 * shape.Dimension), length));
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] /= particles;
        }

        return gradient;
    }

    /// <summary>Rows of sixteen slots, and their sums over all tiles.</summary>
    private sealed class Sums(int rows)
    {
        private readonly float[] _slots = GC.AllocateArray<float>(Math.Max(rows, 1) * LaneDispatch.Slots, pinned: true);

        public double[] Totals { get; } = new double[rows];

        public float* Clear()
        {
            Array.Clear(_slots);
            return (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _slots[0]);
        }

        public void Fold()
        {
            for (int row = 0; row < Totals.Length; row++)
            {
                foreach (float slot in _slots.AsSpan(row * LaneDispatch.Slots, LaneDispatch.Slots))
                {
                    Totals[row] += slot;
                }
            }
        }
    }
}
