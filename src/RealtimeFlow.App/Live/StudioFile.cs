using System.Text.Json;
using System.Text.Json.Nodes;
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

            StudioState state = Merge(JsonNode.Parse(stream) as JsonObject ?? throw new JsonException("Expected an object."));
            return state.Defect() is string defect ? throw new FileFormatException($"{path}: {defect}") : state;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new FileFormatException($"{path}: no settings of rtflow live: {InOneLine(exception)}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>A fresh state but for what a file names.</summary>
    private static StudioState Merge(JsonObject named)
    {
        JsonObject all = JsonSerializer.SerializeToNode(new StudioState(), Json.Default.StudioState)!.AsObject();
        string[] known = [.. all.Select(member => member.Key)];
        foreach ((string name, JsonNode? value) in named)
        {
            if (!all.ContainsKey(name))
            {
                throw new JsonException($"There is no setting '{name}'{Suggestion.For(name, known)}.");
            }

            all[name] = value?.DeepClone();
        }

        return all.Deserialize(Json.Default.StudioState)!;
    }

    private static string InOneLine(Exception exception)
    {
        if (exception is JsonException { Path.Length: > 2 } json)
        {
            // The serializer's own words name a type of this program.
            return $"{json.Path[2..]} cannot have this value";
        }

        return exception.Message.Split(" Path: ")[0].ReplaceLineEndings(" ").TrimEnd('.');
    }
}
