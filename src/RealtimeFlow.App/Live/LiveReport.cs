using System.Globalization;

namespace RealtimeFlow.App.Live;

/// <summary>Times in milliseconds; null where there was none.</summary>
internal sealed record FrameTimesReport(double? Median, double? P95, double? P99, double Longest)
{
    /// <summary>The same for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Median,6:F1} median, {P95:F1} in 95 of 100, {P99:F1} in 99, {Longest:F1} at most");
}

/// <summary>Where the milliseconds of a frame go, on average: particles through the flow, densities, drawing and upload, and the way to the screen.</summary>
internal sealed record FrameWorkReport(double Particles, double Densities, double Drawing, double Showing);

/// <summary>How the live window ran.</summary>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="Device">What drew.</param>
/// <param name="Path">What computed particles and density.</param>
/// <param name="Seconds">How long it was measured, after it had settled.</param>
/// <param name="Frames">Frames in that time.</param>
/// <param name="FramesPerSecond">The pace.</param>
/// <param name="IntervalMs">From one picture on the screen to the next.</param>
/// <param name="WorkMs">From the beginning of a frame until it is on the screen; the rest of the interval is waiting.</param>
/// <param name="MeanMs">What that work is.</param>
/// <param name="StepsPerSecond">Training's pace.</param>
/// <param name="Particles">Particles in the picture.</param>
/// <param name="ParticlesAFrame">Those of them that a frame sent through the flow anew, on average.</param>
/// <param name="DensityScale">Pixels of the screen to each side of a pixel of the densities.</param>
/// <param name="InputMs">From a movement of the pointer, at any moment of a frame, until the picture that knows of it is on the screen.</param>
/// <param name="InputPictures">The most pictures from such a movement to that one, it included.</param>
/// <param name="BytesAFrame">Managed bytes that were allocated, on all threads.</param>
/// <param name="WorkingSetAtStart">Bytes of memory at the beginning.</param>
/// <param name="WorkingSetAtEnd">Bytes of memory at the end.</param>
/// <param name="FirstPictureSeconds">From the start of the process until its first picture was on the screen.</param>
internal sealed record LiveReport(
    int Width,
    int Height,
    string Device,
    string Path,
    double Seconds,
    long Frames,
    double? FramesPerSecond,
    FrameTimesReport IntervalMs,
    FrameTimesReport WorkMs,
    FrameWorkReport MeanMs,
    double? StepsPerSecond,
    int Particles,
    double ParticlesAFrame,
    int DensityScale,
    FrameTimesReport InputMs,
    int InputPictures,
    double BytesAFrame,
    long WorkingSetAtStart,
    long WorkingSetAtEnd,
    double? FirstPictureSeconds)
{
    private const double Megabyte = 1e6;

    /// <summary>The same for people.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"""
        {Width} x {Height} for {Seconds:F1} s; {Device}; particles and density: {Path}
        frames/s            {FramesPerSecond,6:F1}
        ms between pictures {IntervalMs}
        ms of work a frame  {WorkMs}
        of it, on average   {MeanMs.Particles,6:F1} particles, {MeanMs.Densities:F1} densities, {MeanMs.Drawing:F1} drawing, {MeanMs.Showing:F1} to the screen
        training steps/s    {StepsPerSecond,6:N0}
        particles        {Particles,9:N0}, {ParticlesAFrame:N0} of them anew in each frame
        density pixels         1:{DensityScale}
        ms, input to picture{InputMs}; {InputPictures} pictures at most
        bytes a frame       {BytesAFrame,6:N1}
        working set, MB     {WorkingSetAtStart / Megabyte,6:F1} at first, {WorkingSetAtEnd / Megabyte:F1} at last
        s to first picture  {FirstPictureSeconds,6:F2}
        """);
}
