using RealtimeFlow.Amortized;
using RealtimeFlow.Networks;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Amortized;

/// <summary>The free energy and the importance-weighted bound of a model in float64, one image and one sample at a time, for differences.</summary>
internal sealed class ReferenceModel(LatentGaussianModel model, double[] parameters)
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <summary>−ln 1/S Σ w_s, averaged over images; for one sample the free energy.</summary>
    /// <param name="images">The images.</param>
    /// <param name="noise">ε: of each sample that of each image.</param>
    /// <param name="beta">β.</param>
    public double Bound(double[][] images, double[][][] noise, double beta) => images.Select((image, row) =>
    {
        double[] logWeights = [.. noise.Select(sample =>
        {
            (double logLikelihood, double logPrior, double logPosterior) = Terms(image, sample[row]);
            return (beta * (logLikelihood + logPrior)) - logPosterior;
        })];
        double largest = logWeights.Max();
        return Math.Log(logWeights.Length) - largest - Math.Log(logWeights.Sum(x => Math.Exp(x - largest)));
    }).Average();

    /// <summary>ln p(x|z), ln p(z) and ln q(z|x) at the z of a noise.</summary>
    public (double LogLikelihood, double LogPrior, double LogPosterior) Terms(double[] image, double[] noise)
    {
        int latents = model.Latents;
        double[] heads = Forward(model.EncoderShape, parameters[model.Encoder], image);
        double[] block = model.SharesLayers ? [.. heads, .. parameters[model.SharedLayers]] : heads;
        ReferenceFlow flow = new(model.Posterior, ReferenceConstraint.Effective(model.Posterior, model.Constraint, block));
        double[] z = new double[latents];
        double logPosterior = -0.5 * latents * LogTwoPi;
        for (int j = 0; j < latents; j++)
        {
            z[j] = heads[j] + (Math.Exp(heads[latents + j]) * noise[j]);
            logPosterior -= heads[latents + j] + (0.5 * noise[j] * noise[j]);
        }

        logPosterior -= flow.Forward(z);
        (double logLikelihood, double logPrior) = Joint(image, z);
        return (logLikelihood, logPrior, logPosterior);
    }

    /// <summary>ln p(x, z).</summary>
    public double LogJoint(double[] image, double[] z)
    {
        (double logLikelihood, double logPrior) = Joint(image, z);
        return logLikelihood + logPrior;
    }

    private (double LogLikelihood, double LogPrior) Joint(double[] image, double[] z)
    {
        double[] outputs = Forward(model.DecoderShape, parameters[model.Decoder], z);
        double logPrior = -0.5 * (Vectors.Dot(z, z) + (z.Length * LogTwoPi));
        double logLikelihood = image.Select((x, p) => model.Likelihood == PixelLikelihood.Bernoulli
            ? (x * outputs[p]) - Softplus(outputs[p])
            : -0.5 * (Math.Pow((x - outputs[p]) * Math.Exp(-outputs[image.Length + p]), 2) + (2 * outputs[image.Length + p]) + LogTwoPi)).Sum();
        return (logLikelihood, logPrior);
    }

    /// <summary>What a network makes of its inputs.</summary>
    public static double[] Forward(NetworkShape shape, ReadOnlySpan<double> block, double[] values)
    {
        for (int i = 0; i < shape.Layers.Count; i++)
        {
            DenseShape layer = shape.Layers[i];
            double[] biases = block[shape.Biases(i)].ToArray();
            double[] weights = block[shape.Weights(i)].ToArray(), inputs = values;
            double[] units = [.. biases.Select((bias, unit) => bias + Vectors.Dot(weights.AsSpan(unit * inputs.Length, inputs.Length), inputs))];
            values = layer.Activation switch
            {
                Activation.Tanh => [.. units.Select(Math.Tanh)],
                Activation.Softplus => [.. units.Select(Softplus)],
                Activation.Relu => [.. units.Select(x => Math.Max(x, 0))],
                Activation.Maxout => [.. units.Chunk(layer.Window).Select(window => window.Max())],
                _ => units,
            };
        }

        return values;
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
