using RealtimeFlow.Amortized;

namespace RealtimeFlow.Files;

/// <summary>
/// Models of images as safetensors files: <c>format</c> is <c>realtimeflow-vae</c>. The metadata say of the posterior what those of a flow say
/// (<see cref="ModelFile"/>; <c>dimension</c> is the number of latent variables), and have <c>height</c>, <c>width</c>, <c>binarization</c>,
/// <c>likelihood</c>, <c>hidden</c> (as in <c>maxout:400:4,tanh:100</c>), <c>constraint</c> and <c>layers_of</c>. Layer I of the networks has
/// <c>encoder.I.weight</c> and <c>decoder.I.weight</c>, [units, inputs], and <c>.bias</c>; layers that all images share have their raw
/// numbers, layer after layer, in <c>layers</c>. All are F32.
/// </summary>
public static class ImageModelFile
{
    /// <summary>Whether a file says that it holds a model of images; whether it is a sound one, reading it tells.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is no safetensors file; the message names the file and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static bool IsAt(string path) => TensorReader.ReadFile(
        path, stream => new TensorReader(stream).FindMetadata(ModelLayout.FormatKey) == ImageModelMetadata.Format);

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is not a sound model; the message names the file, the tensor and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static ImageModel Read(string path) => TensorReader.ReadFile(path, Read);

    /// <summary>Reads a model from a stream that can seek, from its beginning to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="FileFormatException">It is not a sound model; the message names the tensor and the reason.</exception>
    public static ImageModel Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return TensorReader.ReadStream(stream, file =>
        {
            ImageModelMetadata metadata = new();
            ImageModelReader reader = new(file, metadata, isCheckpoint: false);
            return new ImageModel(reader.Model, metadata.Images, reader.ReadParameters());
        });
    }

    /// <summary>Writes a model: a crash at any moment leaves the old file or the new one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">It has more hidden layers, or layers of its posterior, than a file can have.</exception>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, ImageModel model) => AtomicFile.Write(path, stream => Write(stream, model));

    /// <summary>Writes a model to a stream.</summary>
    /// <inheritdoc cref="Write(string, ImageModel)"/>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="model">The model.</param>
    public static void Write(Stream stream, ImageModel model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        RequireLayers(model.Shape, nameof(model));
        TensorWriter tensors = new(stream);
        tensors.WriteHeader(
            new ImageModelLayout(model.Shape, isCheckpoint: false),
            ImageModelMetadata.Texts(ImageModelMetadata.Format, model.Shape, model.Images));

        // The tensors lie in the order of the block.
        tensors.Write(model.Parameters.Span);
    }

    /// <summary>Refuses a model that no file could be read as.</summary>
    internal static void RequireLayers(LatentGaussianModel model, string name)
    {
        ModelFile.RequireLayers(model.Posterior, name);
        if (model.Hidden.Count > HiddenLayers.Most)
        {
            throw new ArgumentException($"Has {model.Hidden.Count} hidden layers; a file can have at most {HiddenLayers.Most}.", name);
        }
    }
}
