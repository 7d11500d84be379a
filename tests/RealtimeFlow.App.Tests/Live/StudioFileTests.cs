using System.Text.Json;
using RealtimeFlow.App.Live;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Tests.Live;

public sealed class StudioFileTests
{
    private static readonly StudioState Everything = new()
    {
        Subject = "rings",
        Numbers = [-0.9f, 0.5f, 0.2f, 1.5f, 1, 1, -0.5f, 0.2f, 1.5f, 2],
        Formula = "planar:3,radial:2",
        Seed = ulong.MaxValue,
        BatchSize = 1024,
        LearningRate = 0.005,
        Beta = 0.25,
        IsPaused = true,
        StepsPerSecond = 30,
        Particles = 12_345,
        Panels = StudioPanels.Density | StudioPanels.Difference,
        HasStrip = true,
        HasGrid = true,
        HasLayers = true,
        HasTrajectories = true,
        Depth = 2.5,
        ColorMap = ColorMap.Cividis,
        Scale = DensityScale.Logarithmic,
        Stops = -1.25,
        HasControls = true,
        HasCurves = true,
        HasHelp = true,
        Readout = StudioNumbers.None,
    };

    [Fact]
    public void A_state_comes_back_as_it_was_and_the_studio_is_in_it()
    {
        using TemporaryFolder folder = new();
        StudioFile.Write(folder.File("a.json"), Everything);
        StudioState read = StudioFile.Read(folder.File("a.json"));
        Assert.Equal(Everything.Numbers, read.Numbers);
        Assert.Equal(Everything, read with { Numbers = Everything.Numbers });

        using Stage stage = new(width: 320, height: 180);
        stage.Frames(1);
        stage.Studio.Load(folder.File("a.json"));
        stage.Frames(2);
        Assert.Equal(read, stage.State);
        Assert.Equal(("planar:3,radial:2", 0), (stage.Studio.Snapshot.Shape.ToString(), stage.Studio.Snapshot.Steps));
        Assert.Equal(Everything.Numbers, stage.Studio.Subject.Editable!.Numbers.ToArray());
    }

    [Fact]
    public void What_a_file_does_not_name_is_as_in_a_fresh_studio() =>
        Assert.Equal(new StudioState { Subject = "u3", HasStrip = true }, Read("""{"subject": "u3", "has_strip": true}"""));

    [Theory]
    [InlineData("", "a.json")]
    [InlineData("nonsense", "a.json")]
    [InlineData("{\"seed\": ", "a.json")]
    [InlineData("[]", "object")]
    [InlineData("null", "object")]
    [InlineData("{\"subjct\": \"u1\"}", "did you mean subject")]
    [InlineData("{\"subject\": \"u9\"}", "subject: expected u1, u2")]
    [InlineData("{\"subject\": null}", "subject")]
    [InlineData("{\"subject\": \"u1\", \"subject\": \"u2\"}", "subject")]
    [InlineData("{\"seed\": -1}", "seed")]
    [InlineData("{\"seed\": \"one\"}", "seed")]
    [InlineData("{\"formula\": \"planar\"}", "formula")]
    [InlineData("{\"formula\": \"planar:99999\"}", "formula: has 99999 layers")]
    [InlineData("{\"batch_size\": 100}", "batch_size: expected a multiple of 64")]
    [InlineData("{\"learning_rate\": 0}", "learning_rate")]
    [InlineData("{\"learning_rate\": 1e999}", "learning_rate")]
    [InlineData("{\"beta\": 2}", "beta")]
    [InlineData("{\"particles\": 0}", "particles")]
    [InlineData("{\"particles\": 1e30}", "particles")]
    [InlineData("{\"panels\": \"Nonsense\"}", "panels")]
    [InlineData("{\"panels\": \"None\"}", "panels")]
    [InlineData("{\"panels\": 64}", "panels")]
    [InlineData("{\"depth\": -1}", "depth")]
    [InlineData("{\"color_map\": \"Jet\"}", "color_map")]
    [InlineData("{\"color_map\": 77}", "color_map")]
    [InlineData("{\"scale\": 77}", "scale")]
    [InlineData("{\"stops\": 100}", "stops")]
    [InlineData("{\"numbers\": []}", "numbers")]
    [InlineData("{\"numbers\": [1, \"x\"]}", "numbers")]
    [InlineData("{\"steps_per_second\": 0}", "steps_per_second")]
    public void What_is_no_state_is_refused_in_one_line_that_says_where_and_what(string text, string words)
    {
        FileFormatException complaint = Assert.Throws<FileFormatException>(() => Read(text));
        Assert.Contains("a.json", complaint.Message, StringComparison.Ordinal);
        Assert.Contains(words, complaint.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', complaint.Message);
        Assert.DoesNotContain("RealtimeFlow.", complaint.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"subject\": \"rings\", \"numbers\": [1, 2]}")]
    [InlineData("{\"subject\": \"eight-gaussians\", \"numbers\": [1]}")]
    [InlineData("{\"subject\": \"points\"}")]
    [InlineData("{\"subject\": \"image\", \"file\": \"no-such-file.png\"}")]
    public void What_only_the_subject_can_refuse_is_one_line_too(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.json"), text);
        Rtflow.Run("live", "--headless", "--frames", "1", "--state", folder.File("a.json"), "--screenshot", folder.File("a.png")).AssertComplaint(1);
        using Stage stage = new(width: 320, height: 180);
        StudioState before = stage.Frames(1).State;
        stage.Studio.Load(folder.File("a.json"));
        Assert.NotEqual("", stage.Studio.Notice);
        Assert.Same(before, stage.State);
    }

    [Fact]
    public void The_files_names_are_small_letters_and_its_values_words()
    {
        using TemporaryFolder folder = new();
        StudioFile.Write(folder.File("a.json"), Everything);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder.File("a.json")));
        Assert.Equal("Density, Difference", document.RootElement.GetProperty("panels").GetString());
        Assert.Equal("Cividis", document.RootElement.GetProperty("color_map").GetString());
        Assert.All(document.RootElement.EnumerateObject(), member => Assert.Equal(member.Name, member.Name.ToLowerInvariant()));
    }

    private static StudioState Read(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.json"), text);
        return StudioFile.Read(folder.File("a.json"));
    }
}
