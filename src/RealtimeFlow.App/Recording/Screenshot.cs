using System.Globalization;
using System.Text;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Recording;

/// <summary>A picture with what it shows beside it, under one name: the flow as .safetensors, the settings as .json.</summary>
internal static class Screenshot
{
    private static readonly string[] Endings = [".png", ".safetensors", ".json", ".mp4", ".gif"];

    /// <summary>The first of rtflow-001, rtflow-002, … under which a folder holds nothing yet, less its ending.</summary>
    public static string FreeName(string folder)
    {
        for (int number = 1; ; number++)
        {
            string name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rtflow-{number:D3}"));
            if (!Array.Exists(Endings, ending => File.Exists(name + ending)) && !Directory.Exists(NumberedPictures.FolderOf($"{name}.mp4")))
            {
                return name;
            }
        }
    }

    /// <summary>Writes picture, flow and settings.</summary>
    /// <param name="name">The files' name, less their endings.</param>
    /// <param name="rgba">4 · width · height bytes, the top row first.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="flow">What the picture shows.</param>
    /// <param name="settings">How it came about, as JSON.</param>
    /// <exception cref="IOException">One of them cannot be written; the message names it.</exception>
    public static void Write(string name, ReadOnlyMemory<byte> rgba, int width, int height, FlowDistribution flow, string settings)
    {
        ModelFile.Write($"{name}.safetensors", flow);
        AtomicFile.Write($"{name}.json", stream => stream.Write(Encoding.UTF8.GetBytes(settings)));
        PngWriter.Write($"{name}.png", rgba, width, height);
    }
}
