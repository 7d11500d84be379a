using System.Diagnostics;
using RealtimeFlow.App.Recording;

namespace RealtimeFlow.App.Tests.Recording;

public sealed class RecorderTests
{
    private const int Width = 65, Height = 33, Frames = 30;

    [Fact]
    public void An_MP4_has_every_frame_in_its_colours_with_even_sides()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("a.mp4");
        Assert.Equal((file, null), Record(file, NeedFfmpeg()));

        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
        byte[] decoded = Decode(file);
        const int size = 3 * 64 * 32;
        Assert.Equal(Frames * size, decoded.Length);
        for (int frame = 0; frame < Frames; frame++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                // 4:2:0 and H.264 at this quality leave a plain area within a few levels.
                Assert.Equal(Level(frame, channel), Mean(decoded.AsSpan(frame * size, size), channel), tolerance: 4.0);
            }
        }
    }

    [Fact]
    public void A_GIF_of_few_colours_is_exact()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("a.gif");
        Assert.Equal((file, null), Record(file, NeedFfmpeg()));

        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
        byte[] decoded = Decode(file);
        const int size = 3 * Width * Height;
        Assert.Equal(Frames * size, decoded.Length);
        for (int frame = 0; frame < Frames; frame++)
        {
            Assert.Equal(
                [Level(frame, 0), Level(frame, 1), Level(frame, 2)],
                [.. Enumerable.Range(0, 3).Select(channel => (int)Math.Round(Mean(decoded.AsSpan(frame * size, size), channel)))]);
        }
    }

    [Fact]
    public void Without_ffmpeg_there_are_numbered_pictures_and_the_command_that_makes_the_video()
    {
        using TemporaryFolder folder = new();
        (string path, string? remark) = Record(folder.File("a.mp4"), ffmpeg: null);

        Assert.Equal([folder.File("a-frames")], Directory.GetFileSystemEntries(folder.Path));
        string[] pictures = [.. Directory.GetFiles(folder.File("a-frames")).Order()];
        Assert.Equal(Enumerable.Range(1, Frames).Select(number => $"{number:D5}.png"), pictures.Select(Path.GetFileName));
        Assert.Equal(folder.File("a-frames"), path);
        Assert.StartsWith($"there is no ffmpeg, so {Frames} pictures are in '{path}'", remark, StringComparison.Ordinal);
        Assert.Contains($"ffmpeg -framerate 25 -i '{folder.File("a-frames")}/%05d.png' '{folder.File("a.mp4")}'", remark, StringComparison.Ordinal);

        IOException again = Assert.Throws<IOException>(() => Record(folder.File("a.gif"), ffmpeg: null));
        Assert.Contains("exists already", again.Message, StringComparison.Ordinal);
        Assert.Equal(Frames, Directory.GetFiles(folder.File("a-frames")).Length);
    }

    [Theory]
    [InlineData("a.mp4", true)]
    [InlineData("a.gif", true)]
    [InlineData("a.mp4", false)]
    public void A_recording_that_is_given_up_leaves_nothing(string name, bool byFfmpeg)
    {
        using TemporaryFolder folder = new();
        using (Recorder recorder = Recorder.Start(folder.File(name), Width, Height, 25, byFfmpeg ? NeedFfmpeg() : null))
        {
            recorder.Add(Frame(0));
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Frames_reach_the_encoder_whole_and_in_order_and_adding_one_allocates_nothing()
    {
        using TemporaryFolder folder = new();
        string file = folder.File("a.mp4");
        using Recorder recorder = Recorder.Start(file, Width, Height, 25, Script(folder, "for last; do :; done; sleep 0.1; cat > \"$last\""));
        byte[][] frames = [.. Enumerable.Range(0, 100).Select(Frame)];
        recorder.Add(frames[0]);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] frame in frames.AsSpan(1))
        {
            recorder.Add(frame);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        Assert.Equal(100, recorder.Frames);
        recorder.Finish();
        Assert.Equal(frames.SelectMany(frame => frame), File.ReadAllBytes(file));
        Assert.Throws<ArgumentException>(() => recorder.Add(new byte[3]));
    }

    [Theory]
    [InlineData("echo first >&2; echo 'no such encoder' >&2; exit 7", "exit code 7: no such encoder")]
    [InlineData("exit 0", "ffmpeg ended before its last frame")]
    [InlineData("cat > /dev/null; exit 3", "exit code 3: no reason given")]
    public void An_encoder_that_fails_is_told_in_one_line_and_leaves_nothing(string script, string words)
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder scripts = new();
        using (Recorder recorder = Recorder.Start(folder.File("a.mp4"), 640, 480, 25, Script(scripts, script)))
        {
            byte[] frame = new byte[4 * 640 * 480];
            IOException exception = Assert.Throws<IOException>(() =>
            {
                for (int i = 0; i < 20; i++)
                {
                    recorder.Add(frame);
                }

                recorder.Finish();
            });
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_or_program_that_is_not_there_is_told_at_the_start()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("no folder", Assert.Throws<IOException>(() => Recorder.Start(folder.File("b/a.mp4"), 8, 8, 25, null)).Message, StringComparison.Ordinal);
        Assert.Contains("no folder", Assert.Throws<IOException>(() => Recorder.Start(folder.File("b/a.mp4"), 8, 8, 25, "ffmpeg")).Message, StringComparison.Ordinal);
        Assert.Null(Recorder.Complaint("a.GIF"));
        Assert.Contains("'a.avi'", Recorder.Complaint("a.avi")!, StringComparison.Ordinal);
    }

    private static (string Path, string? Remark) Record(string file, string? ffmpeg)
    {
        using Recorder recorder = Recorder.Start(file, Width, Height, 25, ffmpeg);
        for (int frame = 0; frame < Frames; frame++)
        {
            recorder.Add(Frame(frame));
        }

        recorder.Finish();
        return (recorder.Place, recorder.Remark);
    }

    private static byte[] Frame(int frame)
    {
        byte[] rgba = new byte[4 * Width * Height];
        for (int i = 0; i < rgba.Length; i++)
        {
            rgba[i] = (byte)(i % 4 == 3 ? 255 : Level(frame, i % 4));
        }

        return rgba;
    }

    private static int Level(int frame, int channel) => 30 + (((frame * 5) + (channel * 60)) % 200);

    private static double Mean(ReadOnlySpan<byte> rgb, int channel)
    {
        double sum = 0;
        for (int i = channel; i < rgb.Length; i += 3)
        {
            sum += rgb[i];
        }

        return sum / (rgb.Length / 3);
    }

    private static string NeedFfmpeg()
    {
        string? ffmpeg = Ffmpeg.Find();
        Assert.SkipUnless(ffmpeg != null || Environment.GetEnvironmentVariable("CI") == "true", Ffmpeg.Cure);
        return ffmpeg!;
    }

    /// <summary>A program that stands in for ffmpeg.</summary>
    private static string Script(TemporaryFolder folder, string body)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        string path = folder.File(".ffmpeg");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>The frames as red, green and blue, 8 bits each.</summary>
    private static byte[] Decode(string file)
    {
        ProcessStartInfo start = new(
            NeedFfmpeg(), ["-v", "error", "-i", file, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        using MemoryStream decoded = new();
        process.StandardOutput.BaseStream.CopyTo(decoded);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return decoded.ToArray();
    }
}
