using System.CommandLine;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>The options of live that are about images.</summary>
internal sealed class VaeOptions
{
    private const int DefaultLatents = 2, MostLatents = 1000;

    /// <summary>That images are learned, or a model of them is opened.</summary>
    public Option<string?> Model { get; } = new("--vae")
    {
        HelpName = "MODEL",
        Description = "learn images, without a flow and with one; or open a model file of vae train, which goes on learning only when Space is pressed",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>D.</summary>
    public Option<int> Latents { get; } = Options.Count(
        "--latents", "D", "latent variables, with --vae; of two the plane and its posteriors are seen", 1, MostLatents, () => DefaultLatents);

    /// <summary>The image that is looked at first.</summary>
    public Option<int> Image { get; } = Options.Count(
        "--image", "N", "the image that is looked at first, of those that are held out, from 0; with --vae", 0, int.MaxValue, () => 0);

    /// <summary>The images and the models that a command line asks for; null where it asks for none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The option that names the images.</param>
    /// <param name="flow">That of the layers.</param>
    /// <param name="seed">That of the seed.</param>
    /// <param name="others">Options that have no meaning with images.</param>
    /// <exception cref="UsageException">Two options contradict each other.</exception>
    /// <exception cref="IOException">There are no images, or no model.</exception>
    /// <exception cref="Files.FileFormatException">They are not as they should be.</exception>
    public VaeSubject? Read(ParseResult parsed, Option<string> data, Option<string> flow, Option<ulong> seed, IEnumerable<Option> others)
    {
        if (!Options.IsGiven(parsed, Model))
        {
            return new Option[] { Latents, Image }.FirstOrDefault(option => Options.IsGiven(parsed, option)) is not Option alone
                ? null
                : throw new UsageException($"{alone.Name}: expected {Model.Name} with it");
        }

        string? model = parsed.GetValue(Model);
        Option[] ofModel = model == null ? [] : [flow, Latents];
        if (others.Concat(ofModel).FirstOrDefault(option => Options.IsGiven(parsed, option)) is Option other)
        {
            throw new UsageException($"{other.Name}: has no meaning with {Model.Name}{(model == null ? "" : " MODEL, which says it itself")}");
        }

        string? images = parsed.GetValue(data);
        VaeSubject subject = model != null
            ? VaeSubject.Open(model, images, parsed.GetValue(seed))
            : VaeSubject.Fresh(images, parsed.GetValue(Latents), Options.IsGiven(parsed, flow) ? parsed.GetRequiredValue(flow) : VaeSubject.DefaultFlow, parsed.GetValue(seed));
        subject.FirstImage = parsed.GetValue(Image);
        return subject.FirstImage < subject.HeldOut.Count
            ? subject
            : throw new UsageException(FormattableString.Invariant($"{Image.Name}: expected below {subject.HeldOut.Count}, the images held out, not {subject.FirstImage}"));
    }
}
