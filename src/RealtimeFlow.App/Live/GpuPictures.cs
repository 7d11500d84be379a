using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using Silk.NET.OpenGL;

namespace RealtimeFlow.App.Live;

/// <summary>Particles and exact density by compute shaders: only the flow's parameters go to the GPU. <see cref="FlowRenderer"/> alone draws them.</summary>
/// <param name="gl">The functions of the context that is current on this thread.</param>
internal sealed class GpuPictures(GL gl) : IDisposable
{
    private GpuParticles? _particles;
    private GpuDensity? _density;
    private (int Side, float Radius, int Count, ulong Seed) _made;

    /// <summary>Particles in each pixel.</summary>
    public GpuGrid Counts => _particles!.Counts;

    /// <summary>ln q at each pixel.</summary>
    public GpuGrid LogDensity => _density!.LogDensity;

    /// <summary>Whether the shaders can show a subject: they run generative flows on the plane, in a square about the origin.</summary>
    public static bool Suits(OpenSubject subject, int width, int height) =>
        subject.Dimension == 2 && subject.Target != null && subject.UnitX == 1
        && width == height && subject.View == PlaneView.Square(subject.View.Right);

    /// <summary>Makes grids and noise anew where they are other ones.</summary>
    public void Fit(int side, OpenSubject subject, StudioState state)
    {
        (int Side, float Radius, int Count, ulong Seed) wanted = (side, subject.View.Right, state.Particles, state.Seed);
        if (_particles == null || _made != wanted)
        {
            Dispose();
            _particles = new GpuParticles(gl, wanted.Count, new RandomStream(wanted.Seed, StreamNumbers.Particles), side, wanted.Radius);
            _density = new GpuDensity(gl, side, wanted.Radius);
            _made = wanted;
        }
    }

    /// <summary>Sends all particles through a flow.</summary>
    public void AdvanceParticles(FlowDistribution flow) => _particles!.Advance(flow);

    /// <summary>Evaluates a flow at each pixel.</summary>
    public void AdvanceDensity(FlowDistribution flow) => _density!.Evaluate(flow);

    /// <summary>Frees what it made on the GPU; the context must be current.</summary>
    public void Dispose()
    {
        _particles?.Dispose();
        _density?.Dispose();
        (_particles, _density) = (null, null);
    }
}
