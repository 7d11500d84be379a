using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Targets;

/// <summary>
/// Bayesian linear regression with known noise: y = z₀ + Σⱼ xⱼ zⱼ₊₁ + N(0, σ²), z ~ N(0, τ²I). Posterior and evidence are known
/// exactly (C. Bishop, <i>Pattern Recognition and Machine Learning</i>, section 3.3), so that inference can be held against them.
/// </summary>
public sealed class LinearRegression : DataTarget
{
    private readonly double _noise, _prior;
    private readonly SquaredError _loss;

    // The sums over the rows seen so far, of (1, x, y)(1, x, y)ᵀ.
    private readonly Lock _summing = new();
    private readonly double[,] _moments;
    private int _rowsOfMoments;

    /// <summary>Takes a data set as it is: inputs and response should have a spread near 1, as the prior says.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="data">Rows of D numbers: the D − 1 inputs, and y as the last. z then has D coordinates, the first the intercept.</param>
    /// <param name="noise">σ, positive.</param>
    /// <param name="prior">τ, positive.</param>
    /// <param name="description">As in <see cref="Target.Description"/>.</param>
    /// <exception cref="ArgumentException">A scale is not positive and finite.</exception>
    public LinearRegression(string name, DataSet data, double noise, double prior, string description = "")
        : base(name, (data ?? throw new ArgumentNullException(nameof(data))).Dimension, data, new TargetOptions { Description = description })
    {
        GaussianPrior.RequireScale(noise, nameof(noise));
        GaussianPrior.RequireScale(prior, nameof(prior));
        (_noise, _prior) = (noise, prior);
        _loss = new SquaredError((float)(1 / (noise * noise)), (float)GaussianPrior.LogNormalizer(noise));
        _moments = new double[Dimension + 1, Dimension + 1];
    }

    /// <summary>
    /// The exact posterior of the rows there are now, in float64: with X of a one and the inputs a row, the precision is
    /// Λ = XᵀX/σ² + I/τ² and the mean m = Λ⁻¹Xᵀy/σ².
    /// </summary>
    public GaussianPosterior Posterior()
    {
        lock (_summing)
        {
            SumMoments();
            int n = Dimension;
            double byNoise = 1 / (_noise * _noise), byPrior = 1 / (_prior * _prior);
            double[,] precision = new double[n, n], covariance = new double[n, n];
            double[] mean = new double[n], unit = new double[n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    precision[i, j] = (_moments[i, j] * byNoise) + (i == j ? byPrior : 0);
                }

                mean[i] = _moments[i, n] * byNoise;
            }

            double logEvidence = (-_rowsOfMoments * GaussianPrior.LogNormalizer(_noise)) - (n * Math.Log(_prior)) - (0.5 * _moments[n, n] * byNoise);
            Cholesky.Factor(precision);
            Cholesky.SolveLower(precision, mean);
            for (int i = 0; i < n; i++)
            {
                // L⁻¹Xᵀy/σ², whose square is mᵀΛm.
                logEvidence += (0.5 * mean[i] * mean[i]) - Math.Log(precision[i, i]);
            }

            Cholesky.SolveUpper(precision, mean);
            for (int i = 0; i < n; i++)
            {
                Array.Clear(unit);
                unit[i] = 1;
                Cholesky.SolveLower(precision, unit);
                Cholesky.SolveUpper(precision, unit);
                for (int j = 0; j < n; j++)
                {
                    covariance[j, i] = unit[j];
                }
            }

            return new GaussianPosterior(mean, covariance, logEvidence);
        }
    }

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width, in RowBatch rows)
    {
        GaussianPrior.Set(tile, columns, _prior, width);
        Regression.Add(_loss, tile, columns, width, rows);
    }

    /// <inheritdoc/>
    private protected override double? LogEvidence() => Posterior().LogEvidence;

    /// <summary>Adds the rows that have joined since.</summary>
    private void SumMoments()
    {
        double[] row = new double[Dimension + 1];
        row[0] = 1;
        for (; _rowsOfMoments < Data.Count; _rowsOfMoments++)
        {
            for (int i = 0; i < Dimension; i++)
            {
                row[i + 1] = Data.Coordinate(i)[_rowsOfMoments];
            }

            for (int i = 0; i <= Dimension; i++)
            {
                for (int j = 0; j <= Dimension; j++)
                {
                    _moments[i, j] += row[i] * row[j];
                }
            }
        }
    }

    /// <summary>½((y − η)/σ)² + ln(σ√(2π)).</summary>
    private readonly struct SquaredError(float precision, float logNormalizer) : IRegressionLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Of<V>(V predictor, V response, out V slope)
            where V : struct, ILanes<V>
        {
            V offset = predictor - response;
            slope = offset * V.Splat(precision);
            return V.Fma(V.Splat(0.5f) * slope, offset, V.Splat(logNormalizer));
        }
    }
}
