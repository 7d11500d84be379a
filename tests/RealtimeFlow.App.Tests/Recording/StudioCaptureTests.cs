using System.Text.Json;
using RealtimeFlow.App.Live;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Tests.Recording;

/// <summary>Files go into the working folder, which the process has one of: tests of one class, one after another.</summary>
public sealed class StudioCaptureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(1);
    private readonly SoftwareRenderer _renderer = new();
    private readonly Studio _studio;

    public StudioCaptureTests()
    {
        _renderer.Resize(640, 400);
        StudioState state = new() { Formula = "planar:2", Particles = 1000 };
        _studio = new Studio(state, new StudioOptions { Threads = 1, StepsAFrame = 1 }, _renderer, _workers);
    }

    [Fact]
    public void A_named_recording_has_every_frame_and_ends_where_the_size_changes()
    {
        Assert.SkipUnless(Ffmpeg.Find() != null || Environment.GetEnvironmentVariable("CI") == "true", Ffmpeg.Cure);
        using StudioCapture capture = new(_studio, _folder.File("s.json"), 60);
        Draw(capture, 1);
        capture.Begin(_folder.File("a.mp4"));
        Assert.True(capture.IsRecording);
        Draw(capture, 3);
        Assert.Equal($"recorded: {_folder.File("a.mp4")}", capture.Finish());
        Assert.False(capture.IsRecording);

        capture.Begin(_folder.File("b.gif"));
        Draw(capture, 4);
        _renderer.Resize(200, 100);
        Draw(capture, 3);
        Assert.False(capture.IsRecording);
        Assert.Equal($"another size ended the recording: recorded: {_folder.File("b.gif")}", _studio.Notice);
        Assert.Equal([_folder.File("a.mp4"), _folder.File("b.gif")], Directory.GetFileSystemEntries(_folder.Path).Order());
    }

    [Fact]
    public void Settings_are_saved_and_restored_and_what_fails_is_said()
    {
        using StudioCapture capture = new(_studio, _folder.File("s.json"), 60);
        _studio.Set(_studio.State with { HasGrid = true });
        capture.Do(StudioRequest.Save);
        Assert.Equal($"saved to {_folder.File("s.json")}", _studio.Notice);
        _studio.Set(_studio.State with { HasGrid = false });
        capture.Do(StudioRequest.Load);
        Assert.True(_studio.State.HasGrid);

        using StudioCapture nowhere = new(_studio, _folder.File("no/s.json"), 60);
        nowhere.Do(StudioRequest.Save);
        Assert.Contains("no folder", _studio.Notice, StringComparison.Ordinal);
        Assert.Throws<IOException>(() =>
        {
            Draw(capture, 1);
            capture.Begin(_folder.File("no/a.mp4"));
        });
    }

    [Fact]
    public void The_tour_goes_through_all_its_scenes()
    {
        Assert.SkipUnless(Ffmpeg.Find() != null || Environment.GetEnvironmentVariable("CI") == "true", Ffmpeg.Cure);
        string video = _folder.File("tour.gif");
        JsonElement report = Rtflow.Run(
            ["tour", "--short", "--out", video, "--size", "320x180", "--fps", "10", "--particles", "2000", "--json"]).Json();

        Assert.Equal(26, report.GetProperty("frames").GetInt32());
        Assert.Equal("GIF89a"u8, File.ReadAllBytes(video).AsSpan(0, 6));
    }

    [Fact]
    public void The_tour_drags_a_mode_and_goes_through_the_layers()
    {
        Draw(null, 1);
        Tour tour = new(_studio);
        float[] before = [];
        double least = double.PositiveInfinity;
        HashSet<string> subjects = [];
        for (double time = 0; time < tour.Seconds; time += 0.25)
        {
            tour.Advance(time);
            Draw(null, 1);
            subjects.Add(_studio.State.Subject);
            least = Math.Min(least, _studio.Depth ?? _studio.Layers);
            if (time == 12)
            {
                before = _studio.Subject.Editable!.Numbers.ToArray();
            }
            else if (time == 16)
            {
                Assert.NotEqual(before, _studio.Subject.Editable!.Numbers.ToArray());
            }
        }

        Assert.Equal(["u1", "u2", "eight-gaussians", "u4"], subjects);
        Assert.InRange(least, 0, 0.5);
        Assert.Equal(DensityScale.Logarithmic, _studio.State.Scale);
    }

    public void Dispose()
    {
        _studio.Dispose();
        _renderer.Dispose();
        _workers.Dispose();
        _folder.Dispose();
    }

    private void Draw(StudioCapture? capture, int frames)
    {
        for (int frame = 0; frame < frames; frame++)
        {
            _studio.Advance(1 / 60.0);
            _studio.Draw();
            capture?.Take();
        }
    }
}
