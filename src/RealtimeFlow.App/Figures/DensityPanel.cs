namespace RealtimeFlow.App.Figures;

/// <summary>A density on a square about the origin, as one picture of a figure.</summary>
/// <param name="LogDensity">Nats at the centres of the pixels, row after row from the lowest.</param>
/// <param name="ViewRadius">Half the side of the square.</param>
internal sealed record DensityPanel(float[] LogDensity, float ViewRadius)
{
    // A flow that folds space has a few pixels of enormous density: colours that reached so far would leave all else dark.
    private const double MassBeyondColors = 0.02;

    /// <summary>The density that the brightest colour shows, and all above it: where it is higher lies a fiftieth of the mass.</summary>
    public double Brightest { get; init; } = HighDensity(LogDensity);

    /// <summary>∫ q over the square: 1 where it shows all.</summary>
    public double Mass => LogDensity.Sum(value => Math.Exp(value)) * 4 * ViewRadius * ViewRadius / LogDensity.Length;

    private static double HighDensity(float[] logDensity)
    {
        double[] density = [.. logDensity.Select(value => Math.Exp(value)).OrderDescending()];
        double above = MassBeyondColors * density.Sum();
        int place = 0;
        for (double sum = density[0]; sum < above; sum += density[place])
        {
            place++;
        }

        return density[place];
    }
}
