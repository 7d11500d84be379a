namespace RealtimeFlow.Rendering;

/// <summary>A rectangle of whole pixels; the origin is the top left of the picture.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width; 0 or more.</param>
/// <param name="Height">Height; 0 or more.</param>
public readonly record struct PixelRect(int X, int Y, int Width, int Height)
{
    /// <summary>Whether it holds no pixel.</summary>
    public bool IsEmpty => Width <= 0 || Height <= 0;
}
