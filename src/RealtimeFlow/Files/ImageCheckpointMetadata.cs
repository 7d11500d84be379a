using System.Text;
using System.Text.Json;
using RealtimeFlow.Amortized;

namespace RealtimeFlow.Files;

/// <summary>What the metadata of a run on images say: those of the model, and how and for how long it was trained.</summary>
internal sealed class ImageCheckpointMetadata() : ImageModelMetadata(CheckpointFormat, OptionsKey, StateKey, NoteKey)
{
    private const string CheckpointFormat = "realtimeflow-vae-checkpoint";

    // So many that no product of steps and images overflows.
    private const long MostSteps = 1L << 46;

    private const string OptionsKey = "options", StateKey = "state", NoteKey = "note";

    public AmortizedOptions Options { get; private set; } = new();

    public AmortizedState State { get; private set; }

    public string Note { get; private set; } = "";

    /// <summary>The metadata of a checkpoint, by key.</summary>
    public static IEnumerable<(string Key, string Text)> Texts(ImageCheckpoint checkpoint) =>
    [
        .. Texts(CheckpointFormat, checkpoint.Run.Model, checkpoint.Images),
        (OptionsKey, JsonSerializer.Serialize(checkpoint.Run.Options, CheckpointJson.Default.AmortizedOptions)),
        (StateKey, JsonSerializer.Serialize(checkpoint.Run.State, CheckpointJson.Default.AmortizedState)),
        (NoteKey, checkpoint.Note),
    ];

    /// <inheritdoc/>
    protected override void ReadEntry(in TensorHeader header, string key)
    {
        switch (key)
        {
            case OptionsKey:
                Options = CheckpointMetadata.ReadObject(in header, key, CheckpointJson.Default.AmortizedOptions);
                CheckpointMetadata.Check(Options.Validate);
                break;
            case StateKey:
                State = CheckpointMetadata.ReadObject(in header, key, CheckpointJson.Default.AmortizedState);
                if (State.Steps is < 0 or > MostSteps || State.SkippedSteps < 0 || State.SkippedSteps > State.Steps)
                {
                    throw Refuse("state has numbers that no trainer counts");
                }

                break;
            case NoteKey:
                Note = Encoding.UTF8.GetString(header.Text);
                break;
            default:
                base.ReadEntry(in header, key);
                break;
        }
    }
}
