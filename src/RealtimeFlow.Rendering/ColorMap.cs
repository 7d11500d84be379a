namespace RealtimeFlow.Rendering;

/// <summary>Perceptually uniform colour maps (N. Smith, S. van der Walt, E. Firing; released under CC0), dark at density 0.</summary>
public enum ColorMap
{
    /// <summary>Black through purple and orange to pale yellow.</summary>
    Inferno,

    /// <summary>Black through purple and pink to cream.</summary>
    Magma,

    /// <summary>Dark violet through teal to yellow.</summary>
    Viridis,
}
