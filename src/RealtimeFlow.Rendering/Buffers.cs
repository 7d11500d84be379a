namespace RealtimeFlow.Rendering;

internal static class Buffers
{
    /// <summary>The first elements of a buffer, which is replaced by one that is long enough if it is not.</summary>
    internal static Span<T> Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }

        return buffer.AsSpan(0, length);
    }
}
