using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>Everything that a person can do by a key, once: keys, help, control panel, terminal and tests all read this list.</summary>
internal static class StudioCommands
{
    // A step of exposure: a third of a stop, as on a camera.
    private const double ExposureStep = 1 / 3.0;

    /// <summary>The commands in the order in which people are told of them.</summary>
    public static IReadOnlyList<StudioCommand> All { get; } =
    [
        .. Subject.Presets.Select(Preset),

        Switch("pause", "pause", CommandGroup.Training, Key.Space, state => state.IsPaused, (state, on) => state with { IsPaused = on }),
        new("step", "one step", CommandGroup.Training, [new(Key.Period)], studio => studio.StepOnce()),
        new("restart", "restart", CommandGroup.Training, [new(Key.R)], studio => studio.Restart()),
        new("reseed", "restart with a new seed", CommandGroup.Training, [new(Key.R, Shift: true)], studio => studio.Reseed()),
        new("anneal", "anneal again from here", CommandGroup.Training, [new(Key.A)], studio => studio.Anneal()),
        new("insert", "one layer more", CommandGroup.Training, [new(Key.Equal), new(Key.Equal, Shift: true), new(Key.KeypadAdd)], studio => studio.AddLayers(1)),
        new("remove", "one layer less", CommandGroup.Training, [new(Key.Minus), new(Key.KeypadSubtract)], studio => studio.AddLayers(-1)),
        new("slower", "slower", CommandGroup.Training, [new(Key.LeftBracket)], studio => studio.ChangeSpeed(-1)),
        new("faster", "faster", CommandGroup.Training, [new(Key.RightBracket)], studio => studio.ChangeSpeed(1)),

        new("shallower", "towards the base", CommandGroup.Depth, [new(Key.Left)], studio => studio.Scrub(-1)),
        new("deeper", "towards the whole flow", CommandGroup.Depth, [new(Key.Right)], studio => studio.Scrub(1)),
        new("base", "the base alone", CommandGroup.Depth, [new(Key.Home)], studio => studio.ScrubTo(0)),
        new("whole", "the whole flow", CommandGroup.Depth, [new(Key.End)], studio => studio.ScrubTo(null)),
        Switch("morph", "play through the layers", CommandGroup.Depth, Key.L, state => state.IsMorphing, (state, on) => state with { IsMorphing = on }),

        new("cycle", "next view", CommandGroup.Views, [new(Key.D)], studio => studio.CyclePanels()),
        Show("particles", "particles", Key.Z, StudioPanels.Particles),
        Show("density", "exact density", Key.Q, StudioPanels.Density),
        Show("target", "target", Key.T, StudioPanels.Target),
        Show("difference", "difference", Key.X, StudioPanels.Difference),
        Switch("strip", "all depths", CommandGroup.Views, Key.W, state => state.HasStrip, (state, on) => state with { HasStrip = on }),
        Switch("grid", "deformed grid", CommandGroup.Views, Key.G, state => state.HasGrid, (state, on) => state with { HasGrid = on }),
        Switch("layers", "layers", CommandGroup.Views, Key.Y, state => state.HasLayers, (state, on) => state with { HasLayers = on }),
        Switch("trajectories", "trajectories", CommandGroup.Views, Key.J, state => state.HasTrajectories, (state, on) => state with { HasTrajectories = on }),

        new("colors", "next colours", CommandGroup.Colors, [new(Key.C)], studio => studio.CycleColors()),
        Switch(
            "logarithmic",
            "logarithmic",
            CommandGroup.Colors,
            Key.O,
            state => state.Scale == DensityScale.Logarithmic,
            (state, on) => state with { Scale = on ? DensityScale.Logarithmic : DensityScale.Linear }),
        new("brighter", "brighter", CommandGroup.Colors, [new(Key.E)], studio => studio.Expose(ExposureStep)),
        new("darker", "darker", CommandGroup.Colors, [new(Key.E, Shift: true)], studio => studio.Expose(-ExposureStep)),

        new("brush", "paint", CommandGroup.Studio, [new(Key.B)], studio => studio.ToggleBrush(), state => state.HasBrush),
        new("undo", "target as it was", CommandGroup.Studio, [new(Key.U)], studio => studio.ResetTarget()),
        Switch("controls", "controls", CommandGroup.Studio, Key.M, state => state.HasControls, (state, on) => state with { HasControls = on }),
        Switch("curves", "curves", CommandGroup.Studio, Key.K, state => state.HasCurves, (state, on) => state with { HasCurves = on }),
        new("numbers", "numbers", CommandGroup.Studio, [new(Key.N)], studio => studio.CycleNumbers(), state => state.Readout != StudioNumbers.None),
        new("help", "help", CommandGroup.Studio, [new(Key.H), new(Key.F1)], studio => studio.ToggleHelp(), state => state.HasHelp),
        new("full-screen", "full screen", CommandGroup.Studio, [new(Key.F11)], studio => studio.Ask(StudioRequest.FullScreen)),
        new("screenshot", "picture to a file", CommandGroup.Studio, [new(Key.P)], studio => studio.Ask(StudioRequest.Screenshot)),
        new("record", "record a video", CommandGroup.Studio, [new(Key.V)], studio => studio.Ask(StudioRequest.Record)),
        new("save", "save the settings", CommandGroup.Studio, [new(Key.S)], studio => studio.Ask(StudioRequest.Save)),
        new("load", "settings as saved", CommandGroup.Studio, [new(Key.S, Shift: true)], studio => studio.Ask(StudioRequest.Load)),
        new("quit", "close what is open, or quit", CommandGroup.Studio, [new(Key.Escape)], studio => studio.Leave()),
    ];

    private static readonly Dictionary<Chord, StudioCommand> ByChord =
        All.SelectMany(command => command.Chords.Select(chord => (chord, command))).ToDictionary();

    /// <summary>What a key does, or null. A key that has no meaning with Shift has the one without.</summary>
    public static StudioCommand? Find(Key key, bool shift) =>
        ByChord.GetValueOrDefault(new Chord(key, shift)) ?? (shift ? null : ByChord.GetValueOrDefault(new Chord(key)));

    /// <summary>The command of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StudioCommand Named(string name) =>
        All.FirstOrDefault(command => command.Name == name) ?? throw new ArgumentException($"There is no command '{name}'.", nameof(name));

    private static StudioCommand Preset(Subject subject, int place)
    {
        // 1 to 9, then 0, then on with Shift.
        Chord chord = place < 9 ? new(Key.Number1 + place) : place == 9 ? new(Key.Number0) : new(Key.Number1 + (place - 10), Shift: true);
        return new(
            subject.Name,
            subject.Label,
            CommandGroup.Targets,
            [chord],
            studio => studio.Choose(subject.Name),
            state => string.Equals(state.Subject, subject.Name, StringComparison.OrdinalIgnoreCase));
    }

    private static StudioCommand Show(string name, string label, Key key, StudioPanels panel) => Switch(
        name,
        label,
        CommandGroup.Views,
        key,
        state => state.Panels.HasFlag(panel),
        (state, on) => state with { Panels = on ? state.Panels | panel : state.Panels == panel ? panel : state.Panels & ~panel });

    private static StudioCommand Switch(
        string name, string label, CommandGroup group, Key key, Func<StudioState, bool> isOn, Func<StudioState, bool, StudioState> set) =>
        new(name, label, group, [new(key)], studio => studio.Set(set(studio.State, !isOn(studio.State))), isOn);
}
