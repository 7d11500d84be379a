namespace RealtimeFlow.App.Live;

/// <summary>What the studio wants of the program around it, which has the window and the files.</summary>
internal enum StudioRequest
{
    /// <summary>The end.</summary>
    Close,

    /// <summary>Full screen, or back.</summary>
    FullScreen,

    /// <summary>The next picture as a file.</summary>
    Screenshot,

    /// <summary>A recording begins, or ends.</summary>
    Record,

    /// <summary>The state as a file.</summary>
    Save,

    /// <summary>The state of a file.</summary>
    Load,
}
