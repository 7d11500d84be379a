using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Networks;
using RealtimeFlow.Tests.Files;

namespace RealtimeFlow.Tests.Amortized;

public sealed class ImageCoderTests : IDisposable
{
    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Means_and_deviations_are_what_the_encoder_says()
    {
        foreach (LatentGaussianModel shape in SmallImageModels.Shapes)
        {
            MadeUpImages images = SmallImageModels.Images(shape);
            float[] parameters = shape.Initialize(3);
            (float[] means, float[] deviations, _) = Encode(shape, parameters, images, 16, 7, _workers);

            Network encoder = new(shape.EncoderShape, 7, _workers);
            float[] columns = new float[6 * 16];
            images.Fill([16, 17, 18, 19, 20, 21, 22], 0, columns, 16);
            encoder.Forward(parameters.AsSpan(shape.Encoder), columns, 7);
            for (int i = 0; i < means.Length; i++)
            {
                (int image, int latent) = Math.DivRem(i, shape.Latents);
                Assert.Equal(encoder.Output[(latent * 16) + image], means[i]);
                Assert.Equal(MathF.Exp(encoder.Output[((shape.Latents + latent) * 16) + image]), deviations[i]);
            }
        }
    }

    [Fact]
    public void Without_layers_samples_have_the_means_and_deviations_of_their_Gaussians()
    {
        LatentGaussianModel shape = SmallImageModels.Shapes[0];
        MadeUpImages images = SmallImageModels.Images(shape);
        double sum = 0, squares = 0;
        const int Seeds = 500;
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            (float[] means, float[] deviations, float[] points) = Encode(shape, shape.Initialize(3), images, 0, 5, _workers, seed);
            for (int i = 0; i < points.Length; i++)
            {
                double noise = (points[i] - means[i]) / deviations[i];
                sum += noise;
                squares += noise * noise;
            }
        }

        // 5,000 numbers of N(0, 1): four standard errors of their mean, and of the mean of their squares.
        const double Count = Seeds * 5 * 2;
        Assert.InRange(sum / Count, -4 / Math.Sqrt(Count), 4 / Math.Sqrt(Count));
        Assert.InRange((squares / Count) - 1, -4 * Math.Sqrt(2 / Count), 4 * Math.Sqrt(2 / Count));
    }

    [Fact]
    public void The_code_of_an_image_depends_neither_on_those_beside_it_nor_on_the_threads()
    {
        using WorkerPool one = new(1);
        foreach (LatentGaussianModel shape in SmallImageModels.Shapes)
        {
            MadeUpImages images = SmallImageModels.Images(shape);
            float[] parameters = shape.Initialize(3);
            (float[] means, float[] deviations, float[] points) = Encode(shape, parameters, images, 0, 23, _workers);
            (float[] meansOfLast, float[] deviationsOfLast, float[] pointsOfLast) = Encode(shape, parameters, images, 16, 7, one);
            Assert.Equal(meansOfLast, means[(16 * shape.Latents)..]);
            Assert.Equal(deviationsOfLast, deviations[(16 * shape.Latents)..]);
            Assert.Equal(pointsOfLast, points[(16 * shape.Latents)..]);
        }
    }

    [Fact]
    public void Pixels_are_what_the_decoder_says_of_the_points()
    {
        foreach (LatentGaussianModel shape in SmallImageModels.Shapes)
        {
            float[] parameters = shape.Initialize(3), points = [.. Enumerable.Range(0, 21 * shape.Latents).Select(i => MathF.Sin(i))], pixels = new float[21 * 6];
            new ImageCoder(shape, _workers).Decode(parameters, points, pixels);

            Network decoder = new(shape.DecoderShape, 21, _workers);
            float[] columns = new float[shape.Latents * 32];
            for (int i = 0; i < points.Length; i++)
            {
                columns[(i % shape.Latents * 32) + (i / shape.Latents)] = points[i];
            }

            decoder.Forward(parameters.AsSpan(shape.Decoder), columns, 21);
            for (int i = 0; i < pixels.Length; i++)
            {
                double output = decoder.Output[(i % 6 * 32) + (i / 6)];

                // A float's exponential, sum and quotient: half a unit in the last place of a number below 2 each, and one of the exponential.
                double expected = shape.Likelihood == PixelLikelihood.Gaussian ? output : 1 / (1 + Math.Exp(-output));
                Assert.InRange(pixels[i] - expected, -Math.ScaleB(3, -24), Math.ScaleB(3, -24));
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        LatentGaussianModel shape = SmallImageModels.Shapes[0];
        ImageCoder coder = new(shape, _workers);
        MadeUpImages images = SmallImageModels.Images(shape);
        float[] parameters = shape.Initialize(1), codes = new float[46];
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Encode(parameters, images, 8, 1, 1, codes, codes, codes));
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Encode(parameters, images, 16, 8, 1, codes, codes, codes));
        Assert.Throws<ArgumentOutOfRangeException>(() => coder.Encode(parameters, images, 0, 0, 1, codes, codes, codes));
        Assert.Throws<ArgumentException>(() => coder.Decode(parameters, new float[4], new float[11]));
        Assert.Throws<ArgumentException>(() => coder.Decode(parameters, new float[3], new float[6]));
        Assert.Throws<ArgumentException>(() => coder.Decode(parameters, [], []));
        Assert.Throws<ArgumentException>(() => coder.Decode(parameters, new float[2 * 129], new float[6 * 129]));
    }

    private static (float[] Means, float[] Deviations, float[] Points) Encode(
        LatentGaussianModel shape, float[] parameters, MadeUpImages images, int first, int count, WorkerPool workers, ulong seed = 4)
    {
        (float[] means, float[] deviations, float[] points) = (new float[count * shape.Latents], new float[count * shape.Latents], new float[count * shape.Latents]);
        new ImageCoder(shape, workers).Encode(parameters, images, first, count, seed, means, deviations, points);
        return (means, deviations, points);
    }
}
