using System.Globalization;

namespace RealtimeFlow.Networks;

/// <summary>A dense layer without its numbers: y = f(W x + b).</summary>
public sealed record DenseShape
{
    /// <summary>Makes a shape.</summary>
    /// <param name="units">How many weighted sums: the rows of W. At least 1.</param>
    /// <param name="activation">f.</param>
    /// <param name="window">Of how many units <see cref="Activation.Maxout"/> takes the largest: a divisor of <paramref name="units"/>; 1 with any other.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range.</exception>
    public DenseShape(int units, Activation activation = Activation.Linear, int window = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (!Enum.IsDefined(activation))
        {
            throw new ArgumentOutOfRangeException(nameof(activation));
        }

        if (units % window != 0 || (window > 1 && activation != Activation.Maxout))
        {
            throw new ArgumentOutOfRangeException(
                nameof(window), window, $"A window must divide the {units} units of a maxout layer; any other activation has windows of 1.");
        }

        (Units, Activation, Window) = (units, activation, window);
    }

    /// <summary>The weighted sums: the rows of W.</summary>
    public int Units { get; }

    /// <summary>f.</summary>
    public Activation Activation { get; }

    /// <summary>Of how many units an output is the largest.</summary>
    public int Window { get; }

    /// <summary>The numbers that leave the layer: units / window.</summary>
    public int Outputs => Units / Window;

    /// <summary>As in <c>maxout:400:4</c> and <c>tanh:100</c>: the activation, the units and, of maxout, the window.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Activation.ToString().ToLowerInvariant()}:{Units}{(Activation == Activation.Maxout ? $":{Window}" : "")}");
}
