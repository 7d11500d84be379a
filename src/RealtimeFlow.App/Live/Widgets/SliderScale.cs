using System.Globalization;

namespace RealtimeFlow.App.Live.Widgets;

/// <summary>The values that a slider can have, in order: it moves from one to the next, and stands as far along as the place in the list says.</summary>
internal sealed class SliderScale
{
    private static readonly int[] Digits = [1, 2, 5];

    private readonly double[] _values;

    private SliderScale(double[] values) => _values = values;

    /// <summary>How many values.</summary>
    public int Count => _values.Length;

    /// <summary>A value by its place, 0 to <see cref="Count"/> − 1.</summary>
    public double this[int place] => _values[place];

    /// <summary>Even steps.</summary>
    public static SliderScale Linear(double least, double most, int steps) =>
        new([.. Enumerable.Range(0, steps + 1).Select(i => least + ((most - least) * i / steps))]);

    /// <summary>Doublings.</summary>
    public static SliderScale Doubling(double least, double most) =>
        new([.. Enumerable.Range(0, (int)Math.Round(Math.Log2(most / least)) + 1).Select(i => least * Math.Pow(2, i))]);

    /// <summary>1, 2, 5, 10, 20, … times a power of ten, the ends included.</summary>
    public static SliderScale Decades(int leastExponent, int mostExponent)
    {
        List<double> values = [];
        for (int exponent = leastExponent; exponent < mostExponent; exponent++)
        {
            // Parsed, so that each is the double nearest to what is written.
            values.AddRange(Digits.Select(digit => double.Parse($"{digit}e{exponent}", CultureInfo.InvariantCulture)));
        }

        values.Add(Math.Pow(10, mostExponent));
        return new SliderScale([.. values]);
    }

    /// <summary>The same, and at the end one value more that stands for having none: infinity.</summary>
    public SliderScale OrNone() => new([.. _values, double.PositiveInfinity]);

    /// <summary>The place of the value that is nearest.</summary>
    public int Nearest(double value)
    {
        int place = Array.BinarySearch(_values, value);
        if (place >= 0)
        {
            return place;
        }

        int above = Math.Min(~place, Count - 1), below = Math.Max(above - 1, 0);
        if (double.IsNaN(value) || double.IsInfinity(_values[above]))
        {
            return below;
        }

        return value - _values[below] < _values[above] - value ? below : above;
    }
}
