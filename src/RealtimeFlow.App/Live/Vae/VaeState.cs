using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>All that a person can set in the view of images.</summary>
internal sealed record VaeState
{
    /// <summary>The image that is looked at, of those that are held out.</summary>
    public int Image { get; init; }

    /// <summary>Whether training stands still.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether the samples walk.</summary>
    public bool IsWalking { get; init; } = true;

    /// <summary>The colours of densities.</summary>
    public ColorMap ColorMap { get; init; }

    /// <summary>How brightness grows with density.</summary>
    public DensityScale Scale { get; init; }

    /// <summary>How much brighter than usual densities are, in stops.</summary>
    public double Stops { get; init; }

    /// <summary>Whether the numbers are shown.</summary>
    public bool HasNumbers { get; init; } = true;

    /// <summary>Whether the curves are shown.</summary>
    public bool HasCurves { get; init; } = true;

    /// <summary>Whether the help is shown.</summary>
    public bool HasHelp { get; init; }
}
