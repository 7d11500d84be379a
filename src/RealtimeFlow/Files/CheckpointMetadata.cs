using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RealtimeFlow.Amortized;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Files;

/// <summary>What the metadata of a checkpoint say: those of the flow, and how, on what and for how long it was trained.</summary>
internal sealed class CheckpointMetadata() : ModelMetadata(Format, OptionsKey, StateKey, TargetKey, NoteKey)
{
    private const string Format = "realtimeflow-checkpoint";
    private const string OptionsKey = "options", StateKey = "state", TargetKey = "target", NoteKey = "note";

    public TrainerOptions Options { get; private set; } = new();

    public TrainerState State { get; private set; } = null!;

    public string Target { get; private set; } = "";

    public string Note { get; private set; } = "";

    /// <summary>The metadata of a checkpoint, by key.</summary>
    public static IEnumerable<(string Key, string Text)> Texts(Checkpoint checkpoint) =>
    [
        .. Texts(Format, checkpoint.Shape, checkpoint.Direction),
        (OptionsKey, JsonSerializer.Serialize(checkpoint.Options, CheckpointJson.Default.TrainerOptions)),
        (StateKey, JsonSerializer.Serialize(checkpoint.State, CheckpointJson.Default.TrainerState)),
        (TargetKey, checkpoint.Target),
        (NoteKey, checkpoint.Note),
    ];

    /// <inheritdoc/>
    /// <remarks>No layer has a tensor of its own here: the length of the text alone bounds how many it names.</remarks>
    protected override bool Fits(int layers, long headerLength) => true;

    /// <inheritdoc/>
    protected override void ReadEntry(in TensorHeader header, string key)
    {
        switch (key)
        {
            case OptionsKey:
                Options = ReadObject(in header, key, CheckpointJson.Default.TrainerOptions);
                Check(Options.Validate);
                break;
            case StateKey:
                State = ReadObject(in header, key, CheckpointJson.Default.TrainerState);
                if (!State.IsSound)
                {
                    throw Refuse("state has numbers that no trainer counts");
                }

                break;
            case TargetKey:
                Target = Encoding.UTF8.GetString(header.Text);
                break;
            default:
                Note = Encoding.UTF8.GetString(header.Text);
                break;
        }
    }

    /// <summary>Reads the JSON object that is the text of a key.</summary>
    internal static T ReadObject<T>(in TensorHeader header, string key, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(header.Text, type) ?? throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw Refuse($"{key} is '{TensorHeader.Show(header.Text)}': expected the JSON object that a trainer writes", exception);
        }
    }

    /// <summary>Refuses options that a trainer would.</summary>
    internal static void Check(Action validate)
    {
        try
        {
            validate();
        }
        catch (ArgumentException exception)
        {
            throw Refuse($"options: {exception.Message}", exception);
        }
    }
}

/// <summary>Options and counts as JSON: every number is read as the one that was written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrainerOptions))]
[JsonSerializable(typeof(TrainerState))]
[JsonSerializable(typeof(AmortizedOptions))]
[JsonSerializable(typeof(AmortizedState))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
