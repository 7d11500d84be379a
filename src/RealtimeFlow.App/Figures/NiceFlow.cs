using System.Numerics.Tensors;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Figures;

/// <summary>The fixed maps between the layers of <see cref="NiceFlow"/>, without which one coordinate would never move.</summary>
internal enum NiceMixing
{
    /// <summary>Orthogonal matrices, uniform in the orthogonal group (by the Haar measure).</summary>
    Orthogonal,

    /// <summary>Permutations of the two coordinates: either, with equal chances.</summary>
    Permutation,
}

/// <summary>
/// NICE on the plane (L. Dinh, D. Krueger, Y. Bengio, <i>NICE: non-linear independent components estimation</i>, 2014): additive couplings
/// (x, y) → (x, y + m(x)), m one hidden layer of rectified units, each followed by a fixed random map (<see cref="NiceMixing"/>), over a
/// diagonal Gaussian. Volume stays as it is: ln q_K(z_K) = ln q_0(z_0). What Rezende &amp; Mohamed 2015 compare with in figure 3.
/// </summary>
/// <remarks>Points are arranged as in a <see cref="Density.FlowDistribution"/>: N of x, then N of y; N is a multiple of sixteen.</remarks>
internal sealed class NiceFlow
{
    private const int BaseCount = 4;

    // Beside those of StreamNumbers.
    private const ulong MixingStream = 1000;

    private readonly float[] _mixing;

    /// <summary>Draws the maps between layers, and parameters near the identity over a standard normal base.</summary>
    /// <param name="layers">K.</param>
    /// <param name="mixing">What stands between the couplings.</param>
    /// <param name="seed">Decides both.</param>
    public NiceFlow(int layers, NiceMixing mixing, ulong seed)
    {
        LayerCount = layers;
        _mixing = new float[layers * NiceKernels.MixingCount];
        Parameters = new float[BaseCount + (layers * NiceKernels.ParameterCount)];
        float[] uniform = new float[2 * layers];
        new RandomStream(seed, MixingStream).FillUniform(0, uniform);
        new RandomStream(seed, StreamNumbers.Initialization).FillNormal(0, Parameters);
        Parameters.AsSpan(0, BaseCount).Clear();
        for (int layer = 0; layer < layers; layer++)
        {
            // (c, s; e s, −e c) with c² + s² = 1 and e = ±1 is every orthogonal matrix of the plane.
            (float turn, float e) = (uniform[2 * layer], uniform[(2 * layer) + 1] < 0.5f ? -1 : 1);
            (double sin, double cos) = mixing == NiceMixing.Orthogonal ? Math.SinCos(2 * Math.PI * turn) : e < 0 ? (0, 1) : (1, 0);
            ReadOnlySpan<float> rows = [(float)cos, (float)sin, e * (float)sin, -e * (float)cos];
            rows.CopyTo(_mixing.AsSpan(layer * NiceKernels.MixingCount));
            NiceKernels.Initialize(Layer(Parameters, layer));
        }
    }

    /// <summary>K.</summary>
    public int LayerCount { get; }

    /// <summary>The base's μ (2) and ln σ (2), then layer after layer.</summary>
    public float[] Parameters { get; }

    /// <summary>The numbers of one layer within an array that has <paramref name="each"/> for every parameter.</summary>
    public static Span<float> Layer(Span<float> numbers, int layer, int each = 1) =>
        numbers.Slice((BaseCount + (layer * NiceKernels.ParameterCount)) * each, NiceKernels.ParameterCount * each);

    /// <summary>Turns standard normal noise into points, in place; ln q_K of each into <paramref name="logDensity"/>.</summary>
    /// <param name="points">The noise, then the points.</param>
    /// <param name="logDensity">N numbers.</param>
    /// <param name="inputs">K · N numbers, or none: receives the x that each layer was given.</param>
    public void Sample(Span<float> points, Span<float> logDensity, Span<float> inputs = default)
    {
        LogDensityOfNoise(points, logDensity);
        int count = points.Length / 2;
        for (int i = 0; i < 2; i++)
        {
            Span<float> coordinate = points.Slice(i * count, count);
            TensorPrimitives.Multiply(coordinate, Scale(i), coordinate);
            TensorPrimitives.Add(coordinate, Parameters[i], coordinate);
        }

        for (int layer = 0; layer < LayerCount; layer++)
        {
            if (!inputs.IsEmpty)
            {
                points[..count].CopyTo(inputs[(layer * count)..]);
            }

            NiceKernels.Forward kernel = new() { Layer = Layer(Parameters, layer), Mixing = Mixing(layer), Points = points };
            LaneDispatch.Run(LaneDispatch.Width, ref kernel);
        }
    }

    /// <summary>Takes points back to the standard normal noise they come from, in place; ln q_K of each into <paramref name="logDensity"/>.</summary>
    public void Invert(Span<float> points, Span<float> logDensity)
    {
        for (int layer = LayerCount - 1; layer >= 0; layer--)
        {
            NiceKernels.Inverse kernel = new() { Layer = Layer(Parameters, layer), Mixing = Mixing(layer), Points = points };
            LaneDispatch.Run(LaneDispatch.Width, ref kernel);
        }

        int count = points.Length / 2;
        for (int i = 0; i < 2; i++)
        {
            Span<float> coordinate = points.Slice(i * count, count);
            TensorPrimitives.Subtract(coordinate, Parameters[i], coordinate);
            TensorPrimitives.Divide(coordinate, Scale(i), coordinate);
        }

        LogDensityOfNoise(points, logDensity);
    }

    /// <summary>
    /// Takes the derivatives by the points that <see cref="Sample"/> made back to the base, in place, adding those by the layers' parameters
    /// to sums of sixteen slots each.
    /// </summary>
    /// <param name="cotangents">The derivatives by x, then by y.</param>
    /// <param name="inputs">What <see cref="Sample"/> kept.</param>
    /// <param name="sums">Sixteen for every parameter.</param>
    public void Backward(Span<float> cotangents, ReadOnlySpan<float> inputs, Span<float> sums)
    {
        int count = cotangents.Length / 2;
        for (int layer = LayerCount - 1; layer >= 0; layer--)
        {
            NiceKernels.Backward kernel = new()
            {
                Layer = Layer(Parameters, layer),
                Mixing = Mixing(layer),
                Inputs = inputs.Slice(layer * count, count),
                Cotangents = cotangents,
                Sums = Layer(sums, layer, LaneDispatch.Slots),
            };
            LaneDispatch.Run(LaneDispatch.Width, ref kernel);
        }
    }

    /// <summary>σ of a coordinate.</summary>
    public float Scale(int i) => MathF.Exp(Parameters[2 + i]);

    /// <summary>The fixed map behind a layer's coupling, row by row.</summary>
    public ReadOnlySpan<float> Mixing(int layer) => _mixing.AsSpan(layer * NiceKernels.MixingCount, NiceKernels.MixingCount);

    /// <summary>ln q_0 of μ + σ ε: −½ ‖ε‖² − ln 2π − Σ ln σ.</summary>
    private void LogDensityOfNoise(ReadOnlySpan<float> noise, Span<float> logDensity)
    {
        ReadOnlySpan<float> x = noise[..logDensity.Length], y = noise[logDensity.Length..];
        TensorPrimitives.Multiply(x, x, logDensity);
        TensorPrimitives.FusedMultiplyAdd(y, y, logDensity, logDensity);
        TensorPrimitives.Multiply(logDensity, -0.5f, logDensity);
        TensorPrimitives.Add(logDensity, -(float)(Math.Log(2 * Math.PI) + Parameters[2] + Parameters[3]), logDensity);
    }
}
