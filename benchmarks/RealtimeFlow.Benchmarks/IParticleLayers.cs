namespace RealtimeFlow.Benchmarks;

/// <summary>A benchmark whose operation sends particles through layers.</summary>
public interface IParticleLayers
{
    /// <summary>Particles × layers of one operation: a function of the benchmark's parameters.</summary>
    long ParticleLayers { get; }
}
