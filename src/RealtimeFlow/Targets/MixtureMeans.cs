using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>
/// The means of two Gaussians of one known width, of which half the rows come from each: p(x|z) = ½N(x; z₀, σ²) + ½N(x; z₁, σ²),
/// z ~ N(0, τ²I). Nothing tells the two apart, so that every mode has its mirror image.
/// </summary>
public sealed unsafe class MixtureMeans : DataTarget
{
    // The modes of more rows are too narrow for the step of the quadrature.
    private const int MostRowsOfQuadrature = 400;

    private readonly double _prior;
    private readonly float _precision, _logNormalizer;

    /// <summary>Takes a data set as it is.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="data">Rows of one number x.</param>
    /// <param name="noise">σ, positive.</param>
    /// <param name="prior">τ, positive.</param>
    /// <param name="options">What else is known; ln Z is found by quadrature, for as many as 400 rows.</param>
    /// <exception cref="ArgumentException">Rows have more than one number, or a scale is not positive and finite.</exception>
    public MixtureMeans(string name, DataSet data, double noise, double prior, TargetOptions options)
        : base(name, dimension: 2, data, options)
    {
        GaussianPrior.RequireScale(noise, nameof(noise));
        GaussianPrior.RequireScale(prior, nameof(prior));
        if (data.Dimension != 1)
        {
            throw new ArgumentException($"Rows have {data.Dimension} numbers: expected one.", nameof(data));
        }

        _prior = prior;
        _precision = (float)(1 / (noise * noise));
        _logNormalizer = (float)(GaussianPrior.LogNormalizer(noise) + Math.Log(2));
    }

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width, in RowBatch rows)
    {
        GaussianPrior.Set(tile, columns, _prior, width);
        fixed (float* x = rows.Values)
        {
            Kernel kernel = new(tile, columns, x, rows.Count, rows.Weight, _precision, _logNormalizer);
            LaneDispatch.Run(width, ref kernel);
        }
    }

    /// <inheritdoc/>
    private protected override double? LogEvidence() => Data.Count <= MostRowsOfQuadrature ? PlaneQuadrature.LogNormalizer(this) : null;

    private readonly struct Kernel(
        FlowTile tile, nint columns, float* rows, int count, float weight, float precision, float logNormalizer) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns, rows, count, weight, precision, logNormalizer);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns, float* rows, int count, float weight, float precision, float logNormalizer)
            where V : struct, ILanes<V>
        {
            float* points = tile.Points, cotangents = tile.Cotangents, values = tile.Values;
            nint stride = tile.Stride;
            for (nint column = 0; column < columns; column += V.Count)
            {
                V first = V.Load(ref *points, column), second = V.Load(ref *points, stride + column);
                V loss = default, byFirst = default, bySecond = default;
                for (int row = 0; row < count; row++)
                {
                    V x = V.Splat(rows[row]);
                    loss += V.Splat(logNormalizer) + Wave.TwoWells(first - x, precision, second - x, precision, out V pull, out V otherPull);
                    byFirst += pull;
                    bySecond += otherPull;
                }

                V factor = V.Splat(weight);
                V.Store(V.Fma(factor, loss, V.Load(ref *values, column)), ref *values, column);
                V.Store(V.Fma(factor, byFirst, V.Load(ref *cotangents, column)), ref *cotangents, column);
                V.Store(V.Fma(factor, bySecond, V.Load(ref *cotangents, stride + column)), ref *cotangents, stride + column);
            }
        }
    }
}
