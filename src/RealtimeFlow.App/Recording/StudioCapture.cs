using RealtimeFlow.App.Live;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Recording;

/// <summary>The pictures and recordings that a person in the studio asks for; what cannot be written is said there.</summary>
/// <param name="studio">What is drawn.</param>
/// <param name="folder">Where the files go that have no name yet.</param>
/// <param name="framesPerSecond">The pace of the drawn frames in simulated time.</param>
internal sealed class StudioCapture(Studio studio, string folder, int framesPerSecond) : IDisposable
{
    // A GIF has a few frames a second: every third of 60.
    private const int FramesAGifFrame = 3;

    private Recorder? _recorder;
    private byte[] _rgba = [];
    private long _frames;
    private int _every;
    private bool _wantsPicture;

    /// <summary>Whether frames are recorded: then time is simulated, and a frame is as long as every other.</summary>
    public bool IsRecording => _recorder != null;

    /// <summary>The next drawn frame becomes a file.</summary>
    public void Picture() => _wantsPicture = true;

    /// <summary>Begins a recording under the next free name, or ends the one that there is.</summary>
    public void Toggle()
    {
        if (IsRecording)
        {
            Tell(Finish);
        }
        else
        {
            Tell(() => $"recording: V ends it ({Begin($"{Screenshot.FreeName(folder)}.mp4")})");
        }
    }

    /// <summary>Begins a recording, and returns where it goes.</summary>
    /// <param name="path">.mp4 or .gif.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public string Begin(string path)
    {
        _every = Recorder.IsGif(path) ? FramesAGifFrame : 1;
        FrameLayout layout = studio.Renderer.Layout;
        _recorder = Recorder.Start(path, layout.Width, layout.Height, framesPerSecond / _every, Ffmpeg.Find());
        _frames = 0;
        return _recorder.Place;
    }

    /// <summary>Takes the frame that was just drawn.</summary>
    public void Take()
    {
        if (_wantsPicture)
        {
            _wantsPicture = false;
            Tell(Shoot);
        }

        if (_recorder == null || _frames++ % _every != 0)
        {
            return;
        }

        if (studio.Renderer.Layout is var layout && (layout.Width, layout.Height) != (_recorder.Width, _recorder.Height))
        {
            Tell(() => $"another size ended the recording: {Finish()}");
            return;
        }

        try
        {
            _recorder.Add(Read().Span);
        }
        catch (IOException exception)
        {
            studio.Say(exception.Message, warns: true);
            Dispose();
        }
    }

    /// <summary>Ends the recording, and says where it is.</summary>
    /// <exception cref="IOException">It cannot be written; nothing is under its name then.</exception>
    public string Finish()
    {
        using Recorder recorder = _recorder!;
        _recorder = null;
        recorder.Finish();
        return recorder.Remark ?? $"recorded: {recorder.Place}";
    }

    /// <summary>Gives up a recording that was not finished.</summary>
    public void Dispose()
    {
        _recorder?.Dispose();
        _recorder = null;
    }

    private string Shoot()
    {
        string name = Screenshot.FreeName(folder);
        FrameLayout layout = studio.Renderer.Layout;
        Screenshot.Write(name, Read(), layout.Width, layout.Height, studio.Flow, Json.Text(studio.State));
        return $"{name}.png, with the model and the settings beside it";
    }

    /// <summary>The picture, in memory that the next one takes.</summary>
    private ReadOnlyMemory<byte> Read()
    {
        int length = 4 * studio.Renderer.Layout.Width * studio.Renderer.Layout.Height;
        if (_rgba.Length != length)
        {
            _rgba = new byte[length];
        }

        studio.Renderer.ReadPixels(_rgba);
        return _rgba;
    }

    private void Tell(Func<string> work)
    {
        try
        {
            studio.Say(work());
        }
        catch (IOException exception)
        {
            studio.Say(exception.Message, warns: true);
        }
    }
}
