using System.Runtime.CompilerServices;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Targets;

/// <summary>Bayesian logistic regression: p(y = 1) = 1/(1 + e^(−η)), η = z₀ + Σⱼ xⱼ zⱼ₊₁, z ~ N(0, τ²I).</summary>
public sealed class LogisticRegression : DataTarget
{
    private readonly double _prior;

    /// <summary>Takes a data set as it is: inputs should have a spread near 1, as the prior says.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="data">
    /// Rows of D numbers: the D − 1 inputs, and the label y, 0 or 1, as the last. z then has D coordinates, the first the intercept.
    /// </param>
    /// <param name="prior">τ, positive.</param>
    /// <param name="description">As in <see cref="Target.Description"/>.</param>
    /// <exception cref="ArgumentException">A label is neither 0 nor 1, or the scale is not positive and finite.</exception>
    public LogisticRegression(string name, DataSet data, double prior, string description = "")
        : base(name, (data ?? throw new ArgumentNullException(nameof(data))).Dimension, data, new TargetOptions { Description = description })
    {
        GaussianPrior.RequireScale(prior, nameof(prior));
        _prior = prior;
        data.Require(LabelComplaint);
    }

    /// <summary>
    /// The average over rows of ln p(y|x, data) = ln 1/S Σₛ p(y|x, zₛ), for draws zₛ of the posterior or of what approximates it: how
    /// well it predicts rows that it has not seen.
    /// </summary>
    /// <param name="rows">The rows, arranged as those of <see cref="DataTarget.Data"/>.</param>
    /// <param name="points">D · S floats, coordinate i of draw s at <c>i * S + s</c>.</param>
    /// <exception cref="ArgumentException">A dimension differs, a label is neither 0 nor 1, or there is no row or no draw.</exception>
    public double LogPredictive(DataSet rows, ReadOnlySpan<float> points)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int draws = PointSpans.Count(points, Dimension, nameof(points));
        if (rows.Dimension != Dimension || rows.Count == 0 || draws == 0)
        {
            throw new ArgumentException(
                $"Has {rows.Count} rows of {rows.Dimension} numbers and {draws} draws: expected rows of {Dimension}, and at least one of each.", nameof(rows));
        }

        rows.Require(LabelComplaint);
        double total = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            double sum = 0, sign = 1 - (2 * rows.Coordinate(Dimension - 1)[row]);
            for (int draw = 0; draw < draws; draw++)
            {
                double predictor = points[draw];
                for (int i = 1; i < Dimension; i++)
                {
                    predictor += (double)rows.Coordinate(i - 1)[row] * points[(i * draws) + draw];
                }

                sum += ScalarMath.Sigmoid(-sign * predictor);
            }

            total += Math.Log(sum / draws);
        }

        return total / rows.Count;
    }

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width, in RowBatch rows)
    {
        GaussianPrior.Set(tile, columns, _prior, width);
        Regression.Add(default(LogLoss), tile, columns, width, rows);
    }

    /// <inheritdoc/>
    private protected override double? LogEvidence() => null;

    private static string? LabelComplaint(ReadOnlySpan<float> row) =>
        row[^1] is 0 or 1 ? null : FormattableString.Invariant($"ends with the label {row[^1]}: expected 0 or 1");

    /// <summary>ln(1 + eᵗ) with t = η for y = 0 and −η for y = 1; its derivative by t is 1/(1 + e^(−t)).</summary>
    private readonly struct LogLoss : IRegressionLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Of<V>(V predictor, V response, out V slope)
            where V : struct, ILanes<V>
        {
            // Softplus and Sigmoid, of which both need the same e^(−|t|).
            V one = V.Splat(1), sign = V.Fma(V.Splat(-2), response, one), t = sign * predictor;
            V small = LaneMath.Exp(-V.Abs(t));
            slope = sign * (V.Select(V.LessThan(t, V.Splat(0)), small, one) / (one + small));
            return V.Max(V.Splat(0), t) + LaneMath.Log1p(small);
        }
    }
}
