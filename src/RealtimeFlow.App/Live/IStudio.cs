using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>A live view, as the program around it sees it: it takes events and time, and draws by the renderer it is given.</summary>
internal interface IStudio : IDisposable
{
    /// <summary>Raised when a person wants something of the program around the view.</summary>
    event Action<StudioRequest>? Requested;

    /// <summary>What draws. Set anew, with its size, when a context was lost.</summary>
    IFrameRenderer Renderer { get; set; }

    /// <summary>How much larger than on an ordinary screen things are drawn, 1 to 8.</summary>
    float ContentScale { get; set; }

    /// <summary>Frames that were drawn.</summary>
    long Frames { get; }

    /// <summary>Whether nothing moves, so that a window may wait for events and draw after them alone.</summary>
    bool IsIdle { get; }

    /// <summary>The help, where it is shown; null where it is not.</summary>
    HelpText? Help { get; }

    /// <summary>What is said at the moment; empty for nothing.</summary>
    string Notice { get; }

    /// <summary>Says something for some seconds.</summary>
    void Say(string words, bool warns = false);

    /// <summary>An event of keyboard or pointer, its place in pixels of the picture.</summary>
    void Handle(in InputEvent input);

    /// <summary>A file was dropped.</summary>
    void Drop(string path);

    /// <summary>What goes on where nobody sees it, as in a minimised window: training, and the rows that arrive for it.</summary>
    /// <param name="seconds">Since the last time.</param>
    void Train(double seconds);

    /// <summary>A frame of work, training and pictures.</summary>
    /// <param name="seconds">Since the last one: by the clock, or as simulated.</param>
    void Advance(double seconds);

    /// <summary>Draws what is.</summary>
    void Draw();

    /// <summary>Writes the last picture (.png), and what it shows beside it.</summary>
    /// <param name="name">The files' name, less their endings.</param>
    /// <param name="rgba">The picture.</param>
    /// <returns>What stands beside it, in words.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    string Keep(string name, ReadOnlyMemory<byte> rgba);

    /// <summary>What came of it, in words.</summary>
    string Summary();
}

/// <summary>What all live views can alike.</summary>
internal static class StudioExtensions
{
    /// <summary>The last drawn picture: RGBA, the top row first.</summary>
    public static byte[] Picture(this IStudio studio)
    {
        byte[] rgba = new byte[4 * studio.Renderer.Layout.Width * studio.Renderer.Layout.Height];
        studio.Renderer.ReadPixels(rgba);
        return rgba;
    }
}
