using System.Text;
using RealtimeFlow.Amortized;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Files;

/// <summary>
/// Which tensors the file of a model of images has: of each layer of its networks the weights, a matrix of a row a unit, and the biases, and
/// the raw numbers of layers that all images share; in the order of the block. A checkpoint has also what the optimizer keeps.
/// </summary>
internal sealed class ImageModelLayout : TensorLayout
{
    private readonly List<(string Name, int Length, int Columns)> _tensors = [];

    /// <param name="model">The model.</param>
    /// <param name="isCheckpoint">Whether the file is one of a run.</param>
    public ImageModelLayout(LatentGaussianModel model, bool isCheckpoint)
    {
        Add("encoder", model.EncoderShape);
        Add("decoder", model.DecoderShape);
        (_, int shared) = model.SharedLayers.GetOffsetAndLength(model.ParameterCount);
        _tensors.Add(("layers", shared, 0));
        ModelSlots = _tensors.Count;
        int kept = isCheckpoint ? model.ParameterCount : 0;
        _tensors.Add(("optimizer.first", kept, 0));
        _tensors.Add(("optimizer.second", kept, 0));
    }

    /// <summary>The slots of the model, from 0; the optimizer's two follow.</summary>
    public int ModelSlots { get; }

    /// <inheritdoc/>
    public override string Description => "such a model";

    /// <inheritdoc/>
    public override int Slots => _tensors.Count;

    /// <inheritdoc/>
    public override int Find(ReadOnlySpan<byte> name)
    {
        for (int slot = 0; slot < _tensors.Count; slot++)
        {
            if (_tensors[slot].Length > 0 && Ascii.Equals(name, _tensors[slot].Name))
            {
                return slot;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override string NameOf(int slot) => _tensors[slot].Name;

    /// <inheritdoc/>
    public override int LengthOf(int slot) => _tensors[slot].Length;

    /// <inheritdoc/>
    public override int ColumnsOf(int slot) => _tensors[slot].Columns;

    /// <inheritdoc/>
    public override int BytesOf(int slot) => sizeof(float);

    private void Add(string network, NetworkShape shape)
    {
        for (int layer = 0; layer < shape.Layers.Count; layer++)
        {
            (int units, int inputs) = (shape.Layers[layer].Units, shape.InputsOf(layer));
            _tensors.Add(($"{network}.{ModelLayout.Text(layer)}.weight", units * inputs, inputs));
            _tensors.Add(($"{network}.{ModelLayout.Text(layer)}.bias", units, 0));
        }
    }
}
