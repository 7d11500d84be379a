using RealtimeFlow.Inference;

namespace RealtimeFlow.Targets;

/// <summary>The targets there are. A new one is a file beside this and a line in this list.</summary>
public static class TargetLibrary
{
    /// <summary>Every target, in the order in which it is listed to people.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        Paper("u1", new Ring(), "a ring with two modes", viewRadius: 4),
        Paper("u2", new Wave(), "a sine wave, closed by a wall at |z| = 4", walled: true),
        Paper("u3", new SplitWave(), "a sine wave that splits in two, closed by the wall", walled: true),
        Paper("u4", new SteppedWave(), "a sine wave and its step, closed by the wall", walled: true),
        Paper("u2-paper", new Wave(), "u2 as printed: improper, constant along z1 but for the wave", isProper: false),
        Paper("u3-paper", new SplitWave(), "u3 as printed: improper", isProper: false),
        Paper("u4-paper", new SteppedWave(), "u4 as printed: improper", isProper: false),
        Target.Create("banana", new Banana(), Normalised("a Gaussian bent along a parabola", viewRadius: 5)),
        Target.Create("funnel", new Funnel(), Normalised("Neal's funnel: the width of x is e^(v/2), v ~ N(0, 3²)", viewRadius: 8)),
        Target.Create("funnel10", 10, new Funnel(), Normalised("Neal's funnel with nine x; v comes last", viewRadius: 8)),
        Target.CreateWithGradient("eight-gaussians", new EightGaussians(), Normalised("eight Gaussians on a circle", viewRadius: 4.5f)),
        Schools("eight-schools", centred: false, "eight schools: μ, ln τ, and η with θ = μ + τη"),
        Schools("eight-schools-centred", centred: true, "eight schools: μ, ln τ, and θ itself"),
        WithData("linear", "linear", EmbeddedData.Masses(), "the mass of penguins")!,
        WithData("logistic", "logistic", EmbeddedData.Sexes(), "the sex of penguins")!,
        WithData("mixture", "mixture", EmbeddedData.Flippers(), "the flippers of eleven penguins")!,
        WithData("image", "image", EmbeddedData.Word(), "the word flow")!,
    ];

    /// <summary>The target of a name, or null.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>; case matters not.</param>
    public static Target? Find(string name) =>
        All.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The target of a name over other data than its own, or null where it has none.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>; case matters not.</param>
    /// <param name="data">
    /// <c>linear</c>: inputs and, as the last, the response, all of a spread near 1; noise 0.5, prior N(0, 1). <c>logistic</c>: inputs of a
    /// spread near 1 and a label, 0 or 1; prior N(0, 2.5²). <c>mixture</c>: one number a row; two means, prior N(0, 2²), width 0.5.
    /// <c>image</c>: the brightness of a row of pixels a row.
    /// </param>
    /// <param name="source">Where they come from: its name is then <c>name:source</c>.</param>
    /// <exception cref="ArgumentException">The rows are not such.</exception>
    public static Target? WithData(string name, DataSet data, string source)
    {
        ArgumentNullException.ThrowIfNull(name);
        return WithData(name, $"{name}:{source}", data, source);
    }

    private static Target? WithData(string kind, string name, DataSet data, string words) => kind.ToUpperInvariant() switch
    {
        "LINEAR" => new LinearRegression(name, data, noise: 0.5, prior: 1, $"linear regression, its posterior known exactly: {words}"),
        "LOGISTIC" => new LogisticRegression(name, data, prior: 2.5, $"logistic regression: {words}"),
        "MIXTURE" => new MixtureMeans(name, data, noise: 0.5, prior: 2, new TargetOptions
        {
            Description = $"the means of a mixture of two Gaussians, either way round: {words}",
            ViewRadius = 2.5f,
        }),
        "IMAGE" => new ImageDensity(name, data, $"a picture as a density: {words}"),
        _ => null,
    };

    private static PlaneTarget<TEnergy> Paper<TEnergy>(
        string name, TEnergy energy, string description, float viewRadius = 5.5f, bool isProper = true, bool walled = false)
        where TEnergy : struct, IPlaneGradient =>
        new(
            name,
            energy,
            new TargetOptions { Description = description, ViewRadius = viewRadius, LogNormalizer = isProper ? PlaneQuadrature.LogNormalizer : null },
            walled);

    private static TargetOptions Normalised(string description, float viewRadius) =>
        new() { Description = description, ViewRadius = viewRadius, LogNormalizer = _ => 0 };

    private static Target Schools(string name, bool centred, string description) =>
        Target.CreateWithGradient(
            name,
            EightSchools.Dimension,
            new EightSchools(centred),
            new TargetOptions { Description = description, ViewRadius = 8, LogNormalizer = _ => EightSchools.LogEvidence() });
}
