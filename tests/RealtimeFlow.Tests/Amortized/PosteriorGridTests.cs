using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Tests.Amortized;

public sealed class PosteriorGridTests : IDisposable
{
    private const int Pixels = 7;

    private static readonly PlaneView Wide = PlaneView.Square(8);

    private static readonly LatentGaussianModel[] Models =
    [
        Model("", PixelLikelihood.Bernoulli),
        Model("planar:3,radial:2", PixelLikelihood.Bernoulli),
        Model("radial:1,planar:2", PixelLikelihood.Gaussian),
        Model("planar:2", PixelLikelihood.Bernoulli, shares: true),
    ];

    private readonly WorkerPool _workers = new(2);

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Models.Length)];

    public void Dispose() => _workers.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public void The_true_posterior_is_that_of_a_sum_in_float64(int place)
    {
        LatentGaussianModel model = Models[place];
        (MadeUpImages images, float[] parameters) = Made(model);
        ReferenceModel reference = new(model, [.. parameters.Select(x => (double)x)]);

        // 20 is no multiple of a block, nor of a vector.
        PosteriorGrid grid = Evaluated(model, parameters, images, 3, new PlaneView(-2, 3, -1.5f, 2), side: 20);
        double[] logJoint = [.. Enumerable.Range(0, 400).Select(i => reference.LogJoint(images[3], [grid.Points[i], grid.Points[400 + i]]))];
        double largest = logJoint.Max(), area = 5 * 3.5 / 400;
        double evidence = largest + Math.Log(logJoint.Sum(x => Math.Exp(x - largest)) * area);

        // An output is a sum of at most 9 products of layers before, each off by few units: 2⁻²⁰ of a size below 8 for each pixel.
        double bound = Pixels * 8 * Math.ScaleB(1, -20);
        Assert.InRange(grid.LogEvidence - evidence, -bound, bound);
        for (int i = 0; i < logJoint.Length; i++)
        {
            Assert.InRange(grid.LogDensity[i] - (logJoint[i] - evidence), -2 * bound, 2 * bound);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_posterior_is_a_density_and_has_the_samples_that_training_draws(int place)
    {
        LatentGaussianModel model = Models[place];
        (MadeUpImages images, float[] parameters) = Made(model);
        ImagePosterior posterior = new(model, _workers);
        posterior.Update(parameters, images, 5);

        const int side = 320, cells = 16;
        PosteriorGrid grid = new(model, side, _workers);
        grid.Begin(images, 5, Wide);
        float[] logDensity = new float[side * side];
        posterior.Flow.LogDensity(grid.Points, logDensity);
        double[] mass = [.. logDensity.Select(x => Math.Exp(x) * grid.CellArea)];

        // The rule's error falls faster than any power of the step for what is smooth; a radial layer has a kink at its centre.
        Assert.InRange(mass.Sum(), 1 - 2e-3, 1 + 2e-3);

        // Samples by the row's own flow, as in training: so many in each large cell as its mass says.
        const int draws = 200 * ImageCoder.Capacity;
        double[] expected = new double[cells * cells], seen = new double[cells * cells];
        for (int i = 0; i < mass.Length; i++)
        {
            expected[((i / side) * cells / side * cells) + ((i % side) * cells / side)] += mass[i] * draws;
        }

        ImageCoder coder = new(model, _workers);
        Repeated copies = new(images, 5);
        float[] codes = new float[2 * ImageCoder.Capacity], unused = new float[2 * ImageCoder.Capacity];
        for (ulong seed = 0; seed < draws / ImageCoder.Capacity; seed++)
        {
            coder.Encode(parameters, copies, 0, ImageCoder.Capacity, seed, unused, unused, codes);
            for (int i = 0; i < ImageCoder.Capacity; i++)
            {
                (int column, int row) = ((int)((codes[2 * i] + 8) / 16 * cells), (int)((codes[(2 * i) + 1] + 8) / 16 * cells));
                seen[(row * cells) + column]++;
            }
        }

        // Five standard deviations of a binomial count, and the rule's error.
        for (int i = 0; i < seen.Length; i++)
        {
            double tolerance = (5 * Math.Sqrt(expected[i] + 1)) + (2e-3 * expected[i]);
            Assert.InRange(seen[i] - expected[i], -tolerance, tolerance);
        }
    }

    [Fact]
    public void The_divergence_of_a_Gaussian_is_its_free_energy_plus_the_evidence()
    {
        // F = E_q[ln q − ln p(x, z)] by a rule of its own, over the noise.
        LatentGaussianModel model = Models[0];
        (MadeUpImages images, float[] parameters) = Made(model);
        ReferenceModel reference = new(model, [.. parameters.Select(x => (double)x)]);
        double free = 0;
        const int nodes = 400;
        const double step = 16.0 / nodes;
        for (int i = 0; i < nodes * nodes; i++)
        {
            double[] noise = [(((i % nodes) + 0.5) * step) - 8, (((i / nodes) + 0.5) * step) - 8];
            (double logLikelihood, double logPrior, double logPosterior) = reference.Terms(images[2], noise);
            double weight = Math.Exp(-0.5 * ((noise[0] * noise[0]) + (noise[1] * noise[1]))) * step * step / (2 * Math.PI);
            free += weight * (logPosterior - logLikelihood - logPrior);
        }

        ImagePosterior posterior = new(model, _workers);
        posterior.Update(parameters, images, 2);
        PosteriorGrid grid = Evaluated(model, parameters, images, 2, Wide, side: 256);
        float[] logDensity = new float[256 * 256];
        posterior.Flow.LogDensity(grid.Points, logDensity);

        // Floats of sizes below 32, whose errors add up at worst.
        Assert.InRange(grid.Divergence(logDensity) - grid.LogEvidence - free, -32 * Math.ScaleB(1, -18), 32 * Math.ScaleB(1, -18));
        Assert.True(grid.Divergence(logDensity) > 0);
        Assert.InRange(grid.Divergence(grid.LogDensity), -1e-6, 1e-6);
    }

    [Fact]
    public void Neither_threads_nor_width_nor_portions_change_a_bit()
    {
        LatentGaussianModel model = Models[1];
        (MadeUpImages images, float[] parameters) = Made(model);
        float[] whole = Evaluated(model, parameters, images, 1, Wide, side: 30).LogDensity;
        using WorkerPool one = new(1);
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            PosteriorGrid grid = new(model, 30, one, width);
            grid.Begin(images, 1, Wide);
            Assert.False(grid.IsComplete);
            int done = 0;
            while (!grid.IsComplete)
            {
                done += grid.Advance(parameters, 100);
            }

            Assert.Equal((900, 0), (done, grid.Advance(parameters, 1)));
            Assert.Equal(whole, grid.LogDensity);
        }
    }

    [Fact]
    public void Looking_at_an_image_allocates_nothing()
    {
        LatentGaussianModel model = Models[1];
        (MadeUpImages images, float[] parameters) = Made(model);
        using WorkerPool one = new(1);
        ImagePosterior posterior = new(model, one);
        PosteriorGrid grid = new(model, 16, one);
        float[] logDensity = new float[256];
        long least = long.MaxValue;
        for (int i = 0; i < 40 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            posterior.Update(parameters, images, i % images.Count);
            grid.Begin(images, i % images.Count, Wide);
            grid.Advance(parameters, 256);
            posterior.Flow.LogDensity(grid.Points, logDensity);
            grid.Divergence(logDensity);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void What_is_no_plane_or_no_grid_is_refused()
    {
        LatentGaussianModel line = new(Pixels, new FlowShape(3), [new DenseShape(4, Activation.Tanh)]);
        Assert.Throws<ArgumentException>(() => new PosteriorGrid(line, 8, _workers));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PosteriorGrid(Models[0], 0, _workers));
        (MadeUpImages images, float[] parameters) = Made(Models[0]);
        PosteriorGrid grid = new(Models[0], 8, _workers);
        Assert.Throws<ArgumentException>(() => grid.Begin(images, 0, new PlaneView(1, 1, 0, 1)));
        Assert.Throws<ArgumentException>(() => grid.Begin(images, 0, new PlaneView(0, float.NaN, 0, 1)));
        grid.Begin(images, 0, Wide);
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.Advance(parameters, 0));
        Assert.Throws<ArgumentException>(() => grid.Divergence(new float[63]));
    }

    private static LatentGaussianModel Model(string formula, PixelLikelihood likelihood, bool shares = false) => new(
        Pixels,
        Small.Posterior(formula, 2),
        [new DenseShape(8, Activation.Maxout, 2), new DenseShape(6, Activation.Tanh)],
        likelihood,
        sharesLayers: shares);

    private static (MadeUpImages Images, float[] Parameters) Made(LatentGaussianModel model)
    {
        float[] parameters = model.Initialize(7);

        // Heads that say something of an image, layers that bend.
        Span<float> heads = parameters.AsSpan(model.Encoder)[model.EncoderShape.Weights(model.EncoderShape.Layers.Count - 1)];
        for (int i = 0; i < heads.Length; i++)
        {
            heads[i] *= 6;
        }

        return (new MadeUpImages(9, Pixels, grey: model.Likelihood == PixelLikelihood.Gaussian), parameters);
    }

    private PosteriorGrid Evaluated(LatentGaussianModel model, float[] parameters, MadeUpImages images, int image, PlaneView view, int side)
    {
        PosteriorGrid grid = new(model, side, _workers);
        grid.Begin(images, image, view);
        grid.Advance(parameters, side * side);
        Assert.True(grid.IsComplete);
        return grid;
    }

    /// <summary>One image, many times.</summary>
    private sealed class Repeated(MadeUpImages images, int image) : ImageSource
    {
        public override int Count => ImageCoder.Capacity;

        public override int Pixels => images.Pixels;

        public override void Fill(ReadOnlySpan<int> places, long epoch, Span<float> destination, int stride)
        {
            int[] same = new int[places.Length];
            Array.Fill(same, image);
            images.Fill(same, epoch, destination, stride);
        }
    }
}
