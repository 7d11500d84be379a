using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.Engine;

/// <summary>Where the first particles of a stream are after each map that they meet on their way from the base.</summary>
/// <remarks>One thread at a time may call. Allocates nothing, but where the shape changes.</remarks>
public sealed class Trajectories
{
    private readonly RandomStream _stream;
    private FlowDistribution? _part;
    private float[] _points = [];

    /// <summary>Makes trajectories; they are there after <see cref="Update"/>.</summary>
    /// <param name="count">How many particles, at least 1.</param>
    /// <param name="stream">Their noise: that of a <see cref="ParticleSystem"/> makes them its first ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1.</exception>
    public Trajectories(int count, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Count, _stream) = (count, stream);
    }

    /// <summary>How many particles.</summary>
    public int Count { get; }

    /// <summary>Places of each: K + 1, the base's the first.</summary>
    public int Places { get; private set; }

    /// <summary>One coordinate of all particles after a number of maps.</summary>
    /// <param name="place">0 (in the base) to <see cref="Places"/> − 1.</param>
    /// <param name="coordinate">Which, counted from 0.</param>
    public ReadOnlySpan<float> At(int place, int coordinate) =>
        _points.AsSpan(((place * _part!.Shape.Dimension) + coordinate) * Count, Count);

    /// <summary>Sends the particles through the flow as it is now.</summary>
    /// <param name="flow">The flow, whole or a part: then its other maps leave the particles where they are.</param>
    public void Update(FlowDistribution flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        FlowShape shape = flow.Shape;
        int layers = shape.LayerCount, floats = shape.Dimension * Count;
        if (_part?.Shape != shape || _part.Direction != flow.Direction)
        {
            _part = flow.Copy();
            Places = layers + 1;
            _points = new float[Places * floats];
        }

        bool isGenerative = flow.Direction == FlowDirection.Generative;
        _part.SetPrefix(flow.Parameters, 0, 1);
        _part.Sample(_stream, 0, _points.AsSpan(0, floats));
        for (int map = 0; map < layers; map++)
        {
            _part.SetLayer(flow.Parameters, isGenerative ? map : layers - 1 - map);
            Span<float> from = _points.AsSpan(map * floats, floats), to = _points.AsSpan((map + 1) * floats, floats);
            if (isGenerative)
            {
                _part.Transform(from, to);
            }
            else
            {
                _part.InverseTransform(from, to);
            }
        }
    }
}
