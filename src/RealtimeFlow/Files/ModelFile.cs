using RealtimeFlow.Density;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Files;

/// <summary>
/// Models as safetensors files: eight bytes of header length, a JSON header, raw little-endian tensors, so that any reader of that
/// format opens them. Layer I has the effective parameters <c>layers.I.w</c>, <c>.u</c>, <c>.b</c> (planar) or <c>.center</c>,
/// <c>.alpha</c>, <c>.beta</c> (radial), and <c>layers.I.s</c> as a check. The base has <c>base.mean</c> and <c>base.log_scale</c>
/// (gaussian), <c>base.center</c> and <c>base.log_half_width</c> (uniform), or <c>base.location</c>, <c>base.log_scale</c> and
/// <c>base.degrees_of_freedom</c> (student-t).
/// </summary>
public static class ModelFile
{
    /// <summary>Reads a model.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is not a sound model; the message names the file, the tensor and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static FlowDistribution Read(string path) => TensorReader.ReadFile(path, Read);

    /// <summary>Reads a model from a stream that can seek, from its beginning to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="FileFormatException">It is not a sound model; the message names the tensor and the reason.</exception>
    public static FlowDistribution Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return TensorReader.ReadStream(stream, file => new ModelReader(file).Read());
    }

    /// <summary>Writes a model in float32: a crash at any moment leaves the old file or the new one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">It has more than <see cref="FlowShape.MaximumLayers"/> layers.</exception>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, FlowDistribution model) => AtomicFile.Write(path, stream => Write(stream, model));

    /// <summary>Writes a model to a stream.</summary>
    /// <inheritdoc cref="Write(string, FlowDistribution)"/>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="model">The model.</param>
    public static void Write(Stream stream, FlowDistribution model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        FlowShape shape = model.Shape;
        RequireLayers(shape, nameof(model));
        ModelLayout layout = new(shape.Dimension, shape.Base, shape.Layers);
        TensorWriter tensors = new(stream);
        tensors.WriteHeader(layout, ModelMetadata.Texts(ModelLayout.Format, shape, model.Direction));
        int first = 0, layer = 0;
        for (int slot = 0; slot < layout.Slots; slot++)
        {
            int length = layout.LengthOf(slot);
            if (ModelLayout.IsScale(slot))
            {
                tensors.Write<float>([(float)model.Scale(layer++)]);
            }
            else if (slot != ModelLayout.DegreesOfFreedom)
            {
                tensors.Write(model.Parameters.Slice(first, length));
                first += length;
            }
            else if (length > 0)
            {
                tensors.Write<float>([shape.Base.DegreesOfFreedom!.Value]);
            }
        }
    }

    /// <summary>Refuses a flow that no file could be read as.</summary>
    internal static void RequireLayers(FlowShape shape, string name)
    {
        if (shape.LayerCount > FlowShape.MaximumLayers)
        {
            throw new ArgumentException($"Has {shape.LayerCount} layers; a file can have at most {FlowShape.MaximumLayers}.", name);
        }
    }
}
