using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.App.Live;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Recording;

/// <summary><c>rtflow tour</c>: the video that shows what the studio does, made without a window and the same on every machine.</summary>
internal static class TourCommand
{
    private const int StepsASecond = 1800, ScheduledSteps = 5000;

    // In short, time goes so many times as fast: every scene is there, for a few frames.
    private const double Haste = 12;

    public static Command Make()
    {
        Option<string> path = Options.Make("--out", "FILE", "the video, .mp4 or .gif", text => (text, Recorder.Complaint(text)), () => "tour.mp4");
        Option<(int Width, int Height)> size = Options.PictureSize();
        Option<int> framesPerSecond = Options.Count("--fps", "N", "frames a second", 1, 60, () => 30);
        Option<ulong> seed = Options.Seed();
        Option<int> particles = Options.Count("--particles", "N", "particles", StudioState.LeastParticles, StudioState.MostParticles, () => 1_000_000);
        Option<int> threads = Options.Threads();
        Option<bool> brief = new("--short") { Description = $"every scene for a few frames only: {Haste} times as fast" };
        Option<bool> json = Options.Json();
        Command command = new("tour", "Record a tour of the live window: targets change, a mode is dragged and the flow follows, the layers are gone through.");
        Option[] options = [path, size, framesPerSecond, seed, particles, threads, brief, json];
        Array.ForEach(options, command.Add);
        command.SetAction(parsed =>
        {
            StudioState state = new() { Seed = parsed.GetValue(seed), Particles = parsed.GetValue(particles) };
            RenderReport report = Record(
                state,
                parsed.GetRequiredValue(path),
                parsed.GetRequiredValue(size),
                parsed.GetValue(framesPerSecond),
                parsed.GetValue(threads),
                parsed.GetValue(brief) ? Haste : 1,
                parsed.InvocationConfiguration.Error);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? Json.Text(report) : report.Text());
        });
        return command;
    }

    private static RenderReport Record(
        StudioState state, string path, (int Width, int Height) size, int framesPerSecond, int threads, double haste, TextWriter error)
    {
        AtomicFile.EnsureWritable(path);
        long start = Stopwatch.GetTimestamp();
        using Interruption interruption = new();
        using WorkerPool workers = new(threads);
        using SoftwareRenderer renderer = new();
        renderer.Resize(size.Width, size.Height);
        StudioOptions options = new() { Threads = threads, StepsAFrame = Math.Max(1, StepsASecond / framesPerSecond), ScheduledSteps = ScheduledSteps };
        using Studio studio = new(state, options, renderer, workers);
        using Recorder recorder = Recorder.Start(path, size.Width, size.Height, framesPerSecond, Ffmpeg.Find());
        Tour tour = new(studio);
        ProgressLine progress = new(error);
        int frames = (int)Math.Ceiling(tour.Seconds * framesPerSecond / haste);
        byte[] rgba = new byte[4 * size.Width * size.Height];
        for (int frame = 0; frame < frames; frame++)
        {
            interruption.Token.ThrowIfCancellationRequested();

            // A hand needs a first picture to point at.
            if (frame > 0)
            {
                tour.Advance(frame * haste / framesPerSecond);
            }

            studio.Advance(1.0 / framesPerSecond);
            studio.Draw();
            renderer.ReadPixels(rgba);
            recorder.Add(rgba);
            if (progress.IsDue)
            {
                progress.Show(string.Create(CultureInfo.InvariantCulture, $"frame {frame + 1} of {frames}  {(frame + 1) / Stopwatch.GetElapsedTime(start).TotalSeconds:F1} frames/s"));
            }
        }

        recorder.Finish();
        progress.End();
        if (recorder.Remark != null)
        {
            error.WriteLine($"rtflow: {recorder.Remark}");
        }

        return new RenderReport(frames, size.Width, size.Height, Stopwatch.GetElapsedTime(start).TotalSeconds, recorder.Place);
    }
}
