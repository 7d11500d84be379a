using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Pictures;

/// <summary>Draws a flow over time into a file. Interrupted, it leaves nothing under the asked name.</summary>
internal sealed class RenderRun(IFlowOverTime flow, FlowPictures pictures, ProgressLine progress, CancellationToken interrupted)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>What is to be told beside the report, in one line; null for nothing.</summary>
    public string? Remark { get; private set; }

    private double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>The end, as a PNG.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public RenderReport Picture(string path)
    {
        flow.Advance(1, interrupted);
        pictures.Draw();
        PngWriter.Write(path, pictures.Rgba, pictures.Size.Width, pictures.Size.Height);
        return Report(1, path);
    }

    /// <summary>All of it, as a video.</summary>
    /// <param name="path">.mp4 or .gif.</param>
    /// <param name="frames">How many frames, at least 1.</param>
    /// <param name="framesPerSecond">The pace.</param>
    /// <param name="ffmpeg">The program; null for none.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public RenderReport Video(string path, int frames, int framesPerSecond, string? ffmpeg)
    {
        using Recorder recorder = Recorder.Start(path, pictures.Size.Width, pictures.Size.Height, framesPerSecond, ffmpeg);
        for (int frame = 0; frame < frames; frame++)
        {
            flow.Advance(frames == 1 ? 1 : frame / (frames - 1.0), interrupted);
            pictures.Draw();
            recorder.Add(pictures.Rgba);
            if (progress.IsDue)
            {
                progress.Show(string.Create(CultureInfo.InvariantCulture, $"frame {frame + 1} of {frames}  {(frame + 1) / Seconds:F1} frames/s  {flow.Words.Replace('\t', ' ')}"));
            }
        }

        recorder.Finish();
        progress.End();
        Remark = recorder.Remark;
        return Report(frames, recorder.Place);
    }

    private RenderReport Report(int frames, string path) => new(frames, pictures.Size.Width, pictures.Size.Height, Seconds, path);
}
