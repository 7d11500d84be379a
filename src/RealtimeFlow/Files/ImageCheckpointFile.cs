using RealtimeFlow.Amortized;

namespace RealtimeFlow.Files;

/// <summary>
/// Runs on images as safetensors files: <c>format</c> is <c>realtimeflow-vae-checkpoint</c>. They have all that the file of the model has
/// (<see cref="ImageModelFile"/>), in the metadata also <c>options</c> and <c>state</c>, each a JSON object, and <c>note</c>, and what the
/// optimizer keeps of each number, in the order of the others: <c>optimizer.first</c> and <c>optimizer.second</c>.
/// </summary>
public static class ImageCheckpointFile
{
    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is not a sound checkpoint; the message names the file, the tensor and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static ImageCheckpoint Read(string path) => TensorReader.ReadFile(path, Read);

    /// <summary>Reads a checkpoint from a stream that can seek, from its beginning to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="FileFormatException">It is not a sound checkpoint; the message names the tensor and the reason.</exception>
    public static ImageCheckpoint Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return TensorReader.ReadStream(stream, file =>
        {
            ImageCheckpointMetadata metadata = new();
            ImageModelReader reader = new(file, metadata, isCheckpoint: true);
            return new ImageCheckpoint(
                new AmortizedCheckpoint(
                    reader.Model,
                    metadata.Options,
                    metadata.State,
                    reader.ReadParameters(),
                    reader.ReadKept(0, isSigned: true),
                    reader.ReadKept(1, isSigned: false)),
                metadata.Images,
                metadata.Note);
        });
    }

    /// <summary>Writes a checkpoint: a crash at any moment leaves the old file or the new one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="ArgumentException">The model has more hidden layers, or layers of its posterior, than a file can have.</exception>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, ImageCheckpoint checkpoint) => AtomicFile.Write(path, stream => Write(stream, checkpoint));

    /// <summary>Writes a checkpoint to a stream.</summary>
    /// <inheritdoc cref="Write(string, ImageCheckpoint)"/>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    public static void Write(Stream stream, ImageCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(checkpoint);
        AmortizedCheckpoint run = checkpoint.Run;
        ImageModelFile.RequireLayers(run.Model, nameof(checkpoint));
        TensorWriter tensors = new(stream);
        tensors.WriteHeader(new ImageModelLayout(run.Model, isCheckpoint: true), ImageCheckpointMetadata.Texts(checkpoint));
        tensors.Write(run.Parameters.Span);
        tensors.Write(run.First.Span);
        tensors.Write(run.Second.Span);
    }
}
