using System.Globalization;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Recording;

/// <summary>A recording as pictures 00001.png, 00002.png, … in a folder of its own: what needs no other program.</summary>
internal sealed class NumberedPictures : IFrameSink
{
    private readonly string _command;
    private readonly int _width, _height;
    private readonly byte[] _picture;
    private int _count;
    private bool _committed;

    /// <param name="path">The video that was asked for: the folder has its name, less the ending.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="framesPerSecond">The pace.</param>
    /// <exception cref="IOException">The folder exists, or cannot be made.</exception>
    public NumberedPictures(string path, int width, int height, int framesPerSecond)
    {
        (_width, _height) = (width, height);
        _picture = new byte[4 * width * height];
        AtomicFile.EnsureWritable(path);
        Place = FolderOf(path);
        if (Directory.Exists(Place) || File.Exists(Place))
        {
            throw new IOException($"Cannot write pictures into '{Place}': it exists already; remove it, or name another file.");
        }

        try
        {
            Directory.CreateDirectory(Place);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"Cannot make the folder '{Place}': {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        _command = string.Create(CultureInfo.InvariantCulture, $"ffmpeg -framerate {framesPerSecond} -i '{Place}/%05d.png' '{path}'");
    }

    public string Place { get; }

    public string? Remark => string.Create(
        CultureInfo.InvariantCulture, $"there is no ffmpeg, so {_count} pictures are in '{Place}': {Ffmpeg.Cure}; {_command} makes a video of them");

    /// <summary>The folder for the pictures of a video.</summary>
    public static string FolderOf(string path) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-frames");

    public void Write(ReadOnlySpan<byte> rgba)
    {
        rgba.CopyTo(_picture);
        PngWriter.Write(Path.Combine(Place, string.Create(CultureInfo.InvariantCulture, $"{++_count:D5}.png")), _picture, _width, _height);
    }

    public void Commit() => _committed = true;

    public void Dispose()
    {
        if (!_committed)
        {
            Directory.Delete(Place, recursive: true);
        }
    }
}
