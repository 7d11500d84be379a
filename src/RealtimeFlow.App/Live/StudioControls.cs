using System.Globalization;
using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.Flows;

namespace RealtimeFlow.App.Live;

/// <summary>The control panel: sliders for what is a number, buttons for the commands that are not already one.</summary>
internal sealed class StudioControls
{
    private const int Percent = 100;

    private readonly Studio _studio;

    /// <summary>Makes the panel of a studio.</summary>
    public StudioControls(Studio studio)
    {
        _studio = studio;
        Panel = new ControlPanel(
        [
            new Heading("Training"),
            .. Buttons("pause", "restart", "step", "anneal"),
            new Slider("layers", SliderScale.Linear(StudioState.LeastLayers, StudioState.MostLayers, StudioState.MostLayers - StudioState.LeastLayers), () => studio.Layers, SetLayers, Whole),
            new Slider("radial layers", SliderScale.Linear(0, 1, 20), RadialShare, studio.Mix, Share),
            new Slider("batch", SliderScale.Doubling(StudioState.LeastBatch, StudioState.MostBatch), () => State.BatchSize, value => Set(State with { BatchSize = (int)value }), Whole),
            new Slider("learning rate", SliderScale.Decades(-5, -1), () => State.LearningRate, value => Set(State with { LearningRate = value }), Short),
            new Slider("β", SliderScale.Linear(0, 1, 20).OrNone(), () => State.Beta ?? double.PositiveInfinity, value => Set(State with { Beta = OrNull(value) }), (value, text) => OrWord(value, text, "by schedule", "F2")),
            new Slider("steps a second", SliderScale.Decades(0, 4).OrNone(), () => State.StepsPerSecond ?? double.PositiveInfinity, value => Set(State with { StepsPerSecond = OrNull(value) }), (value, text) => OrWord(value, text, "all it can", "N0")),
            new Heading("View"),
            new Slider("depth", SliderScale.Linear(0, Percent, 10 * Percent), Depth, value => studio.ScrubTo(value / Percent * studio.Layers), (value, text) => Write(value / Percent * studio.Layers, text, "F2")),
            .. Buttons("morph", "strip", "particles", "density", "target", "difference", "grid", "layers", "trajectories", "logarithmic"),
            new Slider("particles", SliderScale.Decades(3, 8), () => State.Particles, value => Set(State with { Particles = (int)value }), Whole),
            new Slider("exposure", SliderScale.Linear(-StudioState.MostStops, StudioState.MostStops, 48), () => State.Stops, value => Set(State with { Stops = Math.Round(value, 6) }), (value, text) => Write(value, text, "+0.0;−0.0;0")),
            new Heading("Studio"),
            .. Buttons("colors", "brush", "curves", "numbers", "screenshot", "record", "save", "help"),
        ]);
    }

    /// <summary>The panel.</summary>
    public ControlPanel Panel { get; }

    private StudioState State => _studio.State;

    private static int Whole(double value, Span<char> text) => Write(value, text, "N0");

    private static int Short(double value, Span<char> text) => Write(value, text, "0.#####");

    private static int Share(double value, Span<char> text) => Write(value, text, "P0");

    private static int Write(double value, Span<char> text, string format) =>
        value.TryFormat(text, out int written, format, CultureInfo.InvariantCulture) ? written : 0;

    private static int OrWord(double value, Span<char> text, string word, string format)
    {
        if (double.IsFinite(value))
        {
            return Write(value, text, format);
        }

        word.CopyTo(text);
        return word.Length;
    }

    private static double? OrNull(double value) => double.IsFinite(value) ? value : null;

    private void Set(StudioState state) => _studio.Set(state);

    private void SetLayers(double layers) => _studio.AddLayers((int)layers - _studio.Layers);

    private double RadialShare()
    {
        FlowShape shape = _studio.Snapshot.Shape;
        int radial = 0;
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            radial += shape.Layers[layer] == LayerKind.Radial ? 1 : 0;
        }

        return (double)radial / Math.Max(1, shape.LayerCount);
    }

    private double Depth() => (_studio.Depth ?? _studio.Layers) / Math.Max(1, _studio.Layers) * Percent;

    private IEnumerable<Widget> Buttons(params string[] names) => names.Select(name =>
    {
        StudioCommand command = StudioCommands.Named(name);
        return new CommandButton(command, () => command.Do(_studio), () => command.IsOn?.Invoke(State) ?? false);
    });
}
