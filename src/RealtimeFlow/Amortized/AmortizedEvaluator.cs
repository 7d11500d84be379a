using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;
using RealtimeFlow.Random;

namespace RealtimeFlow.Amortized;

/// <summary>
/// Estimates a model's free energy and held-out −ln p(x) over a set of images, by importance sampling from its posteriors (Rezende &amp;
/// Mohamed 2015, section 6: S = 200).
/// </summary>
/// <remarks>
/// Memory does not grow with the samples. The result depends neither on the number of threads nor on the vector width; the noise of sample s of
/// image n follows from (seed, n, s, N).
/// </remarks>
public sealed unsafe class AmortizedEvaluator : IShardedWork
{
    // So many that a product of matrices is worth its while, and so few that what a sample needs stays in the second-level cache.
    private const int BlockImages = 128;

    private readonly LatentGaussianModel _model;
    private readonly IWorkers _workers;
    private readonly ModelPass _pass;
    private readonly int[] _images = new int[BlockImages];
    private readonly ImageSums[] _sums = new ImageSums[BlockImages];
    private int _rows;

    /// <summary>Makes an evaluator for models of one shape.</summary>
    /// <param name="model">The shape.</param>
    /// <param name="workers">The threads to use.</param>
    public AmortizedEvaluator(LatentGaussianModel model, IWorkers workers)
        : this(model, workers, LaneDispatch.Width)
    {
    }

    internal AmortizedEvaluator(LatentGaussianModel model, IWorkers workers, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(workers);
        (_model, _workers) = (model, workers);
        _pass = new ModelPass(model, BlockImages, samples: 1, workers, width);
    }

    /// <summary>Evaluates a model on all images of a set. Allocates nothing.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="images">The set, as it is in epoch 0.</param>
    /// <param name="samples">S ≥ 1.</param>
    /// <param name="seed">Decides the noise.</param>
    /// <param name="evaluated">Told what share of all is done, 0 to 1, after each sample of some images; null for nobody.</param>
    /// <exception cref="ArgumentException">The images, or the block, are of another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No sample.</exception>
    public AmortizedEvaluation Evaluate(
        ReadOnlySpan<float> parameters, ImageSource images, int samples, ulong seed, Action<double>? evaluated = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (images.Pixels != _model.Pixels || parameters.Length != _model.ParameterCount)
        {
            throw new ArgumentException(
                $"Images of {images.Pixels} pixels and {parameters.Length} parameters: the model has {_model.Pixels} and {_model.ParameterCount}.");
        }

        RandomStream stream = new(seed, StreamNumbers.Evaluation);
        ulong groups = (ulong)Network.Stride(images.Count) / LaneDispatch.Slots;
        Totals totals = default;
        for (int first = 0; first < images.Count; first += BlockImages)
        {
            Begin(parameters, images, first);
            for (int sample = 0; sample < samples; sample++)
            {
                ulong group = ((ulong)sample * groups) + (ulong)(first / LaneDispatch.Slots);
                _pass.Sample(parameters, stream, group, groups, beta: null);
                _workers.Run(this, _pass.Groups);
                evaluated?.Invoke((first + (_rows * (sample + 1.0) / samples)) / images.Count);
            }

            foreach (ref readonly ImageSums sums in _sums.AsSpan(0, _rows))
            {
                totals.Add(sums, samples);
            }
        }

        return totals.Mean(images.Count);
    }

    /// <inheritdoc/>
    void IShardedWork.Do(int shard, int worker)
    {
        int end = Math.Min(_rows, (shard + 1) * LaneDispatch.Slots);
        for (int row = shard * LaneDispatch.Slots; row < end; row++)
        {
            _sums[row].Add(_pass.LogLikelihood(0)[row], (double)_pass.LogPosterior(0)[row] - _pass.LogPrior(0)[row]);
        }
    }

    private void Begin(ReadOnlySpan<float> parameters, ImageSource images, int first)
    {
        _rows = Math.Min(BlockImages, images.Count - first);
        for (int row = 0; row < _rows; row++)
        {
            _images[row] = first + row;
            _sums[row] = new ImageSums();
        }

        images.Fill(_images.AsSpan(0, _rows), epoch: 0, _pass.Images(_rows), Network.Stride(_rows));
        _pass.Encode(parameters, _rows);
    }

    /// <summary>The samples of an image so far, in two halves that take turns.</summary>
    private struct ImageSums()
    {
        public LogSumExp Half = new();
        public LogSumExp Other = new();
        public double LogLikelihood;
        public double Divergence;

        public void Add(double logLikelihood, double divergence)
        {
            // The half whose turn it is comes first.
            (Half, Other) = (Other, Half);
            Half.Add(logLikelihood - divergence);
            LogLikelihood += logLikelihood;
            Divergence += divergence;
        }
    }

    /// <summary>The images so far.</summary>
    private struct Totals
    {
        private double _logLikelihood;
        private double _divergence;
        private double _negative;
        private double _squares;
        private double _variance;
        private double _bias;

        public void Add(in ImageSums image, int samples)
        {
            LogSumExp all = new();
            all.Add(image.Half.Value);
            all.Add(image.Other.Value);
            double negative = Math.Log(samples) - all.Value;
            _logLikelihood += image.LogLikelihood / samples;
            _divergence += image.Divergence / samples;
            _negative += negative;
            _squares += negative * negative;

            // Of −ln p̂ by either half of the samples: their mean is what half of them give, and varies about as −ln p̂ does.
            int others = samples / 2;
            double half = Math.Log(samples - others) - image.Half.Value, other = Math.Log(others) - image.Other.Value;
            _variance += (half - other) * (half - other) / 4;
            _bias += ((half + other) / 2) - negative;
        }

        public readonly AmortizedEvaluation Mean(double count)
        {
            double mean = _negative / count, variance = Math.Max((_squares / count) - (mean * mean), 0) * count / (count - 1);
            return new AmortizedEvaluation(
                (_divergence - _logLikelihood) / count,
                -_logLikelihood / count,
                _divergence / count,
                mean,
                Math.Sqrt(variance / count),
                Math.Sqrt(_variance) / count,
                _bias / count);
        }
    }
}
