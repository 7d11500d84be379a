using RealtimeFlow.App.Live.Vae;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>Where the live view is drawn.</summary>
internal enum LiveMode
{
    /// <summary>A window; where none can be opened, the terminal; where there is none, a picture.</summary>
    Any,

    /// <summary>A window or nothing.</summary>
    Window,

    /// <summary>OpenGL without a window, or nothing.</summary>
    Headless,

    /// <summary>The terminal, or nothing.</summary>
    Terminal,
}

/// <summary>What <c>rtflow live</c> was asked for: what is set at first, and where that is saved and restored; or images to learn instead.</summary>
internal sealed record LiveOptions(
    StudioState State,
    string StateFile,
    int Threads,
    (int Width, int Height) Size,
    LiveMode Mode,
    ComputePath Path,
    int? Frames,
    string? Screenshot,
    string? Record,
    double? Measure,
    bool IsJson,
    VaeSubject? Images = null);
