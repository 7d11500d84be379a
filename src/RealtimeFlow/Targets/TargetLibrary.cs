namespace RealtimeFlow.Targets;

/// <summary>The targets there are. A new one is a file beside this and a line in this list.</summary>
public static class TargetLibrary
{
    /// <summary>Every target, in the order in which it is listed to people.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new PlaneTarget<Ring>("u1", "a ring with two modes", viewRadius: 4),
        new PlaneTarget<Wave>("u2", "a sine wave, closed by a wall at |z| = 4", viewRadius: 5.5f, walled: true),
        new PlaneTarget<SplitWave>("u3", "a sine wave that splits in two, closed by the wall", viewRadius: 5.5f, walled: true),
        new PlaneTarget<SteppedWave>("u4", "a sine wave and its step, closed by the wall", viewRadius: 5.5f, walled: true),
        new PlaneTarget<Wave>("u2-paper", "u2 as printed: improper, constant along z1 but for the wave", viewRadius: 5.5f, isProper: false),
        new PlaneTarget<SplitWave>("u3-paper", "u3 as printed: improper", viewRadius: 5.5f, isProper: false),
        new PlaneTarget<SteppedWave>("u4-paper", "u4 as printed: improper", viewRadius: 5.5f, isProper: false),
    ];

    /// <summary>The target of a name, or null.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>; case matters not.</param>
    public static Target? Find(string name) =>
        All.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.OrdinalIgnoreCase));
}
