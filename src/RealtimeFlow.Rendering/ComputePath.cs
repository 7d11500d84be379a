namespace RealtimeFlow.Rendering;

/// <summary>Where the particles and the exact density of a live flow are computed.</summary>
public enum ComputePath
{
    /// <summary>Where it is faster.</summary>
    Auto,

    /// <summary>By the CPU's threads.</summary>
    Cpu,

    /// <summary>By compute shaders.</summary>
    Gpu,
}
