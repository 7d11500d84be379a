using RealtimeFlow.Amortized;
using RealtimeFlow.App.Vae;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>The images of a live view, and the models that learn them side by side.</summary>
internal sealed class VaeSubject
{
    /// <summary>The layers of the model that is compared with one without any.</summary>
    public const string DefaultFlow = "planar:16";

    // Of the images that are held out, so many are looked at now and then.
    private const int MostLookedAt = 1000;

    private readonly ImageModel? _opened;

    private VaeSubject(VaeData data, Binarization binarization, IReadOnlyList<LatentGaussianModel> models, ulong seed, ImageModel? opened)
    {
        // A file alone has no images for a test: then the last sixth is held out.
        bool isFile = File.Exists(data.Name);
        (Name, Seed, _opened) = (isFile ? Path.GetFileName(data.Name) : new DirectoryInfo(data.Name).Name, seed, opened);
        Training = isFile ? data.Rows(ImageSplit.Training, binarization) : data.AllForTraining(binarization);
        HeldOut = data.Rows(isFile ? ImageSplit.Validation : ImageSplit.Test, binarization);
        Kind = new ImageKind(Training.Images.Height, Training.Images.Width, binarization);
        Models = models;
    }

    /// <summary>What people call the images.</summary>
    public string Name { get; }

    /// <summary>The images that are learned.</summary>
    public ImageRows Training { get; }

    /// <summary>Those that are not, and are shown.</summary>
    public ImageRows HeldOut { get; }

    /// <summary>Those of them that are looked at now and then.</summary>
    public ImageRows LookedAt => HeldOut.Slice(0, Math.Min(MostLookedAt, HeldOut.Count));

    /// <summary>What the images are.</summary>
    public ImageKind Kind { get; }

    /// <summary>The models: one without layers and one with, or the one of a file.</summary>
    public IReadOnlyList<LatentGaussianModel> Models { get; }

    /// <summary>Decides everything random.</summary>
    public ulong Seed { get; }

    /// <summary>The image that is looked at first, of those that are held out.</summary>
    public int FirstImage { get; set; }

    /// <summary>Whether the model was trained before: it is shown, and goes on only if asked.</summary>
    public bool IsOpened => _opened != null;

    /// <summary>Images to learn from the beginning, without a flow and with one.</summary>
    /// <param name="data">A set, a folder or a file; null for the first set that this machine has.</param>
    /// <param name="latents">D.</param>
    /// <param name="formula">The layers.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <exception cref="IOException">There are no images; the message says how to get some.</exception>
    /// <exception cref="FileFormatException">They are not as they should be.</exception>
    public static VaeSubject Fresh(string? data, int latents, string formula, ulong seed)
    {
        VaeData images = VaeData.Find(data ?? FirstSet());
        VaePlan plan = new() { Latents = latents, Flow = formula, Training = new AmortizedOptions() };
        int pixels = images.Rows(ImageSplit.Test, plan.Seen).Pixels;
        return new VaeSubject(images, plan.Seen, [(plan with { Flow = VaePlan.NoFlow }).Model(pixels), plan.Model(pixels)], seed, opened: null);
    }

    /// <summary>A model of a file, with images of its kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">As for <see cref="Fresh"/>.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <exception cref="IOException">There is no model, or there are no images.</exception>
    /// <exception cref="FileFormatException">They are not as they should be.</exception>
    public static VaeSubject Open(string path, string? data, ulong seed)
    {
        ImageModel model = ImageModelFile.Read(path);
        VaeSubject subject = new(VaeData.Find(data ?? FirstSet()), model.Images.Binarization, [model.Shape], seed, model);
        return subject.Kind == model.Images
            ? subject
            : throw new FileFormatException(
                FormattableString.Invariant($"{subject.Name}: has images of {subject.Kind.Height} × {subject.Kind.Width}, but '{path}' is a model of {model.Images.Height} × {model.Images.Width}"));
    }

    /// <summary>Trainers of the models, which see the same images at every step.</summary>
    /// <param name="options">How; with the seed of the subject.</param>
    /// <param name="workers">The threads to use.</param>
    public AmortizedTrainer[] Trainers(AmortizedOptions options, IWorkers workers)
    {
        AmortizedOptions seeded = options with { Seed = Seed };
        if (_opened == null)
        {
            return [.. Models.Select(model => new AmortizedTrainer(model, Training, seeded, workers))];
        }

        float[] zeros = new float[_opened.Parameters.Length];
        AmortizedCheckpoint start = new(_opened.Shape, seeded, AmortizedState.Beginning, _opened.Parameters, zeros, zeros);
        return [new AmortizedTrainer(start, Training, workers)];
    }

    /// <summary>The models' names, for people: K.</summary>
    public static string NameOf(LatentGaussianModel model) => FormattableString.Invariant($"K={model.Posterior.LayerCount}");

    private static string FirstSet() => ImageArchive.All.FirstOrDefault(set => set.FolderWith(null) != null)?.Name ?? throw new FileNotFoundException(
        $"no images on this machine: name a file or folder by --data, or get a set: {string.Join("; or ", ImageArchive.All.Select(set => $"{set.Name} by: {set.Cure}"))}");
}
