using System.Globalization;
using RealtimeFlow.Amortized;

namespace RealtimeFlow.Files;

/// <summary>Reads the tensors of a model of images, taking nothing on trust: no allocation exceeds what the file's length justifies.</summary>
internal sealed class ImageModelReader
{
    private readonly TensorReader _tensors;
    private readonly ImageModelLayout _layout;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="metadata">Receives the metadata.</param>
    /// <param name="isCheckpoint">Whether the file is one of a run.</param>
    public ImageModelReader(Stream stream, ImageModelMetadata metadata, bool isCheckpoint)
    {
        LatentGaussianModel? model = null;
        ImageModelLayout? layout = null;
        _tensors = new TensorReader(stream);
        _tensors.ReadHeader(ReadLayout);
        (Model, _layout) = (model!, layout!);

        ImageModelLayout ReadLayout(ref TensorHeader header, long headerLength, long dataLength)
        {
            model = metadata.ReadModel(ref header, headerLength, dataLength);
            return layout = new ImageModelLayout(model, isCheckpoint);
        }
    }

    /// <summary>The model without its numbers.</summary>
    public LatentGaussianModel Model { get; }

    /// <summary>The model's block.</summary>
    public float[] ReadParameters()
    {
        float[] parameters = new float[Model.ParameterCount];
        for (int slot = 0, start = 0; slot < _layout.ModelSlots; slot++)
        {
            int length = _layout.LengthOf(slot);
            _tensors.ReadNumbers(slot, parameters.AsSpan(start, length));
            start += length;
        }

        return parameters;
    }

    /// <summary>One of the two blocks that the optimizer keeps.</summary>
    /// <param name="which">0 or 1.</param>
    /// <param name="isSigned">Whether its numbers may be below 0.</param>
    public float[] ReadKept(int which, bool isSigned)
    {
        int slot = _layout.ModelSlots + which;
        float[] numbers = new float[Model.ParameterCount];
        _tensors.ReadNumbers<float>(slot, numbers);
        int negative = isSigned ? -1 : Array.FindIndex(numbers, number => number < 0);
        return negative < 0 ? numbers : throw TensorHeader.Refuse(
            _layout.NameOf(slot),
            string.Create(CultureInfo.InvariantCulture, $"number {negative} is {numbers[negative]:g6}: expected none below 0"));
    }
}
