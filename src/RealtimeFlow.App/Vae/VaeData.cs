using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Vae;

/// <summary>Which images of a set.</summary>
internal enum ImageSplit
{
    /// <summary>Those that were published for a test.</summary>
    Test,

    /// <summary>The last sixth of the others: of 60,000 the last 10,000.</summary>
    Validation,

    /// <summary>Those before them.</summary>
    Training,
}

/// <summary>The images that a verb works on: a set with a name, a folder with the files of one, or a file.</summary>
internal sealed class VaeData
{
    // What is drawn once follows from these alone, and not from the seed of a run: else runs could not be compared.
    private const ulong TrainingSeed = 0, TestSeed = 1;

    private const int ValidationShare = 6;

    private readonly Lazy<ImageSet> _training, _test;

    private VaeData(string name, string training, string test)
    {
        Name = name;
        _training = new Lazy<ImageSet>(() => ImageReader.Read(training));
        _test = training == test ? _training : new Lazy<ImageSet>(() => ImageReader.Read(test));
    }

    /// <summary>What the command line called it.</summary>
    public string Name { get; }

    /// <summary>The option that names the images.</summary>
    public static Option<string> Option()
    {
        Option<string> option = Options.File(
            "--data",
            "NAME|PATH",
            $"the images: {Suggestion.List(ImageArchive.Names)}, which rtflow data finds; a folder with the same files; or one file, IDX (gzipped or not) or .npy (greys from 0 to 1, [N, P], each taken as the nearest of 256), which has no test images apart");
        option.DefaultValueFactory = _ => ImageArchive.All[0].Name;
        return option;
    }

    /// <summary>Finds the files; they are read when they are needed.</summary>
    /// <param name="name">The name of a set, a folder or a file.</param>
    /// <exception cref="IOException">There are none; the message says how to get them.</exception>
    public static VaeData Find(string name)
    {
        if (File.Exists(name))
        {
            return new VaeData(name, name, name);
        }

        ImageArchive? archive = Directory.Exists(name) ? null : ImageArchive.Find(name);
        string folder = Directory.Exists(name) ? name
            : archive == null ? throw new FileNotFoundException(
                $"'{name}' is no file, no folder, nor one of the sets: {Suggestion.List(ImageArchive.Names)}{Suggestion.For(name, ImageArchive.Names)}")
            : archive.FolderWith(null) ?? throw new FileNotFoundException(
                $"{archive.Name} is not on this machine; get it by: {archive.Cure} (rtflow data says where it is looked for)");
        return new VaeData(name, Require(folder, ImageArchive.TrainImages), Require(folder, ImageArchive.TestImages));
    }

    /// <summary>Images as a model sees them.</summary>
    /// <param name="split">Which.</param>
    /// <param name="binarization">What becomes of their pixels.</param>
    /// <exception cref="FileFormatException">The file is not as it should be, or too short to be split.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ImageRows Rows(ImageSplit split, Binarization binarization)
    {
        if (split == ImageSplit.Test)
        {
            return new ImageRows(_test.Value, binarization, TestSeed);
        }

        ImageRows all = AllForTraining(binarization);
        int held = all.Count / ValidationShare;
        return held == 0 ? throw new FileFormatException($"{Name}: has {all.Count} images: expected at least {ValidationShare}, to hold out the last sixth")
            : split == ImageSplit.Training ? all.Slice(0, all.Count - held)
            : all.Slice(all.Count - held, held);
    }

    /// <summary>All images but those for a test.</summary>
    /// <inheritdoc cref="Rows"/>
    public ImageRows AllForTraining(Binarization binarization) => new(_training.Value, binarization, TrainingSeed);

    /// <summary>Refuses images of another size than those of a model.</summary>
    public void RequireKind(ImageRows rows, ImageKind kind, string model)
    {
        if ((rows.Images.Height, rows.Images.Width) != (kind.Height, kind.Width))
        {
            throw new FileFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Name}: has images of {rows.Images.Height} × {rows.Images.Width}, but '{model}' is a model of {kind.Height} × {kind.Width}"));
        }
    }

    private static string Require(string folder, string file) =>
        ImageArchive.FileIn(folder, file) ?? throw new FileNotFoundException($"'{folder}' has no file {file}, nor {file}.gz");
}
