using System.Numerics.Tensors;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>
/// A Gaussian kernel density estimate, what a flow is compared with: the mean of normal densities about all training rows, in float64, each
/// coordinate's bandwidth by D. Scott's rule σᵢ N^(−1/(D + 4)) times a factor (<i>Multivariate Density Estimation</i>, 1992, 6.3). In two
/// dimensions B. Silverman's rule is the same.
/// </summary>
/// <remarks>Every pair of rows is visited: 10⁹ of them take seconds.</remarks>
internal sealed class KernelDensity
{
    // Bandwidths tried: Scott's times 2 · 2^(−k/2), down to a twentieth of it. One exponential serves them all, since squaring it divides
    // the bandwidth by √2.
    private const int Rungs = 12;
    private const double Widest = 2;

    // Rows whose density from all others decides the bandwidth: enough, as the loss is flat about its least.
    private const int ValidationRows = 2000;

    private readonly DataSet _training;
    private readonly IWorkers _workers;
    private readonly double[] _bandwidth;

    /// <param name="training">The rows that carry kernels.</param>
    /// <param name="workers">The threads to use.</param>
    public KernelDensity(DataSet training, IWorkers workers)
    {
        _training = training;
        _workers = workers;
        _bandwidth = new double[training.Dimension];
        for (int i = 0; i < _bandwidth.Length; i++)
        {
            double[] values = Coordinate(training, i, 1);
            double mean = TensorPrimitives.Sum<double>(values) / values.Length;
            TensorPrimitives.Subtract(values, mean, values);
            _bandwidth[i] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(values) / values.Length)
                * Math.Pow(values.Length, -1.0 / (_bandwidth.Length + 4));
        }
    }

    /// <summary>
    /// The factor on Scott's bandwidth that foretells training rows best, each from all the others; between the bandwidths tried, by the
    /// parabola of the loss through the best and its neighbours.
    /// </summary>
    public double CrossValidatedFactor(CancellationToken interrupted)
    {
        int count = Math.Min(_training.Count, ValidationRows);
        int[] rows = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * _training.Count / count))];
        double[] losses = Losses(_training, rows, Widest, Rungs, leaveOut: true, interrupted);
        int best = Array.IndexOf(losses, losses.Min());
        double offset = 0;
        if (best is > 0 and < Rungs - 1 && double.IsFinite(losses[best + 1]))
        {
            double before = losses[best - 1] - losses[best], after = losses[best + 1] - losses[best];
            offset = 0.5 * (before - after) / (before + after);
        }

        return Widest * Math.Pow(2, -0.5 * (best + offset));
    }

    /// <summary>The mean of −ln of the estimate over rows, in nats.</summary>
    /// <param name="rows">Other rows than the training's.</param>
    /// <param name="factor">On Scott's bandwidth.</param>
    /// <param name="interrupted">Ends the work; the mean is then without a meaning.</param>
    public double NegativeLogLikelihood(DataSet rows, double factor, CancellationToken interrupted) =>
        Losses(rows, [.. Enumerable.Range(0, rows.Count)], factor, 1, leaveOut: false, interrupted)[0];

    private double[] Losses(DataSet data, int[] rows, double widest, int rungs, bool leaveOut, CancellationToken interrupted)
    {
        double[][] kernels = [.. _bandwidth.Select((h, i) => Coordinate(_training, i, 1 / (widest * h)))];
        double[][] points = [.. _bandwidth.Select((h, i) => Coordinate(data, i, 1 / (widest * h)))];
        RowLosses work = new(kernels, points, rows, rungs, leaveOut, _workers.Count, interrupted);
        _workers.Run(work, rows.Length);
        double[] losses = new double[rungs];
        double volume = _bandwidth.Sum(h => Math.Log(widest * h)) + (0.5 * _bandwidth.Length * Math.Log(2 * Math.PI));
        for (int rung = 0; rung < rungs; rung++)
        {
            losses[rung] = volume - (0.5 * rung * _bandwidth.Length * Math.Log(2)) - work.LogDensities[rung].Average();
        }

        return losses;
    }

    private static double[] Coordinate(DataSet data, int i, double factor)
    {
        ReadOnlySpan<float> column = data.Points.Slice(i * data.Count, data.Count);
        double[] values = new double[column.Length];
        for (int row = 0; row < values.Length; row++)
        {
            values[row] = factor * column[row];
        }

        return values;
    }

    /// <summary>A shard a row: the logarithms of the mean kernel there, at each bandwidth.</summary>
    private sealed class RowLosses(
        double[][] kernels, double[][] points, int[] rows, int rungs, bool leaveOut, int workers, CancellationToken interrupted) : IShardedWork
    {
        private const int Block = 1024;

        private readonly double[][] _sums = [.. Enumerable.Range(0, workers).Select(_ => new double[rungs])];
        private readonly double[][] _scratch = [.. Enumerable.Range(0, 2 * workers).Select(_ => new double[Block])];

        public double[][] LogDensities { get; } = [.. Enumerable.Range(0, rungs).Select(_ => new double[rows.Length])];

        public void Do(int shard, int worker)
        {
            if (interrupted.IsCancellationRequested)
            {
                return;
            }

            int self = leaveOut ? rows[shard] : -1, count = kernels[0].Length;
            double[] sums = _sums[worker];
            Array.Clear(sums);
            for (int start = 0; start < count; start += Block)
            {
                int length = Math.Min(Block, count - start);
                Span<double> exponent = _scratch[2 * worker].AsSpan(0, length), difference = _scratch[(2 * worker) + 1].AsSpan(0, length);
                exponent.Clear();
                for (int i = 0; i < kernels.Length; i++)
                {
                    TensorPrimitives.Subtract(kernels[i].AsSpan(start, length), points[i][rows[shard]], difference);
                    TensorPrimitives.MultiplyAdd(difference, difference, exponent, exponent);
                }

                TensorPrimitives.Multiply(exponent, -0.5, exponent);
                if (self >= start && self < start + length)
                {
                    exponent[self - start] = double.NegativeInfinity;
                }

                TensorPrimitives.Exp(exponent, exponent);
                sums[0] += TensorPrimitives.Sum<double>(exponent);
                for (int rung = 1; rung < rungs; rung++)
                {
                    TensorPrimitives.Multiply(exponent, exponent, exponent);
                    sums[rung] += TensorPrimitives.Sum<double>(exponent);
                }
            }

            for (int rung = 0; rung < rungs; rung++)
            {
                LogDensities[rung][shard] = Math.Log(sums[rung] / (leaveOut ? count - 1 : count));
            }
        }
    }
}
