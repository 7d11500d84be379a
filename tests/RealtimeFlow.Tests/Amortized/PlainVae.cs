namespace RealtimeFlow.Tests.Amortized;

/// <summary>
/// The variational auto-encoder of Kingma &amp; Welling in float64, by the schoolbook: a tanh layer in either network, Bernoulli pixels, back
/// propagation by hand, Adam. Its block: encoder W [h][p], b; heads for μ and ln σ [2d][h], b; decoder W [h][d], b; logits W [p][h], b.
/// </summary>
internal sealed class PlainVae(int pixels, int hidden, int latents, double[] block)
{
    private readonly double[] _mean = new double[block.Length];
    private readonly double[] _square = new double[block.Length];
    private int _steps;

    public double[] Block { get; } = block;

    /// <summary>One step of Adam; returns the free energy before it.</summary>
    public double Step(double[][] images, double[][] noise, double beta, double rate)
    {
        double[] gradient = new double[Block.Length];
        double loss = 0;
        for (int row = 0; row < images.Length; row++)
        {
            loss += Add(images[row], noise[row], beta, gradient);
        }

        _steps++;
        for (int i = 0; i < gradient.Length; i++)
        {
            double g = gradient[i] / images.Length;
            _mean[i] = (0.9 * _mean[i]) + (0.1 * g);
            _square[i] = (0.999 * _square[i]) + (0.001 * g * g);
            double mean = _mean[i] / (1 - Math.Pow(0.9, _steps)), square = _square[i] / (1 - Math.Pow(0.999, _steps));
            Block[i] -= rate * mean / (Math.Sqrt(square) + 1e-8);
        }

        return loss / images.Length;
    }

    private double Add(double[] x, double[] epsilon, double beta, double[] gradient)
    {
        int encoder = 0, heads = (pixels + 1) * hidden, decoder = heads + ((hidden + 1) * 2 * latents), logits = decoder + ((latents + 1) * hidden);
        double[] h = [.. Affine(encoder, x, hidden).Select(Math.Tanh)];
        double[] head = Affine(heads, h, 2 * latents);
        double[] sigma = [.. head[latents..].Select(Math.Exp)];
        double[] z = [.. sigma.Select((s, j) => head[j] + (s * epsilon[j]))];
        double[] g = [.. Affine(decoder, z, hidden).Select(Math.Tanh)];
        double[] l = Affine(logits, g, pixels);

        double loss = 0;
        for (int j = 0; j < latents; j++)
        {
            loss += (0.5 * z[j] * z[j]) - head[latents + j] - (0.5 * epsilon[j] * epsilon[j]);
        }

        double[] byLogits = new double[pixels];
        for (int p = 0; p < pixels; p++)
        {
            double probability = 1 / (1 + Math.Exp(-l[p]));
            loss -= (x[p] * Math.Log(probability)) + ((1 - x[p]) * Math.Log(1 - probability));
            byLogits[p] = beta * (probability - x[p]);
        }

        double[] byZ = Back(decoder, z, Slope(Back(logits, g, byLogits, gradient), g), gradient);
        double[] byHeads = new double[2 * latents];
        for (int j = 0; j < latents; j++)
        {
            byHeads[j] = byZ[j] + (beta * z[j]);
            byHeads[latents + j] = (byHeads[j] * sigma[j] * epsilon[j]) - 1;
        }

        Back(encoder, x, Slope(Back(heads, h, byHeads, gradient), h), gradient);
        return loss;
    }

    private static double[] Slope(double[] cotangent, double[] tanh) => [.. cotangent.Select((c, i) => c * (1 - (tanh[i] * tanh[i])))];

    private double[] Affine(int start, double[] x, int outputs)
    {
        double[] y = new double[outputs];
        for (int i = 0; i < outputs; i++)
        {
            y[i] = Block[start + (outputs * x.Length) + i];
            for (int j = 0; j < x.Length; j++)
            {
                y[i] += Block[start + (i * x.Length) + j] * x[j];
            }
        }

        return y;
    }

    private double[] Back(int start, double[] x, double[] cotangent, double[] gradient)
    {
        double[] result = new double[x.Length];
        for (int i = 0; i < cotangent.Length; i++)
        {
            gradient[start + (cotangent.Length * x.Length) + i] += cotangent[i];
            for (int j = 0; j < x.Length; j++)
            {
                gradient[start + (i * x.Length) + j] += cotangent[i] * x[j];
                result[j] += cotangent[i] * Block[start + (i * x.Length) + j];
            }
        }

        return result;
    }
}
