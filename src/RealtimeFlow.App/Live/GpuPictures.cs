using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>Particles and exact density by compute shaders: only the flow's parameters go to the GPU. <see cref="FlowRenderer"/> alone draws them.</summary>
/// <param name="particles">The particles there.</param>
/// <param name="density">The density there.</param>
internal sealed class GpuPictures(GpuParticles particles, GpuDensity density)
{
    private (int Side, float Radius, int Count, ulong Seed) _shown;

    /// <summary>Particles in each pixel.</summary>
    public GpuGrid Counts => particles.Counts;

    /// <summary>ln q at each pixel.</summary>
    public GpuGrid LogDensity => density.LogDensity;

    /// <summary>Whether the shaders can show a subject: they run generative flows on the plane, in a square about the origin.</summary>
    public static bool Suits(OpenSubject subject, int width, int height) =>
        subject.Dimension == 2 && subject.Target != null && subject.UnitX == 1
        && width == height && subject.View == PlaneView.Square(subject.View.Right);

    /// <summary>Fits grids and noise to what is shown.</summary>
    public void Fit(int side, OpenSubject subject, StudioState state)
    {
        (int Side, float Radius, int Count, ulong Seed) wanted = (side, subject.View.Right, state.Particles, state.Seed);
        if (_shown != wanted)
        {
            particles.Fit(wanted.Count, new RandomStream(wanted.Seed, StreamNumbers.Particles), side, wanted.Radius);
            density.Fit(side, wanted.Radius);
            _shown = wanted;
        }
    }

    /// <summary>Sends all particles through a flow.</summary>
    public void AdvanceParticles(FlowDistribution flow) => particles.Advance(flow);

    /// <summary>Evaluates a flow at each pixel.</summary>
    public void AdvanceDensity(FlowDistribution flow) => density.Evaluate(flow);
}
