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
    ];

    /// <summary>The target of a name, or null.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>; case matters not.</param>
    public static Target? Find(string name) =>
        All.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.OrdinalIgnoreCase));

    private static PlaneTarget<TEnergy> Paper<TEnergy>(
        string name, TEnergy energy, string description, float viewRadius = 5.5f, bool isProper = true, bool walled = false)
        where TEnergy : struct, IPlaneGradient =>
        new(
            name,
            energy,
            new TargetOptions { Description = description, ViewRadius = viewRadius, LogNormalizer = isProper ? PlaneQuadrature.LogNormalizer : null },
            walled);
}
