using RealtimeFlow.Tests;

namespace RealtimeFlow.App.Tests.Vae;

/// <summary>The images that the tests come with, and a small model of them.</summary>
internal static class VaeFiles
{
    /// <summary>500 and 100 images of Fashion-MNIST.</summary>
    public static string Clothes { get; } = Path.Combine(Repository.Root, "tests", "RealtimeFlow.Tests", "Data", "fashion");

    /// <summary>A run of some steps on them.</summary>
    public static string[] Train(double steps = 30) =>
        ["vae", "train", "--data", Clothes, "--flow", "planar:2,radial:1", "--latents", "3", "--hidden", "12", "--batch", "20", "--steps", $"{steps}", "--seed", "5"];

    /// <summary>A model, trained for some steps.</summary>
    public static string Model(TemporaryFolder folder, params string[] options)
    {
        string model = folder.File("model.safetensors");
        Rtflow run = Rtflow.Run([.. Train(), "--out", model, .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return model;
    }
}
