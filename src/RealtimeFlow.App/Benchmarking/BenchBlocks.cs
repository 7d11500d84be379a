using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>
/// Points of the plane in blocks, each a structure of arrays of its own, so that any thread may take a block; memory of the caller's, as
/// an embedder has it.
/// </summary>
internal sealed class BenchBlocks(int particles) : IShardedWork
{
    private const int BlockSize = 1 << 14;

    private readonly float[] _points = new float[2 * particles];
    private readonly float[] _images = new float[2 * particles];
    private readonly float[] _logarithms = new float[particles];
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

    /// <summary>Makes points.</summary>
    public void Fill(WorkerPool workers, RandomStream stream) => Run(workers, Kind.Fill, stream, null);

    /// <summary>Writes a normal number for each point.</summary>
    public void Gaussian(WorkerPool workers, RandomStream stream) => Run(workers, Kind.Gaussian, stream, null);

    /// <summary>Sends the points through the flow, with ln det.</summary>
    public void Forward(WorkerPool workers, FlowDistribution flow) => Run(workers, Kind.Forward, default, flow);

    /// <summary>Sends the points through its inverse, with ln det.</summary>
    public void Inverse(WorkerPool workers, FlowDistribution flow) => Run(workers, Kind.Inverse, default, flow);

    /// <summary>Draws fresh points of the flow, with ln q.</summary>
    public void Sample(WorkerPool workers, RandomStream stream, FlowDistribution flow) => Run(workers, Kind.Sample, stream, flow);

    /// <inheritdoc/>
    public void Do(int shard, int worker)
    {
        int first = shard * BlockSize;
        Span<float> points = _points.AsSpan(2 * first, 2 * BlockSize);
        Span<float> images = _images.AsSpan(2 * first, 2 * BlockSize);
        Span<float> logarithms = _logarithms.AsSpan(first, BlockSize);
        switch (_kind)
        {
            case Kind.Fill:
                _stream.FillNormal((ulong)(2 * first), points);
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

    private void Run(WorkerPool workers, Kind kind, RandomStream stream, FlowDistribution? flow)
    {
        (_kind, _stream, _flow) = (kind, stream, flow);
        workers.Run(this, particles / BlockSize);
    }
}
