using RealtimeFlow.App.Live;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Recording;

/// <summary>The files that a person in the studio asks for: pictures, recordings, settings. What cannot be written is said there.</summary>
/// <param name="studio">What is drawn.</param>
/// <param name="settings">The file of the settings; other files go into the working folder, under the next free name.</param>
/// <param name="framesPerSecond">The pace of the drawn frames in simulated time.</param>
internal sealed class StudioCapture(IStudio studio, string settings, int framesPerSecond) : IDisposable
{
    // A GIF has a few frames a second: every third of 60.
    private const int FramesAGifFrame = 3;

    private Recorder? _recorder;
    private byte[] _rgba = [];
    private long _frames;
    private int _every;
    private bool _wasNamed, _wantsPicture;

    /// <summary>Whether frames are recorded: then time is simulated, and a frame is as long as every other.</summary>
    public bool IsRecording => _recorder != null;

    /// <summary>Does what concerns files.</summary>
    public void Do(StudioRequest request)
    {
        switch (request)
        {
            case StudioRequest.Screenshot:
                _wantsPicture = true;
                break;
            case StudioRequest.Record when IsRecording:
                Tell(Finish);
                break;
            case StudioRequest.Record:
                Tell(() => $"recording to {Start($"{Screenshot.FreeName("")}.mp4")}: V ends it");
                break;
            case StudioRequest.Save when studio is Studio flows:
                Tell(() => Save(flows));
                break;
            case StudioRequest.Load when studio is Studio flows:
                flows.Load(settings);
                break;
            default:
                break;
        }
    }

    /// <summary>Begins a recording under a name that was asked for: what cannot be written is thrown, not said.</summary>
    /// <param name="path">.mp4 or .gif.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public void Begin(string path)
    {
        Start(path);
        _wasNamed = true;
    }

    /// <summary>Takes the frame that was just drawn.</summary>
    /// <exception cref="IOException">A recording that was asked for by name cannot be written.</exception>
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
        catch (IOException exception) when (!_wasNamed)
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

    private string Start(string path)
    {
        _every = Recorder.IsGif(path) ? FramesAGifFrame : 1;
        FrameLayout layout = studio.Renderer.Layout;
        _recorder = Recorder.Start(path, layout.Width, layout.Height, framesPerSecond / _every, Ffmpeg.Find());
        (_frames, _wasNamed) = (0, false);
        return _recorder.Place;
    }

    private string Save(Studio flows)
    {
        StudioFile.Write(settings, flows.State);
        return $"saved to {settings}";
    }

    private string Shoot()
    {
        string name = Screenshot.FreeName("");
        return $"{name}.png, with {studio.Keep(name, Read())} beside it";
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
