namespace RealtimeFlow.App.Recording;

/// <summary>Where the frames of a recording go. Disposed of without <see cref="Commit"/>, it leaves nothing under the asked name.</summary>
internal interface IFrameSink : IDisposable
{
    /// <summary>Takes the next frame: RGBA, the top row first.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line.</exception>
    void Write(ReadOnlySpan<byte> rgba);

    /// <summary>Completes what was written.</summary>
    /// <exception cref="IOException">It cannot be written; the message is one line.</exception>
    void Commit();

    /// <summary>Where it is then: a file, or a folder.</summary>
    string Place { get; }

    /// <summary>Why it is not what was asked for, and the cure, in one line; null where it is.</summary>
    string? Remark { get; }
}
