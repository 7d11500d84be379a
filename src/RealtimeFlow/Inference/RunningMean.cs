using System.Numerics.Tensors;

namespace RealtimeFlow.Inference;

/// <summary>Exponentially weighted means of vectors, without their weight: divided by that of a constant 1, they have no bias.</summary>
internal static class RunningMean
{
    /// <summary>mean ← decay · mean + (1 − decay) · value.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="decay">The share of it that stays.</param>
    /// <param name="value">What joins it.</param>
    /// <param name="scratch">As long; may be the value itself.</param>
    public static void Add(Span<double> mean, double decay, ReadOnlySpan<double> value, Span<double> scratch)
    {
        TensorPrimitives.Multiply(value, 1 - decay, scratch);
        TensorPrimitives.FusedMultiplyAdd(mean, decay, scratch, mean);
    }

    /// <summary>The same of the constant 1.</summary>
    public static void AddOne(Span<double> weight, double decay)
    {
        TensorPrimitives.Multiply(weight, decay, weight);
        TensorPrimitives.Add(weight, 1 - decay, weight);
    }

    /// <summary>Makes room for others at a place, 0 so far.</summary>
    public static double[] Widened(ReadOnlySpan<double> mean, int place, int count) => [.. mean[..place], .. new double[count], .. mean[place..]];

    /// <summary>Takes some out.</summary>
    public static double[] Narrowed(ReadOnlySpan<double> mean, int place, int count) => [.. mean[..place], .. mean[(place + count)..]];
}
