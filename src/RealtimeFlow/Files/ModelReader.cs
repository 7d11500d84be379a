using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>
/// Reads one model, taking nothing on trust. What it allocates before the model itself is no more than the file's length and 1 MiB,
/// whatever the file.
/// </summary>
internal sealed class ModelReader(Stream stream)
{
    private readonly TensorReader _tensors = new(stream);
    private ModelMetadata _metadata = null!;
    private ModelLayout _layout = null!;

    public FlowDistribution Read()
    {
        _tensors.ReadHeader(ReadLayout);
        return ReadFlow();
    }

    private ModelLayout ReadLayout(ref TensorHeader header, long headerLength, long dataLength)
    {
        _metadata = new ModelMetadata();
        _metadata.Read(ref header, headerLength);
        _layout = new ModelLayout(_metadata.Dimension, _metadata.Base, _metadata.Layers);
        return _layout;
    }

    private FlowDistribution ReadFlow()
    {
        BaseKind kind = _tensors.ReadBase(_metadata.Base, ModelLayout.DegreesOfFreedom);
        FlowShape shape = new(_metadata.Dimension, kind, _metadata.Layers);

        // The block is first where the numbers of one layer after another lie as the file has them, in float64.
        int layerNumbers = shape.Layers.Select(layer => layer.ParameterCount(shape.Dimension)).DefaultIfEmpty().Max();
        float[] memory = new float[Math.Max(shape.ParameterCount, 2 * layerNumbers)];
        CheckScales(shape, MemoryMarshal.Cast<float, double>(memory.AsSpan()));

        Span<float> parameters = memory.AsSpan(0, shape.ParameterCount);
        _tensors.ReadNumbers(ModelLayout.Location, parameters[shape.Location]);
        _tensors.ReadNumbers(ModelLayout.LogScale, parameters[shape.LogScale]);
        CheckLogScale(parameters[shape.LogScale]);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = parameters[shape.Layer(layer)];
            ReadLayer(layer, numbers);
            if (shape.Layers[layer].Defect(shape.Dimension, numbers) is string defect)
            {
                throw Refuse(_layout.NameOf(ModelLayout.Scale(layer)), $"the {shape.Layers[layer]} layer {defect}");
            }
        }

        return new FlowDistribution(shape, parameters, _metadata.Direction);
    }

    private void CheckLogScale(ReadOnlySpan<float> logScale)
    {
        for (int i = 0; i < logScale.Length; i++)
        {
            if (!BaseDistribution.IsLogScale(logScale[i]))
            {
                throw Refuse(_layout.NameOf(ModelLayout.LogScale), string.Create(
                    CultureInfo.InvariantCulture, $"number {i} is {logScale[i]:g6}, whose exponential is no normal float32"));
            }
        }
    }

    /// <summary>Each s that is stored is that of the numbers as they are stored, before they are rounded to float32.</summary>
    private void CheckScales(FlowShape shape, Span<double> memory)
    {
        Span<double> stored = stackalloc double[1];
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            int slot = ModelLayout.Scale(layer);
            if (!_tensors.Has(slot))
            {
                continue;
            }

            Span<double> numbers = memory[..shape.Layers[layer].ParameterCount(shape.Dimension)];
            ReadLayer(layer, numbers);
            _tensors.ReadNumbers(slot, stored);

            // 2⁻²² of the magnitudes that s is the sum of are four roundings of it to float32.
            double s = shape.Layers[layer].Scale(shape.Dimension, numbers, out double magnitude);
            if (Math.Abs(stored[0] - s) > Math.ScaleB(magnitude, -22))
            {
                throw Refuse(_layout.NameOf(slot), string.Create(
                    CultureInfo.InvariantCulture, $"is {stored[0]:g9}, but the layer's parameters give {s:g9}: one of them is damaged"));
            }
        }
    }

    private void ReadLayer<T>(int layer, Span<T> numbers)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        for (int slot = ModelLayout.Parameters(layer); !numbers.IsEmpty; slot++)
        {
            int length = _layout.LengthOf(slot);
            _tensors.ReadNumbers(slot, numbers[..length]);
            numbers = numbers[length..];
        }
    }

    private static FileFormatException Refuse(string part, string reason) => TensorHeader.Refuse(part, reason);
}
