using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;

namespace RealtimeFlow.App.Tests.Pictures;

public sealed class RenderTests
{
    private static readonly string[] Small = ["--size", "160x120", "--particles", "2000"];

    [Theory]
    [InlineData("")]
    [InlineData("--view particles")]
    [InlineData("--view target,density --target u2 --colors viridis")]
    [InlineData("--view difference,strip,grid --target u2")]
    [InlineData("--view strip")]
    public void A_picture_of_a_model_is_the_same_every_time(string options)
    {
        using TemporaryFolder folder = new();
        string[] line = [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        string model = Model(folder, 2);
        Rtflow first = Rtflow.Run(["render", "--model", model, "--out", folder.File("a.png"), .. Small, .. line]);
        Rtflow.Run(["render", "--model", model, "--out", folder.File("b.png"), "--threads", "1", .. Small, .. line]);

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.StartsWith("1 frame of 160 x 120 in", first.Output, StringComparison.Ordinal);
        byte[] picture = File.ReadAllBytes(folder.File("a.png"));
        Assert.Equal(picture, File.ReadAllBytes(folder.File("b.png")));
        Assert.Equal((160, 120), (BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20))));
    }

    [Fact]
    public void A_training_run_becomes_a_video_of_the_asked_length()
    {
        Assert.SkipUnless(Ffmpeg.Find() != null || Environment.GetEnvironmentVariable("CI") == "true", Ffmpeg.Cure);
        using TemporaryFolder folder = new();
        string video = folder.File("a.gif");
        JsonElement report = Rtflow.Run(["render", "--target", "u1", "--flow", "planar:2", "--steps", "50", "--seconds", "0.5", "--fps", "20", "--out", video, "--json", .. Small]).Json();

        Assert.Equal(10, report.GetProperty("frames").GetInt32());
        Assert.Equal((160, 120), (report.GetProperty("width").GetInt32(), report.GetProperty("height").GetInt32()));
        Assert.Equal(video, report.GetProperty("out").GetString());
        Assert.True(report.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal("GIF89a"u8, File.ReadAllBytes(video).AsSpan(0, 6));
        Assert.Equal([video], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Without_ffmpeg_the_frames_are_pictures_and_it_is_told()
    {
        using TemporaryFolder folder = new();
        string dotnet = Environment.ProcessPath is string path && Path.GetFileName(path) == "dotnet" ? path : Ffmpeg.Find("dotnet")!;
        ProcessStartInfo start = new(dotnet, [Path.Combine(AppContext.BaseDirectory, "rtflow.dll"), "render", "--model", Model(folder, 2), "--seconds", "0.2", "--fps", "10", "--out", "a.mp4", "--json", .. Small])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["PATH"] = folder.Path;
        using Process process = Process.Start(start)!;
        Rtflow run = Rtflow.End(process);

        Assert.Equal("a-frames", run.Json().GetProperty("out").GetString());
        Assert.StartsWith("rtflow: there is no ffmpeg, so 2 pictures are in 'a-frames'", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(["00001.png", "00002.png"], Directory.GetFiles(folder.File("a-frames")).Select(Path.GetFileName).Order());
        Assert.NotEqual(File.ReadAllBytes(folder.File("a-frames/00001.png")), File.ReadAllBytes(folder.File("a-frames/00002.png")));
    }

    [Theory]
    [InlineData("--out a.avi", 2, "--out", "ends in .png, .mp4 or .gif", "'a.avi'")]
    [InlineData("", 2, "--out: expected FILE")]
    [InlineData("--out a.png --seconds 3", 2, "--out: expected a video", "--seconds")]
    [InlineData("--out a.png --fps 3", 2, "--out: expected a video", "--fps")]
    [InlineData("--out a.mp4 --seconds 1e9", 2, "--seconds", "3600 at most")]
    [InlineData("--out a.png --view density,foo", 2, "--view", "particles, density, target, difference, strip or grid", "'density,foo'")]
    [InlineData("--out a.png --model MODEL --view target", 2, "--view", "--target NAME")]
    [InlineData("--out a.png --model MODEL --view grid,difference", 2, "--view", "--target NAME with difference")]
    [InlineData("--out a.png --flow planar:65 --view strip", 2, "--view", "64 at most, not 65")]
    [InlineData("--out a.png --model MODEL --steps 5", 2, "--steps", "without --model")]
    [InlineData("--out a.png --size 1x1", 2, "--size", "1280x720")]
    [InlineData("--out a.png --colors pink", 2, "--colors", "inferno")]
    [InlineData("--out a.png --model THREE", 1, "is a model of dimension 3")]
    [InlineData("--out a.png --model no/such", 1, "no/such")]
    [InlineData("--out no/such/a.png", 1, "no folder")]
    [InlineData("--out no/such/a.mp4", 1, "no folder")]
    public void What_makes_no_sense_or_fails_is_told_in_one_line_and_leaves_nothing(string line, int exitCode, params string[] words)
    {
        using TemporaryFolder folder = new();
        string[] args = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
        {
            "MODEL" => Model(folder, 2),
            "THREE" => Model(folder, 3),
            _ when word.StartsWith("a.", StringComparison.Ordinal) => folder.File(word),
            _ => word,
        })];
        string[] before = Directory.GetFileSystemEntries(folder.Path);
        Rtflow.Run(["render", .. args]).AssertComplaint(exitCode, [.. words.Select(word => word.Replace("'a.", $"'{folder.Path}/a.", StringComparison.Ordinal))]);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>A model that bends the plane.</summary>
    private static string Model(TemporaryFolder folder, int dimension)
    {
        FlowShape shape = FlowShape.Parse("planar:1,radial:1", dimension);
        float[] parameters = new float[shape.ParameterCount];
        Span<float> planar = parameters.AsSpan(shape.Layer(0)), radial = parameters.AsSpan(shape.Layer(1));
        planar[0] = 2;
        planar[dimension] = 1.5f;
        radial[dimension] = 1;
        radial[dimension + 1] = 2;
        string path = folder.File($"model-{dimension}.safetensors");
        ModelFile.Write(path, new FlowDistribution(shape, parameters));
        return path;
    }
}
