using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Files;

/// <summary>
/// Checkpoints as safetensors files, of a format of their own: <c>format</c> is <c>realtimeflow-checkpoint</c>. The metadata say of the
/// flow what those of a model say (<see cref="ModelFile"/>), and have <c>options</c> and <c>state</c>, each a JSON object,
/// <c>target</c> and <c>note</c>. The tensors hold one number for each parameter, in the order of the block that <see cref="FlowShape"/>
/// describes: <c>parameters</c> (raw, F32), <c>kept</c> (those of another moment, effective, F32; optional), <c>gradient.mean</c> and <c>gradient.square</c> (F64), <c>average.sum</c> (F64, where the
/// parameters are averaged) and the optimizer's <c>optimizer.*</c> (F64); a Student-t base also has <c>base.degrees_of_freedom</c>.
/// </summary>
public static class CheckpointFile
{
    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="FileFormatException">It is not a sound checkpoint; the message names the file, the tensor and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static Checkpoint Read(string path) => TensorReader.ReadFile(path, Read);

    /// <summary>Reads a checkpoint from a stream that can seek, from its beginning to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="FileFormatException">It is not a sound checkpoint; the message names the tensor and the reason.</exception>
    public static Checkpoint Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return TensorReader.ReadStream(stream, file => new CheckpointReader(file).Read());
    }

    /// <summary>Writes a checkpoint: a crash at any moment leaves the old file or the new one.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="ArgumentException">The flow has more than <see cref="FlowShape.MaximumLayers"/> layers.</exception>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public static void Write(string path, Checkpoint checkpoint) => AtomicFile.Write(path, stream => Write(stream, checkpoint));

    /// <summary>Writes a checkpoint to a stream.</summary>
    /// <inheritdoc cref="Write(string, Checkpoint)"/>
    /// <param name="stream">Receives the bytes.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(checkpoint);
        FlowShape shape = checkpoint.Shape;
        ModelFile.RequireLayers(shape, nameof(checkpoint));
        TensorWriter tensors = new(stream);
        tensors.WriteHeader(
            new CheckpointLayout(shape.Base, shape.ParameterCount, checkpoint.KeptParameters.Length, checkpoint.Options), CheckpointMetadata.Texts(checkpoint));
        tensors.Write<float>(checkpoint.Raw);
        if (shape.Base.DegreesOfFreedom is float degrees)
        {
            tensors.Write<float>([degrees]);
        }

        tensors.Write<float>(checkpoint.KeptParameters);
        tensors.Write<double>(checkpoint.GradientMean);
        tensors.Write<double>(checkpoint.GradientSquare);
        tensors.Write<double>(checkpoint.AverageSum);
        foreach (double[] numbers in checkpoint.OptimizerState)
        {
            tensors.Write<double>(numbers);
        }
    }
}
