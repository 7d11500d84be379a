using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary>Something to learn in the studio: how it is named, and how it is opened.</summary>
/// <param name="Name">In files and on the command line.</param>
/// <param name="Label">For people.</param>
/// <param name="Open">Opens it: makes the target, or the rows and what draws them.</param>
internal sealed record Subject(string Name, string Label, Func<StudioState, OpenSubject> Open)
{
    /// <summary>The one that is learned from the rows of a file.</summary>
    public const string Points = "points";

    /// <summary>The one that is a picture.</summary>
    public const string Picture = "image";

    /// <summary>The one that the mouse paints.</summary>
    public const string Painting = "painting";

    /// <summary>The pixels of a painting's side.</summary>
    public const int PaintingSide = 64;

    // A picture is learned, not looked at: a flow of some layers sees no finer ones.
    private const int MostPictureSide = 192;

    private const ulong RowSeed = 1;

    /// <summary>Those that have a key of their own, in the order of the keys: 1 to 9, 0, and on with Shift.</summary>
    public static IReadOnlyList<Subject> Presets { get; } =
    [
        Movable("u1", "ring with two modes"),
        Movable("u2", "wave"),
        Movable("u3", "split wave"),
        Movable("u4", "stepped wave"),
        new("rings", "two rings", state => Edited(Rings(), state)),
        Movable("banana", "banana"),
        Movable("funnel", "Neal's funnel"),
        new("logistic", "logistic regression, live", Logistic),
        new(Picture, "an image", PictureOf),
        new("two-moons", "two moons, by likelihood", _ => Moons()),
        new("eight-schools", "eight schools: (μ, ln τ)", _ => Schools()),
        new("eight-gaussians", "eight Gaussians", state => Edited(PlaneMixture.EightGaussians(), state)),
    ];

    /// <summary>Every subject.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        .. Presets,
        .. TargetLibrary.All
            .Where(target => target.Dimension == 2 && Presets.All(preset => preset.Name != target.Name))
            .Select(target => new Subject(target.Name, target.Description, _ => new OpenSubject(target))),
        new(Painting, "a painting", state => Edited(new ImageDensity(Painting, Blank(), PaintingSide, "painted by hand"), state)),
        new(Points, "points of a file, by maximum likelihood", PointsOf),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(subject => subject.Name)];

    /// <summary>The subject of a name, or null.</summary>
    public static Subject? Find(string? name) =>
        All.FirstOrDefault(subject => string.Equals(subject.Name, name, StringComparison.OrdinalIgnoreCase));

    private static Subject Movable(string name, string label) =>
        new(name, label, state => Edited(new MovedTarget(TargetLibrary.Find(name)!), state));

    /// <summary>A target that can be moved, as it was moved.</summary>
    /// <exception cref="FileFormatException">Its numbers are not such.</exception>
    private static OpenSubject Edited(EditableTarget target, StudioState state)
    {
        try
        {
            if (state.Numbers != null)
            {
                target.Set(state.Numbers);
            }

            return new OpenSubject(target);
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException($"numbers of {target.Name}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static PlaneMixture Rings() =>
        new("rings", [new MixturePart(-0.9f, 0.5f, 0.16f, 1.7f, 1), new MixturePart(1.1f, -0.7f, 0.16f, 1.7f, 1)], "two rings that cross");

    private static OpenSubject PictureOf(StudioState state) =>
        state.File is string file
            ? Edited(PictureFile.Read(file, MostPictureSide), state)
            : Edited((ImageDensity)((ImageDensity)TargetLibrary.Find(Picture)!).Copy(), state);

    private static float[] Blank()
    {
        float[] brightness = new float[PaintingSide * PaintingSide];
        brightness.AsSpan().Fill(1);
        return brightness;
    }

    private static OpenSubject Logistic(StudioState state) => new(
        rows => new LogisticRegression("logistic", rows, prior: 2.5),
        state.File is string file ? RowStream.Of(file) : RowStream.Coins(RowSeed),
        new PlaneView(-4, 3, -2, 5));

    private static OpenSubject Moons() =>
        new(MadeUpData.Find("two-moons")!.Draw(4096, RowSeed), null, new PlaneView(-1.5f, 2.5f, -1.75f, 2.25f));

    /// <summary>The rows of a file, each coordinate less its mean and divided by its deviation; those of standard input as they are.</summary>
    private static OpenSubject PointsOf(StudioState state)
    {
        if (state.File is not string file)
        {
            throw new FileFormatException($"the subject {Points} needs a file of rows, or {RowStream.StandardInput} for standard input");
        }

        RowStream stream = RowStream.Of(file);
        if (stream.Dimension < 2)
        {
            throw new FileFormatException($"{file}: has rows of one number: expected two or more");
        }

        if (file == RowStream.StandardInput)
        {
            return new OpenSubject(new DataSet(stream.Dimension), stream, PlaneView.Square(3));
        }

        using (stream)
        {
            return new OpenSubject(Standardized(stream, file), null, PlaneView.Square(3));
        }
    }

    private static DataSet Standardized(RowStream stream, string file)
    {
        List<float> rows = [];
        float[] row = new float[stream.Dimension];
        while (stream.TryTake(0, row))
        {
            rows.AddRange(row);
        }

        if (rows.Count < 2 * row.Length)
        {
            throw new FileFormatException($"{file}: has {rows.Count / row.Length} rows: expected at least 2");
        }

        float[] standard = [.. rows];
        for (int i = 0; i < row.Length; i++)
        {
            double count = rows.Count / row.Length, sum = 0, squares = 0;
            for (int at = i; at < standard.Length; at += row.Length)
            {
                sum += standard[at];
                squares += (double)standard[at] * standard[at];
            }

            double mean = sum / count, deviation = Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean)));
            for (int at = i; at < standard.Length; at += row.Length)
            {
                standard[at] = (float)((standard[at] - mean) / (deviation > 0 ? deviation : 1));
            }
        }

        return new DataSet(standard, row.Length);
    }

    private static OpenSubject Schools() => new(TargetLibrary.Find("eight-schools")!)
    {
        View = new PlaneView(-2 * SchoolsMarginal.Unit, 4 * SchoolsMarginal.Unit, -3, 3),
        UnitX = SchoolsMarginal.Unit,
        Shown = Target.Create("eight-schools", default(SchoolsMarginal), new TargetOptions
        {
            LogNormalizer = _ => TargetLibrary.Find("eight-schools")!.LogNormalizer!.Value,
        }),
    };
}
