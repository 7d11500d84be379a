using System.Text.Json;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Vae;

/// <summary>What ends a run; the first that is reached does.</summary>
/// <param name="Steps">So many steps.</param>
/// <param name="Seconds">So much time, looks at held-out images included.</param>
internal readonly record struct VaeLimits(long? Steps, double? Seconds)
{
    /// <summary>Whether there is a limit, and each is one that can be reached.</summary>
    public bool IsSound => (Steps != null || Seconds != null) && !(Steps <= 0 || Seconds is <= 0 or double.NaN);
}

/// <summary>What a checkpoint keeps of a run beside its trainer.</summary>
/// <param name="Images">A hash of the images that are learned.</param>
/// <param name="Validates">Whether the last sixth of the images is held out.</param>
/// <param name="Plan">What the command line said that began it.</param>
/// <param name="Limits">What ends it.</param>
/// <param name="Seconds">The time it took so far.</param>
internal sealed record VaeNote(string Images, bool Validates, VaePlan Plan, VaeLimits Limits, double Seconds)
{
    /// <summary>Reads the note of a checkpoint.</summary>
    /// <exception cref="FileFormatException">It is none of a run of this program.</exception>
    public static VaeNote Read(ImageCheckpoint checkpoint, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(checkpoint.Note, Json.Default.VaeNote) is { IsSound: true } note ? note : throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new FileFormatException($"{path}: its note is not that of a training run, so that nobody knows when it ends", exception);
        }
    }

    /// <summary>What tells images from others.</summary>
    public static string HashOf(ImageRows rows) => rows.Digest ?? rows.Images.Digest;

    private bool IsSound => Images != null && Plan?.Training != null && Limits.IsSound && Seconds is >= 0 and < double.PositiveInfinity;
}
