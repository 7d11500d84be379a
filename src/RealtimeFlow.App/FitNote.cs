using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>What ends a fit; the first that is reached does.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time, from the first step on, looks at the held-out rows included.</param>
/// <param name="Patience">So many looks at the held-out rows without a new least loss.</param>
internal readonly record struct FitLimits(long? Steps, double? Seconds, int? Patience)
{
    /// <summary>Whether there is a limit, and each is one that can be reached.</summary>
    public bool IsSound => (Steps != null || Seconds != null) && !(Steps <= 0 || Seconds is <= 0 or double.NaN || Patience <= 0);
}

/// <summary>What a checkpoint keeps of a fit beside its trainer and its best parameters.</summary>
/// <param name="Rows">A hash of the rows.</param>
/// <param name="HeldOutShare">The share of them that is held out.</param>
/// <param name="Limits">What ends it.</param>
/// <param name="Schedule">How long its schedules are.</param>
/// <param name="Seconds">The time it took so far.</param>
/// <param name="LeastLoss">The least loss of the held-out rows in standard units; null before the first.</param>
/// <param name="LooksSince">The looks since that.</param>
internal sealed record FitNote(
    string Rows, double HeldOutShare, FitLimits Limits, TrainSchedule Schedule, double Seconds, double? LeastLoss, int LooksSince)
{
    /// <summary>Reads the note of a checkpoint.</summary>
    /// <exception cref="FileFormatException">It is none of a fit, or was of other rows.</exception>
    public static FitNote Read(Checkpoint checkpoint, string path, FitData data)
    {
        FitNote? note = null;
        try
        {
            note = JsonSerializer.Deserialize(checkpoint.Note, Json.Default.FitNote);
        }
        catch (JsonException)
        {
            // Told below, as of a note that is not sound.
        }

        return note is not { IsSound: true } || checkpoint.Target.Length > 0 || checkpoint.Kept.IsEmpty == (note.LeastLoss != null)
                ? throw new FileFormatException($"{path}: is no checkpoint of a fit")
            : note.Rows != HashOf(data.Rows) || checkpoint.Shape.Dimension != data.Rows.Dimension
                ? throw new FileFormatException($"{path}: its fit was begun on other rows than those of {data.Name}")
            : note;
    }

    /// <summary>What tells rows from others.</summary>
    public static string HashOf(DataSet rows)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(rows.Points));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private bool IsSound =>
        Limits.IsSound && Schedule.IsSound && HeldOutShare is > 0 and < 1 && Seconds is >= 0 and < double.PositiveInfinity && LooksSince >= 0;
}
