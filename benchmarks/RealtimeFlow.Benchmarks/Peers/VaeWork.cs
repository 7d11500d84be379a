using System.Globalization;
using System.Runtime.InteropServices;
using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>
/// Updates of a variational auto-encoder whose posterior has planar layers of its own for each image: minibatch, noise, free energy, gradient and
/// Adam.
/// </summary>
internal sealed class VaeWork
{
    /// <summary>Updates of one run.</summary>
    public const int Updates = 10;

    /// <summary>What the errors are.</summary>
    public const string Error = "difference to ours: free energy, gradient by its norm";

    /// <summary>What is trained, for readers.</summary>
    public const string Description =
        "784 pixels, maxout of 400 units over windows of 4 twice, 40 latent variables, the decoder alike, K planar layers of each image's own; Bernoulli, minibatches of 100 of 60,000 images, Adam.";

    private const int Images = 60_000, Side = 28, Latents = 40;

    // Two orders of summation in float32 differ by far less; a wrong term by far more.
    private const double LargestDifference = 1e-4;

    private readonly LatentGaussianModel _model;
    private readonly ImageRows _images;
    private readonly AmortizedOptions _options = new() { LearningRate = 1e-4, AnnealingSteps = 0 };
    private readonly double _freeEnergy;
    private readonly float[] _gradient;

    /// <summary>Takes our own first step, and leaves what programs of their own need for it in a folder.</summary>
    /// <param name="layers">K.</param>
    /// <param name="folder">The folder.</param>
    public VaeWork(int layers, string folder)
    {
        _model = new LatentGaussianModel(Side * Side, layers == 0 ? new FlowShape(Latents) : FlowShape.Parse($"planar:{layers}", Latents));
        byte[] greys = new byte[Images * _model.Pixels];
        new RandomStream(1, StreamNumbers.Data).FillBits(0, MemoryMarshal.Cast<byte, uint>(greys.AsSpan()));
        _images = new ImageRows(new ImageSet(Side, Side, greys), Binarization.Static, seed: 1);
        using WorkerPool alone = new(1);
        AmortizedTrainer trainer = new(_model, _images, _options, alone);
        Write("images", greys);
        Write("parameters", trainer.Parameters);
        Write("minibatch", Minibatch(alone));
        Write("noise", Noise());
        trainer.Step();
        (_freeEnergy, _gradient) = (trainer.State.Bound, trainer.Gradient.ToArray());

        void Write<T>(string name, ReadOnlySpan<T> numbers)
            where T : unmanaged => File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes(numbers));
    }

    /// <summary>An update, and the 600 of an epoch.</summary>
    public static TimeColumns Columns { get; } = new("ms", time => time / 1e6, "an epoch, s", time => time / 1e9 * Images / 100);

    /// <summary>We.</summary>
    public Peer Ours(WorkerPool workers)
    {
        AmortizedTrainer trainer = new(_model, _images, _options, workers);
        return new Peer("RealtimeFlow", $"AmortizedTrainer.Step, {(workers.Count == 1 ? "one thread" : $"{workers.Count} threads")}", Updates, () => Peer.Time(() =>
        {
            for (int update = 0; update < Updates; update++)
            {
                trainer.Step();
            }
        }));
    }

    /// <summary>A program that has our first step's numbers.</summary>
    /// <exception cref="InvalidOperationException">Its free energy or gradient is another.</exception>
    public Peer Child(ChildPeer child)
    {
        float[] found = child.Check("gradient");
        double square = 0, norm2 = 0;
        for (int i = 0; i < _gradient.Length; i++)
        {
            double difference = found[i + 1] - _gradient[i];
            (square, norm2) = (square + (difference * difference), norm2 + ((double)_gradient[i] * _gradient[i]));
        }

        double ofGradient = Math.Sqrt(square / norm2), ofFreeEnergy = Math.Abs(found[0] - _freeEnergy) / _freeEnergy;
        if (!(ofGradient <= LargestDifference && ofFreeEnergy <= LargestDifference))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{child.Name} is wrong: free energy {found[0]} instead of {_freeEnergy}, the gradient by {ofGradient:g3} of its norm."));
        }

        return new Peer(child.Name, child.Forms["step"], Updates, () => child.Run("step"))
        {
            Error = string.Create(CultureInfo.InvariantCulture, $"{ofFreeEnergy:g2}, {ofGradient:g2}"),
        };
    }

    // By rows.
    private float[] Minibatch(WorkerPool workers)
    {
        int rows = _options.MinibatchSize, stride = Network.Stride(rows);
        float[] columns = new float[_model.Pixels * stride];
        new ImageBatches(_images, _options.Seed, rows, workers).Fill(0, columns, stride);
        return [.. Enumerable.Range(0, rows * _model.Pixels).Select(i => columns[(i % _model.Pixels * stride) + (i / _model.Pixels)])];
    }

    // By rows; the stream has sixteen rows side by side.
    private float[] Noise()
    {
        const int slots = LaneDispatch.Slots;
        float[] groups = new float[Latents * Network.Stride(_options.MinibatchSize)];
        new RandomStream(_options.Seed, StreamNumbers.Training).FillNormal(0, groups);
        return [.. Enumerable.Range(0, _options.MinibatchSize).SelectMany(
            row => Enumerable.Range(0, Latents).Select(i => groups[(((row / slots * Latents) + i) * slots) + (row % slots)]))];
    }
}
