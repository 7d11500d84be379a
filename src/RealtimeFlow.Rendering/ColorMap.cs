namespace RealtimeFlow.Rendering;

/// <summary>Perceptually uniform colour maps, dark at density 0 (sources in Assets/README.md).</summary>
public enum ColorMap
{
    /// <summary>Black through purple and orange to pale yellow.</summary>
    Inferno,

    /// <summary>Black through purple and pink to cream.</summary>
    Magma,

    /// <summary>Dark violet through teal to yellow.</summary>
    Viridis,

    /// <summary>Dark blue through grey to yellow; looks nearly the same to eyes that do not tell red from green.</summary>
    Cividis,

    /// <summary>Black to white.</summary>
    Grey,
}
