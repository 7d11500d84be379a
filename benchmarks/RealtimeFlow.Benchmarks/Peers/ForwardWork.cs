using System.Globalization;
using System.Runtime.InteropServices;
using RealtimeFlow.Density;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>The same points through the same chain: points in; points and Σ ln det out; the errors of whoever wrote them last.</summary>
internal sealed unsafe class ForwardWork : IDisposable
{
    // A larger error is a wrong result: rounding makes a tenth of it.
    private const double LargestError = 3e-5;

    private readonly double[] _reference;

    /// <param name="formula">The chain.</param>
    /// <param name="particles">How many points.</param>
    public ForwardWork(string formula, int particles)
    {
        Flow = Chains.Draw(formula);
        Particles = particles;
        Points = new AlignedFloats(2 * particles);
        Result = new AlignedFloats(2 * particles);
        LogDeterminant = new AlignedFloats(particles);
        new RandomStream(1, StreamNumbers.Samples).FillNormal(0, Points.Span);
        _reference = FloatingReference.Forward(Flow, Points.Span);
    }

    /// <summary>The chain.</summary>
    public FlowDistribution Flow { get; }

    /// <summary>The layers as peers on the plane hold them.</summary>
    public PlanarParameters[] Layers => PlanarParameters.Of(Flow);

    /// <summary>How many points.</summary>
    public int Particles { get; }

    /// <summary>The points: two rows.</summary>
    public AlignedFloats Points { get; }

    /// <summary>Their images: two rows.</summary>
    public AlignedFloats Result { get; }

    /// <summary>Their log-determinants.</summary>
    public AlignedFloats LogDeterminant { get; }

    /// <summary>The layers' numbers, one layer after the other.</summary>
    public float[] Parameters => Flow.Parameters[Flow.Shape.LogScale.End..].ToArray();

    /// <summary>A peer of this process that has been run once, and its errors taken.</summary>
    /// <param name="name">Who.</param>
    /// <param name="form">How.</param>
    /// <param name="work">The pass over all particles.</param>
    /// <exception cref="InvalidOperationException">The results are wrong.</exception>
    public Peer Check(string name, string form, Action work)
    {
        Result.Span.Clear();
        LogDeterminant.Span.Clear();
        work();
        double ofPoints = LargestDifference(Result.Span, _reference);
        double ofLogDeterminant = LargestDifference(LogDeterminant.Span, _reference.AsSpan(2 * Particles));
        if (!(Math.Max(ofPoints, ofLogDeterminant) <= LargestError))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{name} is wrong: points by {ofPoints:g3}, ln det by {ofLogDeterminant:g3}."));
        }

        return new Peer(name, form, (long)Particles * Flow.Shape.LayerCount, () => Peer.Time(work))
        {
            Error = string.Create(CultureInfo.InvariantCulture, $"{ofPoints:g2}, {ofLogDeterminant:g2}"),
        };
    }

    /// <summary>We.</summary>
    public Peer Ours() => Check("RealtimeFlow", "FlowDistribution.Transform", () => Flow.Transform(Points.Span, Result.Span, LogDeterminant.Span));

    /// <summary>A pass by a C function.</summary>
    public Peer Compiled(CompiledPeer compiled, string function, string form)
    {
        delegate* unmanaged<float*, int, float*, float*, float*, nint, void> forward = compiled.Forward(function);
        float[] parameters = Parameters;
        return Check("C, " + form, compiled.Compiler, () =>
        {
            fixed (float* start = parameters)
            {
                forward(start, Flow.Shape.LayerCount, Points.Pointer, Result.Pointer, LogDeterminant.Pointer, Particles);
            }
        });
    }

    /// <summary>A pass by a program that has the points from <see cref="Share"/>.</summary>
    public Peer Child(ChildPeer child, string form)
    {
        Peer check = Check(child.Name, child.Forms[form], () =>
        {
            float[] rows = child.Check(form);
            rows.AsSpan(0, 2 * Particles).CopyTo(Result.Span);
            rows.AsSpan(2 * Particles).CopyTo(LogDeterminant.Span);
        });
        return check with { Seconds = () => child.Run(form) };
    }

    /// <summary>Leaves points and parameters in a folder, for programs of their own.</summary>
    public void Share(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "points"), MemoryMarshal.AsBytes(Points.Span));
        File.WriteAllBytes(Path.Combine(folder, "parameters"), MemoryMarshal.AsBytes<float>(Parameters));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Points.Dispose();
        Result.Dispose();
        LogDeterminant.Dispose();
    }

    private static double LargestDifference(ReadOnlySpan<float> found, ReadOnlySpan<double> expected)
    {
        double largest = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double difference = Math.Abs(found[i] - expected[i]);
            largest = difference <= largest ? largest : difference;
        }

        return largest;
    }
}
