using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Inference;

/// <summary>
/// Units in which data lie about the origin with a spread near one, y = m + h ⊙ z. A flow starts near there, and steps of one length suit all
/// its parameters there: on data at 1000 ± 5 every tanh of a fresh flow would be ±1, without a slope to learn from. What was learned of z is
/// said of y by a flow of the same shape, since the affine map goes through each layer, so that a file needs nothing beside it.
/// </summary>
/// <remarks>
/// h is a power of two, so that the flow in the data's units is the one that was trained to the last bit, but for what the place m rounds.
/// Radial layers know one length for all coordinates: where there is one, h is the same for all.
/// </remarks>
public sealed class Standardization
{
    // Beyond these, the numbers of a flow in the data's units, or its log-scale, may leave float32.
    private const int MostExponent = 100;

    private readonly float[] _location;
    private readonly float[] _scale;

    /// <summary>Units for rows of data and a flow to learn them.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="shape">The flow.</param>
    /// <exception cref="ArgumentException">The dimensions differ; or a coordinate has no spread, or one beyond 2^±100, and so no density.</exception>
    public Standardization(DataSet data, FlowShape shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        if (data.Dimension != shape.Dimension)
        {
            throw new ArgumentException($"The flow has {shape.Dimension} dimensions, the data {data.Dimension}.", nameof(shape));
        }

        _location = new float[data.Dimension];
        _scale = new float[data.Dimension];
        double[] exponents = new double[data.Dimension];
        for (int i = 0; i < data.Dimension; i++)
        {
            (double mean, double deviation) = Moments(data.Coordinate(i));
            exponents[i] = Math.Log2(deviation);
            if (exponents[i] is not (>= -MostExponent and <= MostExponent))
            {
                throw new ArgumentException(deviation == 0
                    ? $"column {i} (counted from 0) holds one number in all rows, so that there is no density to learn"
                    : string.Create(CultureInfo.InvariantCulture, $"column {i} (counted from 0) has a standard deviation of {deviation:g3}: expected one from 2^-{MostExponent} to 2^{MostExponent}, in other units"));
            }

            _location[i] = (float)mean;
        }

        bool byCoordinate = shape.Layers.All(layer => layer.ScalesByCoordinate);
        for (int i = 0; i < exponents.Length; i++)
        {
            _scale[i] = (float)Math.ScaleB(1, (int)Math.Round(byCoordinate ? exponents[i] : exponents.Average()));
            LogScale += Math.Log(_scale[i]);
        }
    }

    /// <summary>Σ ln h: what ln q of a row loses on its way from the standard units to the data's, in nats.</summary>
    public double LogScale { get; }

    /// <summary>The rows in standard units.</summary>
    /// <param name="data">Rows in the data's units.</param>
    /// <exception cref="ArgumentException">The dimension is another.</exception>
    public DataSet Standardize(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Dimension != _location.Length)
        {
            throw new ArgumentException($"The data have {data.Dimension} dimensions, not {_location.Length}.", nameof(data));
        }

        float[] rows = new float[data.Count * data.Dimension];
        for (int i = 0; i < data.Dimension; i++)
        {
            ReadOnlySpan<float> coordinate = data.Coordinate(i);
            for (int row = 0; row < data.Count; row++)
            {
                rows[(row * data.Dimension) + i] = (coordinate[row] - _location[i]) / _scale[i];
            }
        }

        return new DataSet(rows, data.Dimension);
    }

    /// <summary>The distribution of y = m + h ⊙ z, given that of z; in the same reading.</summary>
    /// <param name="standard">The flow in standard units, of the shape that was given.</param>
    /// <remarks>Base: μ becomes m + h ⊙ μ, ln σ + ln h. Each layer f becomes A ∘ f ∘ A⁻¹, A(z) = m + h ⊙ z.</remarks>
    /// <exception cref="ArgumentException">A number leaves float32 in the data's units.</exception>
    public FlowDistribution Restore(FlowDistribution standard)
    {
        ArgumentNullException.ThrowIfNull(standard);
        FlowShape shape = standard.Shape;
        float[] parameters = [.. standard.Parameters];
        Span<float> location = parameters.AsSpan(shape.Location), logScale = parameters.AsSpan(shape.LogScale);
        for (int i = 0; i < shape.Dimension; i++)
        {
            location[i] = MathF.FusedMultiplyAdd(_scale[i], location[i], _location[i]);
            logScale[i] = (float)(logScale[i] + Math.Log(_scale[i]));
        }

        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            shape.Layers[layer].ChangeUnits(shape.Dimension, _location, _scale, parameters.AsSpan(shape.Layer(layer)));
        }

        return new FlowDistribution(shape, parameters, standard.Direction);
    }

    /// <summary>The mean and the standard deviation, in two passes.</summary>
    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        double mean = 0, square = 0;
        foreach (float value in values)
        {
            mean += (double)value / values.Length;
        }

        foreach (float value in values)
        {
            square += (value - mean) * (value - mean) / values.Length;
        }

        return (mean, Math.Sqrt(square));
    }
}
