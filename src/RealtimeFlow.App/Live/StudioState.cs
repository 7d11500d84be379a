using System.Text.Json.Serialization;
using RealtimeFlow.Engine;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>The pictures that stand side by side.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<StudioPanels>))]
internal enum StudioPanels
{
    /// <summary>None; not a state that is shown.</summary>
    None = 0,

    /// <summary>The particles, counted.</summary>
    Particles = 1,

    /// <summary>The exact density of the flow.</summary>
    Density = 2,

    /// <summary>What it learns.</summary>
    Target = 4,

    /// <summary>The flow's density less the target's.</summary>
    Difference = 8,
}

/// <summary>How many numbers stand beside the pictures.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StudioNumbers>))]
internal enum StudioNumbers
{
    /// <summary>The few that say how it goes.</summary>
    Few,

    /// <summary>All there are.</summary>
    All,

    /// <summary>None.</summary>
    None,
}

/// <summary>
/// All that a person can set in the studio, and so all that a file keeps of it: with the seed it decides what a counted run shows. A change
/// makes another state; the studio compares the two and does what is different.
/// </summary>
internal sealed record StudioState
{
    public const int LeastLayers = 1, MostLayers = 64;

    public const int LeastParticles = 1000, MostParticles = 1_000_000_000;

    public const double LeastLearningRate = 1e-5, MostLearningRate = 0.1;

    /// <summary>The exposure's reach to either side, in powers of two.</summary>
    public const double MostStops = 8;

    public const double LeastStepsPerSecond = 1, MostStepsPerSecond = 1e6;

    public const int LeastBatch = 64, MostBatch = 8192;

    // What a hand-made file can ask for and still be drawn at once.
    private const int MostFormulaLayers = 1024, MostNumbers = 1 << 20;

    /// <summary>What is learned: the name of a <see cref="Subject"/>.</summary>
    public string Subject { get; init; } = "u1";

    /// <summary>What decides a target that was moved or painted, in the order of its numbers; null where it is as it was.</summary>
    public float[]? Numbers { get; init; }

    /// <summary>The picture or the rows that are learned, where it is not the subject's own: a file.</summary>
    public string? File { get; init; }

    /// <summary>The layers in order.</summary>
    public string Formula { get; init; } = new LiveTrainingOptions().Formula;

    /// <summary>Decides everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Particles, or rows of data, a step: a multiple of 64.</summary>
    public int BatchSize { get; init; } = new TrainerOptions().BatchSize;

    /// <summary>The largest learning rate, which the schedule scales.</summary>
    public double LearningRate { get; init; } = new TrainerOptions().LearningRate;

    /// <summary>β, where it is held; null where it follows the schedule.</summary>
    public double? Beta { get; init; }

    /// <summary>Whether training stands still.</summary>
    public bool IsPaused { get; init; }

    /// <summary>The most training steps a second; null for as many as the machine makes.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>How many particles there are.</summary>
    public int Particles { get; init; } = 1_000_000;

    /// <summary>The pictures side by side.</summary>
    public StudioPanels Panels { get; init; } = StudioPanels.Particles | StudioPanels.Density | StudioPanels.Target;

    /// <summary>Whether q_0 … q_K stand beneath as small pictures.</summary>
    public bool HasStrip { get; init; }

    /// <summary>Whether the deformed grid of the base is drawn.</summary>
    public bool HasGrid { get; init; }

    /// <summary>Whether hyperplanes, centres and radii of the layers are drawn.</summary>
    public bool HasLayers { get; init; }

    /// <summary>Whether the ways of some particles are drawn.</summary>
    public bool HasTrajectories { get; init; }

    /// <summary>The depth t from 0 to K at which the flow is looked at; null for the whole flow.</summary>
    public double? Depth { get; init; }

    /// <summary>Whether the depth goes to and fro by itself.</summary>
    public bool IsMorphing { get; init; }

    /// <summary>From brightness to colour.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ColorMap>))]
    public ColorMap ColorMap { get; init; }

    /// <summary>How brightness grows with density.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DensityScale>))]
    public DensityScale Scale { get; init; }

    /// <summary>Brighter (above 0) or darker, in powers of two.</summary>
    public double Stops { get; init; }

    /// <summary>Whether the mouse paints the target.</summary>
    public bool HasBrush { get; init; }

    /// <summary>Whether the control panel is shown.</summary>
    public bool HasControls { get; init; }

    /// <summary>Whether the curves are shown.</summary>
    public bool HasCurves { get; init; }

    /// <summary>Whether the help is shown.</summary>
    public bool HasHelp { get; init; }

    /// <summary>The numbers beside the pictures.</summary>
    public StudioNumbers Readout { get; init; }

    /// <summary>What is wrong with a state that somebody wrote, as a sentence that begins with the member's name; null for a sound one.</summary>
    public string? Defect()
    {
        (bool IsSound, string Words)[] rules =
        [
            (Live.Subject.Find(Subject) != null, $"subject: expected {Suggestion.List(Live.Subject.Names)}, not '{Subject}'{Suggestion.For(Subject ?? "", Live.Subject.Names)}"),
            (Numbers == null || (Numbers.Length is > 0 and <= MostNumbers && Array.TrueForAll(Numbers, float.IsFinite)), $"numbers: expected 1 to {MostNumbers} finite ones"),
            (File == null || File.Length > 0, "file: expected the name of one, or null"),
            (FormulaDefect() == null, $"formula: {FormulaDefect()}"),
            (BatchSize is >= LeastBatch and <= MostBatch && BatchSize % 64 == 0, $"batch_size: expected a multiple of 64 from {LeastBatch} to {MostBatch}"),
            (LearningRate is >= LeastLearningRate and <= MostLearningRate, $"learning_rate: expected {LeastLearningRate} to {MostLearningRate}"),
            (Beta is null or (>= 0 and <= 1), "beta: expected 0 to 1, or null"),
            (StepsPerSecond is null or (>= LeastStepsPerSecond and <= MostStepsPerSecond), $"steps_per_second: expected {LeastStepsPerSecond} to {MostStepsPerSecond}, or null"),
            (Particles is >= LeastParticles and <= MostParticles, $"particles: expected {LeastParticles} to {MostParticles}"),
            (Panels is > 0 and < (StudioPanels)16, "panels: expected some of Particles, Density, Target, Difference"),
            (Depth is null or (>= 0 and <= MostFormulaLayers), "depth: expected 0 to the number of layers, or null"),
            (Enum.IsDefined(ColorMap), $"color_map: expected {Suggestion.List(Enum.GetNames<ColorMap>())}"),
            (Enum.IsDefined(Scale), $"scale: expected {Suggestion.List(Enum.GetNames<DensityScale>())}"),
            (Stops is >= -MostStops and <= MostStops, $"stops: expected {-MostStops} to {MostStops}"),
            (Enum.IsDefined(Readout), $"readout: expected {Suggestion.List(Enum.GetNames<StudioNumbers>())}"),
        ];
        return rules.Where(rule => !rule.IsSound).Select(rule => rule.Words).FirstOrDefault();
    }

    private string? FormulaDefect()
    {
        try
        {
            int layers = FlowShape.Parse(Formula ?? "", dimension: 1).LayerCount;
            return layers <= MostFormulaLayers ? null : FormattableString.Invariant($"has {layers} layers: expected {MostFormulaLayers} at most");
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
