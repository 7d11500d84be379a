namespace RealtimeFlow.Rendering;

/// <summary>What the cells of a <see cref="Panel"/> hold.</summary>
public enum PanelKind
{
    /// <summary>Particles, counted.</summary>
    Counts,

    /// <summary>Natural logarithms of a density.</summary>
    LogDensity,

    /// <summary>Differences of two densities, in the unit of a density, of either sign.</summary>
    Difference,

    /// <summary>Colours, shown as they are.</summary>
    Image,
}
