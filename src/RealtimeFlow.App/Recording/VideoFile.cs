using RealtimeFlow.Files;

namespace RealtimeFlow.App.Recording;

/// <summary>A recording as one file, MP4 or GIF, made by ffmpeg beside the asked name and moved there once it is whole.</summary>
internal sealed class VideoFile : IFrameSink
{
    private readonly string _ffmpeg, _temporary;
    private readonly bool _isGif;
    private readonly FfmpegRun _run;

    /// <exception cref="IOException">The file cannot be written there, or ffmpeg not be started.</exception>
    public VideoFile(string ffmpeg, string path, int width, int height, int framesPerSecond)
    {
        AtomicFile.EnsureWritable(path);
        string full = Path.GetFullPath(path);
        (_ffmpeg, Place) = (ffmpeg, path);
        _isGif = Recorder.IsGif(path);
        _temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetRandomFileName()}.tmp");
        _run = new FfmpegRun(ffmpeg, _isGif
            ? Ffmpeg.ToLossless(width, height, framesPerSecond, _temporary)
            : Ffmpeg.ToMp4(width, height, framesPerSecond, _temporary));
    }

    public string Place { get; }

    public string? Remark => null;

    public void Write(ReadOnlySpan<byte> rgba) => _run.Write(rgba);

    public void Commit()
    {
        _run.End();
        string made = _temporary;
        try
        {
            if (_isGif)
            {
                made = $"{_temporary}.gif";
                using FfmpegRun second = new(_ffmpeg, Ffmpeg.ToGif(_temporary, made));
                second.End();
            }

            File.Move(made, Place, overwrite: true);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"Cannot write '{Place}': {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
        finally
        {
            File.Delete(made);
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        File.Delete(_temporary);
    }
}
