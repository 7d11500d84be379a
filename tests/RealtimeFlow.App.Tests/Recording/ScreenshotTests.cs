using RealtimeFlow.App.Recording;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;

namespace RealtimeFlow.App.Tests.Recording;

public sealed class ScreenshotTests
{
    [Fact]
    public void Beside_the_picture_stand_the_model_and_the_settings_under_the_first_free_name()
    {
        using TemporaryFolder folder = new();
        FlowShape shape = FlowShape.Parse("planar:1", 2);
        FlowDistribution flow = new(shape, [0, 0, 0, 0, 1, 2, 0.5f, 0.25f, 3]);
        File.WriteAllText(folder.File("rtflow-001.gif"), "");
        Directory.CreateDirectory(folder.File("rtflow-002-frames"));

        string name = Screenshot.FreeName(folder.Path);
        Assert.Equal(folder.File("rtflow-003"), name);
        Screenshot.Write(name, new byte[4 * 3 * 2], 3, 2, flow, "{}");
        Assert.Equal(folder.File("rtflow-004"), Screenshot.FreeName(folder.Path));

        Assert.Equal("{}", File.ReadAllText(folder.File("rtflow-003.json")));
        Assert.Equal(flow.Parameters, ModelFile.Read(folder.File("rtflow-003.safetensors")).Parameters);
        Assert.True(File.Exists(folder.File("rtflow-003.png")));
    }
}
