using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Amortized;

namespace RealtimeFlow.App.Vae;

/// <summary>The options that say which images a model is shown.</summary>
internal sealed class VaeImages
{
    private readonly Option<string> _data = VaeData.Option();
    private readonly Option<string> _split = Options.OneOf(
        "--split", "which images: for the test, the last sixth of the others, or those before them", [.. Enum.GetNames<ImageSplit>().Select(name => name.ToLowerInvariant())]);
    private readonly Option<int?> _count = Options.Make<int?>("--count", "N", "the first N of them [default: all]", text => Options.Whole(text, 1, int.MaxValue, number => (int?)number));

    /// <summary>The options, in the order in which help lists them.</summary>
    public IEnumerable<Option> All => [_data, _split, _count];

    /// <summary>The images that a command line names, as a model sees them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model.</param>
    /// <param name="file">Its file.</param>
    /// <exception cref="UsageException">There are not so many.</exception>
    /// <exception cref="Files.FileFormatException">They are of another size than the model's.</exception>
    public ImageRows Read(ParseResult parsed, ImageModel model, string file)
    {
        VaeData data = VaeData.Find(parsed.GetRequiredValue(_data));
        ImageRows rows = data.Rows(Enum.Parse<ImageSplit>(parsed.GetRequiredValue(_split), ignoreCase: true), model.Images.Binarization);
        data.RequireKind(rows, model.Images, file);
        int count = parsed.GetValue(_count) ?? rows.Count;
        return count <= rows.Count
            ? rows.Slice(0, count)
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{_count.Name}: expected at most {rows.Count}, the images of {data.Name}, not {count}"));
    }
}
