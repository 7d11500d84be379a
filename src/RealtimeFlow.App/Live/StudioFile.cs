using System.Text.Json;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Live;

/// <summary>A state as a small JSON file. What it does not name is as in a fresh studio.</summary>
internal static class StudioFile
{
    // A painted target is the longest part: a number a pixel.
    private const long MostBytes = 1 << 24;

    /// <summary>Writes a state; a file of that name is replaced.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line and names the path.</exception>
    public static void Write(string path, StudioState state) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, state, Json.Default.StudioState));

    /// <summary>Reads a state.</summary>
    /// <exception cref="IOException">It cannot be read; the message is one line and names the path.</exception>
    /// <exception cref="FileFormatException">It is no state; the message is one line and names the path, the place and what is expected.</exception>
    public static StudioState Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > MostBytes)
            {
                throw new FileFormatException($"{path}: has {stream.Length} bytes: expected the settings of rtflow live, {MostBytes} at most");
            }

            StudioState state = JsonSerializer.Deserialize(stream, Json.Default.StudioState) ?? throw new FileFormatException($"{path}: expected an object with the settings of rtflow live, not null");
            return state.Defect() is string defect ? throw new FileFormatException($"{path}: {defect}") : state;
        }
        catch (JsonException exception)
        {
            throw new FileFormatException($"{path}: {InOneLine(exception)}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static string InOneLine(JsonException exception)
    {
        string place = FormattableString.Invariant($"line {(exception.LineNumber ?? 0) + 1}");
        string member = exception.Path is { Length: > 2 } path ? $", {path[2..]}" : "";
        string why = exception.Message.Split(" Path: ")[0].ReplaceLineEndings(" ");
        return $"no settings of rtflow live ({place}{member}): {why}";
    }
}
