using System.Text.Json;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;

namespace RealtimeFlow.App.Tests;

public sealed class InspectTests
{
    public static TheoryData<string, FlowDirection, string> Models => new()
    {
        { "gaussian", FlowDirection.Generative, "gaussian, mean (0.5, -0.25), log_scale (0.125, 0)" },
        { "uniform", FlowDirection.Normalizing, "uniform, center (0.5, -0.25), log_half_width (0.125, 0)" },
        { "student-t", FlowDirection.Normalizing, "student-t with 3.5 degrees of freedom, location (0.5, -0.25), log_scale (0.125, 0)" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Direction_and_base_are_told_in_text_and_json(string name, FlowDirection direction, string words)
    {
        BaseKind[] kinds = [BaseKind.Gaussian, BaseKind.Uniform, BaseKind.StudentT(3.5f)];
        BaseKind kind = kinds.Single(k => k.Name == name);
        using TemporaryFolder folder = new();
        string path = folder.File("model.safetensors");
        FlowShape shape = FlowShape.Parse("planar:1", 2, kind);
        ModelFile.Write(path, new FlowDistribution(shape, [0.5f, -0.25f, 0.125f, 0, 1, 0, 1, 0, 0], direction));

        string text = Rtflow.Run("inspect", path).Output;
        JsonElement json = Rtflow.Run("inspect", path, "--json").Json();

        Assert.Contains($"direction   {direction.ToString().ToLowerInvariant()}", text, StringComparison.Ordinal);
        Assert.Contains($"base        {words}", text, StringComparison.Ordinal);
        Assert.Equal(
            ["sound", "dimension", "direction", "base", "layers", "layer_count", "parameters", "least_s", "least_s_layer"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(direction.ToString().ToLowerInvariant(), json.GetProperty("direction").GetString());
        JsonElement told = json.GetProperty("base");
        Assert.Equal(["name", "degrees_of_freedom", "location", "log_scale"], told.EnumerateObject().Select(property => property.Name));
        Assert.Equal(name, told.GetProperty("name").GetString());
        Assert.Equal(kind.DegreesOfFreedom?.ToString() ?? "", told.GetProperty("degrees_of_freedom").ToString());
        Assert.Equal([0.5, -0.25], told.GetProperty("location").EnumerateArray().Select(number => number.GetDouble()));
        Assert.Equal([0.125, 0], told.GetProperty("log_scale").EnumerateArray().Select(number => number.GetDouble()));
    }
}
