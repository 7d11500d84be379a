using System.Runtime.ExceptionServices;

namespace RealtimeFlow.App.Recording;

/// <summary>
/// Records frames, each of them and at a fixed pace of the finished video, whatever the pace at which they come: a thread of its own
/// encodes, and a caller that is ahead of it waits. Disposed of without <see cref="Finish"/>, nothing stays under the asked name.
/// </summary>
internal sealed class Recorder : IDisposable
{
    // Frames that may wait to be encoded: at 1280 × 720 four are 15 MB.
    private const int Capacity = 4;

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _added = new(false), _taken = new(false);
    private readonly Queue<byte[]> _full = new(Capacity), _free = new(Capacity);
    private readonly IFrameSink _sink;
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;
    private bool _ended;

    private Recorder(IFrameSink sink, int width, int height)
    {
        (Width, Height) = (width, height);
        _sink = sink;
        for (int i = 0; i < Capacity; i++)
        {
            _free.Enqueue(new byte[4 * width * height]);
        }

        _thread = new Thread(Encode) { Name = "Recorder", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Width of all frames.</summary>
    public int Width { get; }

    /// <summary>Height of all frames.</summary>
    public int Height { get; }

    /// <summary>Frames so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Where it is when it is finished: a file, or a folder of pictures.</summary>
    public string Place => _sink.Place;

    /// <summary>Why that is not what was asked for, and the cure, in one line; null where it is.</summary>
    public string? Remark => _sink.Remark;

    /// <summary>Begins a recording: by ffmpeg, or as numbered pictures where there is none.</summary>
    /// <param name="path">The file: .mp4 or .gif.</param>
    /// <param name="width">Width of all frames, at least 2.</param>
    /// <param name="height">Height of all frames, at least 2.</param>
    /// <param name="framesPerSecond">The pace of the video, at least 1; a GIF, whose unit of time is 10 ms, shows at most 50.</param>
    /// <param name="ffmpeg">The program, as <see cref="Ffmpeg.Find()"/> finds it; null for none.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public static Recorder Start(string path, int width, int height, int framesPerSecond, string? ffmpeg)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(framesPerSecond, 1);
        return new Recorder(
            ffmpeg == null ? new NumberedPictures(path, width, height, framesPerSecond) : new VideoFile(ffmpeg, path, width, height, framesPerSecond),
            width,
            height);
    }

    /// <summary>What is wrong with the name of a video; null where it can be made.</summary>
    public static string? Complaint(string path) =>
        IsGif(path) || HasEnding(path, ".mp4") ? null : $"a file that ends in .mp4 or .gif, not '{path}'";

    /// <summary>Whether a file is to be a GIF.</summary>
    public static bool IsGif(string path) => HasEnding(path, ".gif");

    /// <summary>Adds a frame, once there is room for it. Allocates nothing.</summary>
    /// <param name="rgba">4 · width · height bytes, the top row first.</param>
    /// <exception cref="IOException">What was added before cannot be written; the message is one line.</exception>
    public void Add(ReadOnlySpan<byte> rgba)
    {
        if (rgba.Length != 4 * Width * Height)
        {
            throw new ArgumentException($"A frame of {Width} × {Height} does not have {rgba.Length} bytes.", nameof(rgba));
        }

        byte[]? frame;
        while (!TryTake(_free, out frame))
        {
            _failure?.Throw();
            _taken.WaitOne();
        }

        _failure?.Throw();
        rgba.CopyTo(frame);
        Give(_full, frame, _added);
        Frames++;
    }

    /// <summary>Ends the recording when its last frame is written.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line.</exception>
    public void Finish()
    {
        End();
        _failure?.Throw();
        _sink.Commit();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _full.Clear();
        }

        End();
        _sink.Dispose();
        _added.Dispose();
        _taken.Dispose();
    }

    private static bool HasEnding(string path, string ending) => Path.GetExtension(path).Equals(ending, StringComparison.OrdinalIgnoreCase);

    private void End()
    {
        Volatile.Write(ref _ended, true);
        _added.Set();
        _thread.Join();
    }

    private void Encode()
    {
        try
        {
            while (true)
            {
                // Read before the queue is found empty: what was added before the end is written.
                bool ended = Volatile.Read(ref _ended);
                if (TryTake(_full, out byte[]? frame))
                {
                    _sink.Write(frame);
                    Give(_free, frame, _taken);
                }
                else if (ended)
                {
                    return;
                }
                else
                {
                    _added.WaitOne();
                }
            }
        }
#pragma warning disable CA1031 // Nothing is swallowed: Add and Finish throw it again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));
            _taken.Set();
        }
    }

    private bool TryTake(Queue<byte[]> queue, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? frame)
    {
        lock (_lock)
        {
            return queue.TryDequeue(out frame);
        }
    }

    private void Give(Queue<byte[]> queue, byte[] frame, AutoResetEvent signal)
    {
        lock (_lock)
        {
            queue.Enqueue(frame);
        }

        signal.Set();
    }
}
