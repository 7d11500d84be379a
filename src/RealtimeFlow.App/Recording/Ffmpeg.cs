using System.Globalization;

namespace RealtimeFlow.App.Recording;

/// <summary>How ffmpeg is found and what it is told.</summary>
internal static class Ffmpeg
{
    /// <summary>What to do where there is none.</summary>
    public const string Cure = "install ffmpeg (Debian, Ubuntu: apt-get install ffmpeg)";

    /// <summary>The program's path; null where it is not installed.</summary>
    public static string? Find() => Find("ffmpeg");

    /// <summary>Arguments that read RGBA frames from standard input and write H.264 into an MP4, as every player takes it.</summary>
    /// <remarks>
    /// 4:2:0 halves both sides, so an odd last row or column is left out. The colours are converted by, and marked as, BT.709: players
    /// take that for granted in pictures of this size.
    /// </remarks>
    public static string[] ToMp4(int width, int height, int framesPerSecond, string file) =>
    [
        .. Input(width, height, framesPerSecond),
        "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-movflags", "+faststart", "-f", "mp4", file,
    ];

    /// <summary>Arguments that keep RGBA frames from standard input without loss.</summary>
    public static string[] ToLossless(int width, int height, int framesPerSecond, string file) =>
        [.. Input(width, height, framesPerSecond), "-vf", "format=bgr0", "-c:v", "ffv1", "-level", "3", "-slices", "4", "-f", "matroska", file];

    /// <summary>
    /// Arguments that make a GIF of such a file, with the 128 colours that suit all of it: half of what is possible, for a third less to
    /// load. The file is read twice: a palette that is known only at the end, in one pass, would hold all frames in memory.
    /// </summary>
    public static string[] ToGif(string lossless, string file) =>
    [
        .. Quiet, "-i", lossless, "-i", lossless,
        "-filter_complex", "[0:v]palettegen=max_colors=128[p];[1:v][p]paletteuse=dither=none:diff_mode=rectangle", "-f", "gif", file,
    ];

    /// <summary>The path of a program among the folders of PATH; null where it is in none.</summary>
    public static string? Find(string program)
    {
        string name = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    private static string[] Quiet => ["-hide_banner", "-loglevel", "error", "-nostats", "-nostdin", "-y"];

    private static string[] Input(int width, int height, int framesPerSecond) =>
    [
        .. Quiet, "-f", "rawvideo", "-pixel_format", "rgba", "-video_size", FormattableString.Invariant($"{width}x{height}"),
        "-framerate", framesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0",
    ];
}
