using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>
/// Amortised variational inference (Rezende &amp; Mohamed 2015, algorithm 1): steps down the gradient of the free energy
/// F = E[ln q_0(z_0) − Σ ln det − β (ln p(z_K) + ln p(x|z_K))] over minibatches, by the parameters of the model and of its inference network
/// together; with more samples than one, of the importance-weighted bound.
/// </summary>
/// <remarks>
/// A step allocates nothing. Its result depends neither on the number of threads nor on the vector width. One thread at a time may call
/// the methods.
/// </remarks>
public sealed unsafe class AmortizedTrainer
{
    private readonly int _images;
    private readonly RandomStream _noise;
    private readonly ImageBatches _batches;
    private readonly ModelPass _pass;
    private readonly ParameterBlock _block;

    /// <summary>Begins a run with freshly drawn parameters.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="images">What it is trained on.</param>
    /// <param name="options">How.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the images are of another size.</exception>
    public AmortizedTrainer(LatentGaussianModel model, ImageSource images, AmortizedOptions options, IWorkers workers)
        : this(model, images, options, workers, LaneDispatch.Width) => model.Initialize(options.Seed).CopyTo(_block.Parameters);

    /// <summary>Goes on with a run as if it had never stopped.</summary>
    /// <param name="checkpoint">The run.</param>
    /// <param name="images">What it is trained on, as before.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The images are of another size, or numbers are missing.</exception>
    public AmortizedTrainer(AmortizedCheckpoint checkpoint, ImageSource images, IWorkers workers)
        : this(
            checkpoint?.Model ?? throw new ArgumentNullException(nameof(checkpoint)), images, checkpoint.Options, workers, LaneDispatch.Width) =>
        Restore(checkpoint);

    internal AmortizedTrainer(LatentGaussianModel model, ImageSource images, AmortizedOptions options, IWorkers workers, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        options.Validate();
        if (images.Pixels != model.Pixels)
        {
            throw new ArgumentException($"The images have {images.Pixels} pixels: the model is of {model.Pixels}.", nameof(images));
        }

        (Model, Options, _images) = (model, options, images.Count);
        _noise = new RandomStream(options.Seed, StreamNumbers.Training);
        _batches = new ImageBatches(images, options.Seed, options.MinibatchSize, workers);
        _pass = new ModelPass(model, options.MinibatchSize, options.ImportanceSamples, workers, width);
        _block = new ParameterBlock(options.Optimizer, model.ParameterCount, workers, width);
    }

    /// <summary>What is trained.</summary>
    public LatentGaussianModel Model { get; }

    /// <summary>How it is trained.</summary>
    public AmortizedOptions Options { get; }

    /// <summary>The model's block as trained so far: updated in place by each step.</summary>
    public ReadOnlySpan<float> Parameters => _block.Parameters;

    /// <summary>What was counted and reported so far.</summary>
    public AmortizedState State { get; private set; } = AmortizedState.Beginning;

    /// <summary>Steps so far, the skipped ones included.</summary>
    public long Steps => State.Steps;

    /// <summary>How often all images were seen.</summary>
    public double Epochs => (double)Steps * Options.MinibatchSize / _images;

    /// <summary>β of the next step.</summary>
    public double Beta => Options.BetaAt(Steps);

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate => Options.LearningRateAt(Steps);

    /// <summary>The gradient of the last step.</summary>
    internal ReadOnlySpan<float> Gradient => _block.Gradient;

    /// <summary>One step: all at β = 1 that <see cref="State"/> reports is of the parameters before it.</summary>
    public void Step()
    {
        (long step, int rows, int samples, double beta) = (Steps, Options.MinibatchSize, Options.ImportanceSamples, Beta);
        int stride = Network.Stride(rows);
        ulong groups = (ulong)stride / LaneDispatch.Slots;
        _batches.Fill(step, _pass.Images(rows), stride);
        _pass.Encode(Parameters, rows);
        _pass.Sample(Parameters, _noise, (ulong)step * (ulong)samples * groups, groups, beta);
        double bound = samples == 1 ? double.NaN : Weigh(rows, samples, beta);
        _pass.Backward(Parameters, _block.Gradient);

        (double reconstruction, double divergence) = Means(rows, samples);
        bound = samples == 1 ? reconstruction + divergence : bound;
        double norm = Math.Sqrt(_block.SquaredNorm());
        bool isFinite = double.IsFinite(norm) && double.IsFinite(bound);
        long skipped = State.SkippedSteps + (isFinite ? 0 : 1);
        UsualNorm usual = State.UsualNorm;
        if (isFinite)
        {
            double taken = Math.Min(norm, usual.Longest(Options.LargestNormRatio));
            _block.Step(taken < norm ? taken / norm : 1, LearningRate, Options.Epsilon, step + 1 - skipped);
            usual = usual.With(taken);
        }

        State = new AmortizedState(step + 1, skipped, bound, reconstruction, divergence, norm, usual);
    }

    /// <summary>A copy of all that decides how the run goes on, between two steps.</summary>
    public AmortizedCheckpoint Save() =>
        new(Model, Options, State, Parameters.ToArray(), _block.First.ToArray(), _block.Second.ToArray());

    private void Restore(AmortizedCheckpoint checkpoint)
    {
        State = checkpoint.State;
        Copy(checkpoint.Parameters, _block.Parameters);
        Copy(checkpoint.First, _block.First);
        Copy(checkpoint.Second, _block.Second);

        static void Copy(ReadOnlyMemory<float> numbers, Span<float> destination)
        {
            if (numbers.Length != destination.Length)
            {
                throw new ArgumentException($"Holds {numbers.Length} numbers: the model has {destination.Length}.", nameof(checkpoint));
            }

            numbers.Span.CopyTo(destination);
        }
    }

    /// <summary>
    /// Gives each sample its share w_s/Σ w in the gradient of −ln 1/S Σ w_s, where ln w_s = β ln p(x, z_s) − ln q(z_s|x).
    /// </summary>
    /// <returns>The mean of the bound at β = 1.</returns>
    private double Weigh(int rows, int samples, double beta)
    {
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            LogSumExp all = new(), annealed = new();
            for (int sample = 0; sample < samples; sample++)
            {
                all.Add(LogWeight(sample, row, 1));
                annealed.Add(LogWeight(sample, row, beta));
            }

            sum += Math.Log(samples) - all.Value;
            for (int sample = 0; sample < samples; sample++)
            {
                _pass.Weights(sample)[row] = (float)(Math.Exp(LogWeight(sample, row, beta) - annealed.Value) / rows);
            }
        }

        _pass.Reweigh(beta);
        return sum / rows;
    }

    private double LogWeight(int sample, int row, double beta) =>
        (beta * (_pass.LogLikelihood(sample)[row] + _pass.LogPrior(sample)[row])) - _pass.LogPosterior(sample)[row];

    private (double Reconstruction, double Divergence) Means(int rows, int samples)
    {
        double reconstruction = 0, divergence = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            for (int row = 0; row < rows; row++)
            {
                reconstruction -= _pass.LogLikelihood(sample)[row];
                divergence += (double)_pass.LogPosterior(sample)[row] - _pass.LogPrior(sample)[row];
            }
        }

        double count = (double)rows * samples;
        return (reconstruction / count, divergence / count);
    }
}
