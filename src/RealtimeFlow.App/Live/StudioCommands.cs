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

        Switch("pause", "pause", "pause, or go on", CommandGroup.Training, Key.Space, state => state.IsPaused, (state, on) => state with { IsPaused = on }),
        Act("step", "one step", "pause, and one step", CommandGroup.Training, Key.Period, studio => studio.StepOnce()),
        Act("restart", "restart", "restart", CommandGroup.Training, Key.R, studio => studio.Restart()),
        new("reseed", "new seed", "restart with a new seed", CommandGroup.Training, [new(Key.R, Shift: true)], studio => studio.Reseed()),
        Act("anneal", "anneal", "anneal again from here", CommandGroup.Training, Key.A, studio => studio.Anneal()),
        new("insert", "layer +", "one layer more", CommandGroup.Training, [new(Key.Equal), new(Key.Equal, Shift: true), new(Key.KeypadAdd)], studio => studio.AddLayers(1)),
        new("remove", "layer −", "one layer less", CommandGroup.Training, [new(Key.Minus), new(Key.KeypadSubtract)], studio => studio.AddLayers(-1)),
        Act("slower", "slower", "slower", CommandGroup.Training, Key.LeftBracket, studio => studio.ChangeSpeed(-1)),
        Act("faster", "faster", "faster", CommandGroup.Training, Key.RightBracket, studio => studio.ChangeSpeed(1)),

        Act("shallower", "shallower", "towards the base", CommandGroup.Depth, Key.Left, studio => studio.Scrub(-1)),
        Act("deeper", "deeper", "towards the whole flow", CommandGroup.Depth, Key.Right, studio => studio.Scrub(1)),
        Act("base", "base", "the base alone", CommandGroup.Depth, Key.Home, studio => studio.ScrubTo(0)),
        Act("whole", "whole", "the whole flow", CommandGroup.Depth, Key.End, studio => studio.ScrubTo(null)),
        Switch("morph", "morph", "to and fro through layers", CommandGroup.Depth, Key.L, state => state.IsMorphing, (state, on) => state with { IsMorphing = on }),

        Act("cycle", "next view", "next view", CommandGroup.Views, Key.D, studio => studio.CyclePanels()),
        Show("particles", "particles", "particles", Key.Z, StudioPanels.Particles),
        Show("density", "density", "exact density", Key.Q, StudioPanels.Density),
        Show("target", "target", "target", Key.T, StudioPanels.Target),
        Show("difference", "difference", "density less target", Key.X, StudioPanels.Difference),
        Switch("strip", "all depths", "all depths, small", CommandGroup.Views, Key.W, state => state.HasStrip, (state, on) => state with { HasStrip = on }),
        Switch("grid", "grid", "the base's grid, deformed", CommandGroup.Views, Key.G, state => state.HasGrid, (state, on) => state with { HasGrid = on }),
        Switch("layers", "layers", "hyperplanes, centres, radii", CommandGroup.Views, Key.Y, state => state.HasLayers, (state, on) => state with { HasLayers = on }),
        Switch("trajectories", "paths", "paths of some particles", CommandGroup.Views, Key.J, state => state.HasTrajectories, (state, on) => state with { HasTrajectories = on }),

        Act("colors", "colours", "next colours", CommandGroup.Colors, Key.C, studio => studio.CycleColors()),
        Switch(
            "logarithmic",
            "log scale",
            "logarithmic scale",
            CommandGroup.Colors,
            Key.O,
            state => state.Scale == DensityScale.Logarithmic,
            (state, on) => state with { Scale = on ? DensityScale.Logarithmic : DensityScale.Linear }),
        Act("brighter", "brighter", "brighter", CommandGroup.Colors, Key.E, studio => studio.Expose(ExposureStep)),
        new("darker", "darker", "darker", CommandGroup.Colors, [new(Key.E, Shift: true)], studio => studio.Expose(-ExposureStep)),

        new("brush", "paint", "paint the target", CommandGroup.Studio, [new(Key.B)], studio => studio.ToggleBrush(), state => state.HasBrush),
        Act("undo", "undo", "the target as it was", CommandGroup.Studio, Key.U, studio => studio.ResetTarget()),
        Switch("controls", "controls", "controls", CommandGroup.Studio, Key.M, state => state.HasControls, (state, on) => state with { HasControls = on }),
        Switch("curves", "curves", "curves", CommandGroup.Studio, Key.K, state => state.HasCurves, (state, on) => state with { HasCurves = on }),
        new("numbers", "numbers", "few numbers, all, none", CommandGroup.Studio, [new(Key.N)], studio => studio.CycleNumbers(), state => state.Readout != StudioNumbers.None),
        new("help", "help", "this help", CommandGroup.Studio, [new(Key.H), new(Key.F1)], studio => studio.ToggleHelp(), state => state.HasHelp),
        Ask("full-screen", "full screen", "full screen", Key.F11, StudioRequest.FullScreen),
        Ask("screenshot", "picture", "picture to a file", Key.P, StudioRequest.Screenshot),
        Ask("record", "video", "begin or end a video", Key.V, StudioRequest.Record),
        Ask("save", "save", "save the settings", Key.S, StudioRequest.Save),
        new("load", "load", "the settings as saved", CommandGroup.Studio, [new(Key.S, Shift: true)], studio => studio.Ask(StudioRequest.Load)),
        Act("quit", "quit", "close what is open; quit", CommandGroup.Studio, Key.Escape, studio => studio.Leave()),
    ];

    /// <summary>The keys.</summary>
    public static KeyMap<StudioCommand> Keys { get; } = new(All);

    /// <summary>What the help says.</summary>
    public static HelpText Help { get; } = new(
        All, ("drag", "move a target, its modes"), ("wheel", "go through the layers"), ("drop", "picture, rows or settings"), ("Tab", "next control"));

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
            subject.Name,
            subject.Label,
            CommandGroup.Targets,
            [chord],
            studio => studio.Choose(subject.Name),
            state => string.Equals(state.Subject, subject.Name, StringComparison.OrdinalIgnoreCase));
    }

    private static StudioCommand Act(string name, string label, string description, CommandGroup group, Key key, Action<Studio> act) =>
        new(name, label, description, group, [new(key)], act);

    private static StudioCommand Ask(string name, string label, string description, Key key, StudioRequest request) =>
        Act(name, label, description, CommandGroup.Studio, key, studio => studio.Ask(request));

    private static StudioCommand Show(string name, string label, string description, Key key, StudioPanels panel) => Switch(
        name,
        label,
        description,
        CommandGroup.Views,
        key,
        state => (state.Panels & panel) != 0,
        (state, on) => state with { Panels = on ? state.Panels | panel : state.Panels == panel ? panel : state.Panels & ~panel });

    private static StudioCommand Switch(
        string name,
        string label,
        string description,
        CommandGroup group,
        Key key,
        Func<StudioState, bool> isOn,
        Func<StudioState, bool, StudioState> set) =>
        new(name, label, description, group, [new(key)], studio => studio.Set(set(studio.State, !isOn(studio.State))), isOn);
}
