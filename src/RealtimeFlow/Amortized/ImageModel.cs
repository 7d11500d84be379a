namespace RealtimeFlow.Amortized;

/// <summary>What the images of a model are, beyond how many pixels they have.</summary>
/// <param name="Height">Rows of pixels, at least 1.</param>
/// <param name="Width">Pixels of a row, at least 1.</param>
/// <param name="Binarization">What becomes of their grey pixels.</param>
public readonly record struct ImageKind(int Height, int Width, Binarization Binarization);

/// <summary>A trained model. <see cref="Files.ImageModelFile"/> keeps it.</summary>
public sealed record ImageModel
{
    /// <summary>Puts a model together.</summary>
    /// <param name="shape">The model without its numbers.</param>
    /// <param name="images">What its images are.</param>
    /// <param name="parameters">Its block, not copied.</param>
    /// <exception cref="ArgumentException">The images have another number of pixels, or the block another length.</exception>
    public ImageModel(LatentGaussianModel shape, ImageKind images, ReadOnlyMemory<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Check(shape, images, parameters.Length);
        (Shape, Images, Parameters) = (shape, images, parameters);
    }

    /// <summary>The model without its numbers.</summary>
    public LatentGaussianModel Shape { get; }

    /// <summary>What its images are.</summary>
    public ImageKind Images { get; }

    /// <summary>Its block.</summary>
    public ReadOnlyMemory<float> Parameters { get; }

    /// <summary>Refuses what does not belong together.</summary>
    internal static void Check(LatentGaussianModel shape, ImageKind images, int parameters)
    {
        if ((long)images.Height * images.Width != shape.Pixels || parameters != shape.ParameterCount)
        {
            throw new ArgumentException(
                $"Images of {images.Height} × {images.Width} and {parameters} numbers: the model has {shape.Pixels} pixels and {shape.ParameterCount} numbers.");
        }
    }
}

/// <summary>A run between two steps, and what its images are. <see cref="Files.ImageCheckpointFile"/> keeps it.</summary>
public sealed record ImageCheckpoint
{
    /// <summary>Puts a checkpoint together.</summary>
    /// <param name="run">The run.</param>
    /// <param name="images">What its images are.</param>
    /// <param name="note">What the caller wants to find again with it, such as the length of the run; or empty.</param>
    /// <exception cref="ArgumentException">The images have another number of pixels, or a block another length.</exception>
    public ImageCheckpoint(AmortizedCheckpoint run, ImageKind images, string note)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(note);
        foreach (ReadOnlyMemory<float> numbers in (ReadOnlySpan<ReadOnlyMemory<float>>)[run.Parameters, run.First, run.Second])
        {
            ImageModel.Check(run.Model, images, numbers.Length);
        }

        (Run, Images, Note) = (run, images, note);
    }

    /// <summary>The run.</summary>
    public AmortizedCheckpoint Run { get; }

    /// <summary>What its images are.</summary>
    public ImageKind Images { get; }

    /// <summary>What the caller wants to find again.</summary>
    public string Note { get; }
}
