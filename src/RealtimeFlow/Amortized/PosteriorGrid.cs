using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Amortized;

/// <summary>
/// The true posterior p(z|x) = p(x|z) p(z) / p(x) of one image in a model with two latent variables, at the centre of every cell of a square:
/// the decoder is evaluated there, and p(x) is the integral by the midpoint rule, which takes the posterior as 0 outside the square.
/// </summary>
/// <remarks>
/// Some points at a time: <see cref="Advance"/>, until <see cref="IsComplete"/>. One thread at a time may call. Allocates nothing after
/// construction; the bits depend neither on the threads nor on the vector width, nor on how the points are divided.
/// </remarks>
public sealed unsafe class PosteriorGrid
{
    // As many as a product of matrices is worth its while.
    private const int BlockPoints = 128;

    private const int MostSide = 1024;

    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    private readonly LatentGaussianModel _model;
    private readonly Network _decoder;
    private readonly PixelPass _pixels;
    private readonly LaneRows _image;
    private readonly LaneRows _block;
    private readonly LaneRows _scales;
    private readonly double[] _logLikelihood = new double[BlockPoints];
    private readonly double[] _logJoint;
    private readonly int[] _copies = new int[LaneDispatch.Slots];
    private int _next;

    /// <summary>Makes a grid for models of one shape.</summary>
    /// <param name="model">The shape, with two latent variables.</param>
    /// <param name="side">Cells in a row, and rows; 1 to 1,024.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The model has another number of latent variables.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such side.</exception>
    public PosteriorGrid(LatentGaussianModel model, int side, IWorkers workers)
        : this(model, side, workers, LaneDispatch.Width)
    {
    }

    internal PosteriorGrid(LatentGaussianModel model, int side, IWorkers workers, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MostSide);
        ArgumentNullException.ThrowIfNull(workers);
        DensityGrid.RequirePlane(model.Latents, nameof(model));
        (_model, Side) = (model, side);
        _decoder = new Network(model.DecoderShape, BlockPoints, workers, width);
        _pixels = new PixelPass(model, BlockPoints, workers, width);
        _image = new LaneRows(model.Pixels, LaneDispatch.Slots);
        _block = new LaneRows(2, BlockPoints);
        _scales = new LaneRows(1, BlockPoints);
        (_logJoint, Points, LogDensity) = (new double[side * side], new float[2 * side * side], new float[side * side]);
        _next = side * side;
    }

    /// <summary>Cells in a row, and rows.</summary>
    public int Side { get; }

    /// <summary>The square.</summary>
    public PlaneView View { get; private set; }

    /// <summary>
    /// The centres of the cells, as <see cref="Density.FlowDistribution.LogDensity"/> takes them: z_1 of all, then z_2; row 0 is the lowest, cell (i, j) at
    /// i + j · <see cref="Side"/>.
    /// </summary>
    public float[] Points { get; }

    /// <summary>ln p(z|x) of each, in nats, once it is complete.</summary>
    public float[] LogDensity { get; }

    /// <summary>ln p(x), in nats, once it is complete.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>Whether all points are done.</summary>
    public bool IsComplete => _next == _logJoint.Length;

    /// <summary>The area of a cell.</summary>
    public double CellArea => View.Area / _logJoint.Length;

    /// <summary>Turns to an image, and to a part of the plane.</summary>
    /// <param name="images">The set, as it is in epoch 0.</param>
    /// <param name="image">Which of them.</param>
    /// <param name="view">The part of the plane.</param>
    /// <exception cref="ArgumentException">The view is not a rectangle, or the images are of another size.</exception>
    public void Begin(ImageSource images, int image, PlaneView view)
    {
        ArgumentNullException.ThrowIfNull(images);
        view.Validate(nameof(view));

        // The lanes of a row all have the image, and the samples of that row are the points.
        Array.Fill(_copies, image);
        images.Fill(_copies, epoch: 0, _image.Span, LaneDispatch.Slots);
        (View, _next) = (view, 0);
        float stepX = (view.Right - view.Left) / Side, stepY = (view.Top - view.Bottom) / Side;
        for (int i = 0; i < _logJoint.Length; i++)
        {
            Points[i] = ((i % Side) + 0.5f) * stepX + view.Left;
            Points[_logJoint.Length + i] = ((i / Side) + 0.5f) * stepY + view.Bottom;
        }
    }

    /// <summary>Goes on, to the end of the grid at most.</summary>
    /// <param name="parameters">The model's block: the same from the first point to the last.</param>
    /// <param name="points">How many points at least, at least 1; whole blocks of 128 are done.</param>
    /// <returns>How many were done.</returns>
    /// <exception cref="ArgumentException">The block has another length.</exception>
    public int Advance(ReadOnlySpan<float> parameters, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        int first = _next, end = (int)Math.Min(_logJoint.Length, (long)_next + points);
        if (IsComplete)
        {
            return 0;
        }

        while (_next < end)
        {
            int count = Math.Min(BlockPoints, _logJoint.Length - _next);
            Evaluate(parameters, count);
            _next += count;
        }

        if (IsComplete)
        {
            Normalize();
        }

        return _next - first;
    }

    /// <summary>KL(q‖p(z|x)) over the square, in nats.</summary>
    /// <param name="logDensity">ln q at <see cref="Points"/>; of a q that lies in the square.</param>
    /// <exception cref="ArgumentException">Not as many numbers.</exception>
    public double Divergence(ReadOnlySpan<float> logDensity)
    {
        if (logDensity.Length != LogDensity.Length)
        {
            throw new ArgumentException($"{LogDensity.Length} numbers are needed, not {logDensity.Length}.", nameof(logDensity));
        }

        double sum = 0;
        for (int i = 0; i < logDensity.Length; i++)
        {
            double q = Math.Exp(logDensity[i]);
            sum += q == 0 ? 0 : q * (logDensity[i] - (_logJoint[i] - LogEvidence));
        }

        return sum * CellArea;
    }

    private void Evaluate(ReadOnlySpan<float> parameters, int count)
    {
        int stride = Network.Stride(count);
        Points.AsSpan(_next, count).CopyTo(_block.Span);
        Points.AsSpan(_logJoint.Length + _next, count).CopyTo(_block.Span[stride..]);
        _decoder.Forward(parameters[_model.Decoder], _block.Span[..(2 * stride)], count);
        float* outputs = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_decoder.Output));
        Span<double> logLikelihood = _logLikelihood.AsSpan(0, stride);
        _pixels.Run(_image.Start, outputs, _scales.Start, LaneDispatch.Slots, slopes: false, logLikelihood);
        for (int i = 0; i < count; i++)
        {
            double x = Points[_next + i], y = Points[_logJoint.Length + _next + i];
            _logJoint[_next + i] = logLikelihood[i] - (0.5 * ((x * x) + (y * y))) - LogTwoPi;
        }
    }

    private void Normalize()
    {
        LogSumExp sum = new();
        foreach (double logJoint in _logJoint)
        {
            sum.Add(logJoint);
        }

        LogEvidence = sum.Value + Math.Log(CellArea);
        for (int i = 0; i < _logJoint.Length; i++)
        {
            LogDensity[i] = (float)(_logJoint[i] - LogEvidence);
        }
    }
}
