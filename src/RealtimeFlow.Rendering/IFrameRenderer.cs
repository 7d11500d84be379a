namespace RealtimeFlow.Rendering;

/// <summary>
/// Draws frames into a picture of its own: <see cref="FlowRenderer"/> by OpenGL, <see cref="SoftwareRenderer"/> on the CPU,
/// <see cref="UploadRenderer"/> on the CPU and shown by OpenGL; <see cref="FrameRenderers.For"/> chooses. All draw the same
/// picture, to within 2 of 255 levels, and allocate nothing once a frame of the same shape has been drawn.
/// </summary>
public interface IFrameRenderer : IDisposable
{
    /// <summary>Where the parts of the last frame that was arranged or drawn stand.</summary>
    FrameLayout Layout { get; }

    /// <summary>Sets the size of the picture in pixels; a side of 0 (a minimised window) makes <see cref="Render"/> do nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is negative or above 16384.</exception>
    void Resize(int width, int height);

    /// <summary>
    /// Lays a frame out without drawing it: then <see cref="Layout"/> is where <see cref="Render"/> will put the same frame, and a
    /// <see cref="Drawing"/> can be made for it. What the drawing holds does not matter.
    /// </summary>
    /// <exception cref="ArgumentException">The frame is not one that can be drawn.</exception>
    void Arrange(in FrameInfo frame);

    /// <summary>Draws a frame.</summary>
    /// <exception cref="ArgumentException">The frame has no panels or too many, an exposure that is no positive number, or a grid on the GPU although the CPU draws.</exception>
    void Render(in FrameInfo frame);

    /// <summary>Copies the last drawn picture: RGBA, 8 bits each, opaque, the top row first.</summary>
    /// <param name="rgba">Room for 4 · width · height bytes at least.</param>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    void ReadPixels(Span<byte> rgba);
}
