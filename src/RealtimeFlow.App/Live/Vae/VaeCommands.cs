using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>Something that a person can do in the view of images by a key.</summary>
/// <param name="Name">For scripts: one word, small letters and hyphens.</param>
/// <param name="Description">For people, in the help: what it does.</param>
/// <param name="Group">Where it stands.</param>
/// <param name="Chords">The keys, the first of them shown.</param>
/// <param name="Do">Does it.</param>
internal sealed record VaeCommand(string Name, string Description, CommandGroup Group, IReadOnlyList<Chord> Chords, Action<VaeStudio> Do)
    : KeyCommand(Name, Name, Description, Group, Chords);

/// <summary>Everything that a person can do in the view of images by a key, once.</summary>
internal static class VaeCommands
{
    // As in the studio.
    private const double ExposureStep = 1 / 3.0;

    /// <summary>The commands in the order in which people are told of them.</summary>
    public static IReadOnlyList<VaeCommand> All { get; } =
    [
        Switch("pause", "pause, or go on", CommandGroup.Training, Key.Space, state => state with { IsPaused = !state.IsPaused }),
        Act("step", "pause, and one step", CommandGroup.Training, Key.Period, studio => studio.StepOnce()),

        Act("next", "next image", CommandGroup.Views, Key.Right, studio => studio.Look(1)),
        Act("previous", "image before", CommandGroup.Views, Key.Left, studio => studio.Look(-1)),
        Act("next-page", "next images", CommandGroup.Views, Key.PageDown, studio => studio.Look(ModelPictures.Page)),
        Act("previous-page", "images before", CommandGroup.Views, Key.PageUp, studio => studio.Look(-ModelPictures.Page)),
        Switch("walk", "samples walk, or rest", CommandGroup.Views, Key.W, state => state with { IsWalking = !state.IsWalking }),

        Switch("colors", "next colours", CommandGroup.Colors, Key.C, state => state with { ColorMap = Next(state.ColorMap) }),
        Switch(
            "logarithmic",
            "logarithmic scale",
            CommandGroup.Colors,
            Key.O,
            state => state with { Scale = state.Scale == DensityScale.Linear ? DensityScale.Logarithmic : DensityScale.Linear }),
        Act("brighter", "brighter", CommandGroup.Colors, Key.E, studio => studio.Expose(ExposureStep)),
        new("darker", "darker", CommandGroup.Colors, [new(Key.E, Shift: true)], studio => studio.Expose(-ExposureStep)),

        Switch("curves", "curves", CommandGroup.Studio, Key.K, state => state with { HasCurves = !state.HasCurves }),
        Switch("numbers", "numbers", CommandGroup.Studio, Key.N, state => state with { HasNumbers = !state.HasNumbers }),
        new("help", "this help", CommandGroup.Studio, [new(Key.H), new(Key.F1)], studio => studio.Set(studio.State with { HasHelp = !studio.State.HasHelp })),
        Ask("full-screen", "full screen", Key.F11, StudioRequest.FullScreen),
        Ask("screenshot", "picture to a file", Key.P, StudioRequest.Screenshot),
        Ask("record", "begin or end a video", Key.V, StudioRequest.Record),
        Act("quit", "close what is open; quit", CommandGroup.Studio, Key.Escape, studio => studio.Leave()),
    ];

    /// <summary>The keys.</summary>
    public static KeyMap<VaeCommand> Keys { get; } = new(All);

    /// <summary>What the help says.</summary>
    public static HelpText Help { get; } = new(All, ("point", "look at an image"), ("wheel", "next image, or before"));

    private static ColorMap Next(ColorMap map)
    {
        ColorMap[] maps = Enum.GetValues<ColorMap>();
        return maps[(Array.IndexOf(maps, map) + 1) % maps.Length];
    }

    private static VaeCommand Act(string name, string description, CommandGroup group, Key key, Action<VaeStudio> act) =>
        new(name, description, group, [new(key)], act);

    private static VaeCommand Ask(string name, string description, Key key, StudioRequest request) =>
        Act(name, description, CommandGroup.Studio, key, studio => studio.Ask(request));

    private static VaeCommand Switch(string name, string description, CommandGroup group, Key key, Func<VaeState, VaeState> set) =>
        Act(name, description, group, key, studio => studio.Set(set(studio.State)));
}
