using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>
/// Points in blocks, each a structure of arrays of its own, so that any thread may take a block; memory of the caller's, as an embedder
/// has it.
/// </summary>
/// <param name="dimension">D.</param>
/// <param name="capacity">The most points.</param>
internal sealed class BenchBlocks(int dimension, int capacity) : IShardedWork
{
    /// <summary>Points of a block.</summary>
    public const int BlockSize = 1 << 14;

    private readonly float[] _points = new float[dimension * capacity];
    private readonly float[] _images = new float[dimension * capacity];
    private readonly float[] _logarithms = new float[capacity];
    private int _particles;
    private RandomStream _stream;
    private FlowDistribution? _flow;
    private Kind _kind;

    private enum Kind
    {
        Fill,
        Gaussian,
        Forward,
        Inverse,
        Sample,
    }

    /// <summary>Bytes of all blocks.</summary>
    public int Bytes => (_points.Length + _images.Length + _logarithms.Length) * sizeof(float);

    /// <summary>Makes all points.</summary>
    public void Fill(WorkerPool workers, RandomStream stream) => Run(workers, Kind.Fill, capacity, stream, null);

    /// <summary>Writes normal numbers.</summary>
    public void Gaussian(WorkerPool workers, int count, RandomStream stream) => Run(workers, Kind.Gaussian, count, stream, null);

    /// <summary>Sends points through the flow, with ln det.</summary>
    public void Forward(WorkerPool workers, int particles, FlowDistribution flow) => Run(workers, Kind.Forward, particles, default, flow);

    /// <summary>Sends points through its inverse, with ln det.</summary>
    public void Inverse(WorkerPool workers, int particles, FlowDistribution flow) => Run(workers, Kind.Inverse, particles, default, flow);

    /// <summary>Draws fresh points of the flow, with ln q.</summary>
    public void Sample(WorkerPool workers, int particles, RandomStream stream, FlowDistribution flow) =>
        Run(workers, Kind.Sample, particles, stream, flow);

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * BlockSize, count = Math.Min(BlockSize, _particles - first);
        Span<float> points = _points.AsSpan(dimension * first, dimension * count);
        Span<float> images = _images.AsSpan(dimension * first, dimension * count);
        Span<float> logarithms = _logarithms.AsSpan(first, count);
        switch (_kind)
        {
            case Kind.Fill:
                _stream.FillNormal((ulong)(dimension * first), points);
                break;
            case Kind.Gaussian:
                _stream.FillNormal((ulong)first, logarithms);
                break;
            case Kind.Forward:
                _flow!.Transform(points, images, logarithms);
                break;
            case Kind.Inverse:
                _flow!.InverseTransform(points, images, logarithms);
                break;
            default:
                _flow!.Sample(_stream, (ulong)first, images, logarithms);
                break;
        }
    }

    private void Run(WorkerPool workers, Kind kind, int particles, RandomStream stream, FlowDistribution? flow)
    {
        (_kind, _particles, _stream, _flow) = (kind, particles, stream, flow);
        workers.Run(this, (particles + BlockSize - 1) / BlockSize);
    }
}
