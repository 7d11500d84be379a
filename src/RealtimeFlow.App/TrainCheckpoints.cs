using System.Diagnostics;
using System.Text.Json;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>What a checkpoint keeps of a run beside its trainer.</summary>
/// <param name="Limits">What ends it.</param>
/// <param name="Schedule">How long its schedules are.</param>
/// <param name="Seconds">The time it took so far.</param>
internal sealed record TrainNote(TrainLimits Limits, TrainSchedule Schedule, double Seconds)
{
    /// <summary>Reads the note of a checkpoint.</summary>
    /// <exception cref="FileFormatException">It is none of a run of this program.</exception>
    public static TrainNote Read(Checkpoint checkpoint, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(checkpoint.Note, Json.Default.TrainNote) is { IsSound: true } note ? note : throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new FileFormatException($"{path}: its note is not that of a training run, so that nobody knows when it ends", exception);
        }
    }

    private bool IsSound => Limits.IsSound && Schedule.IsSound && Seconds is >= 0 and < double.PositiveInfinity;
}

/// <summary>Where the checkpoints of a run go, and how often.</summary>
/// <param name="path">The file, which each replaces.</param>
/// <param name="steps">After every so many steps of the run.</param>
/// <param name="seconds">When so many seconds are over since the last.</param>
internal sealed class TrainCheckpoints(string path, long? steps, double? seconds)
{
    private long _written = Stopwatch.GetTimestamp();

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Whether after so many steps the next one is due.</summary>
    public bool IsDue(long done) => done % steps == 0 || Stopwatch.GetElapsedTime(_written).TotalSeconds >= seconds;

    /// <summary>Replaces the file.</summary>
    public void Write(Checkpoint checkpoint) => Write(file => CheckpointFile.Write(file, checkpoint));

    /// <inheritdoc cref="Write(Checkpoint)"/>
    public void Write(ImageCheckpoint checkpoint) => Write(file => ImageCheckpointFile.Write(file, checkpoint));

    private void Write(Action<string> write)
    {
        write(path);
        _written = Stopwatch.GetTimestamp();
    }
}
