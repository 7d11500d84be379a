using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary>Memory that stays in its place and begins at a cache line: a row of lanes that straddles two costs twice.</summary>
/// <param name="length">Bytes, which hold anything.</param>
internal sealed unsafe class LaneMemory(int length)
{
    private const int Line = 64;

    [ThreadStatic]
    private static LaneMemory? OfThread;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(checked(length + Line), pinned: true);

    /// <summary>The first byte.</summary>
    public byte* Start => (byte*)(((nint)Unsafe.AsPointer(ref _bytes[0]) + Line - 1) & ~(nint)(Line - 1));

    /// <summary>How many bytes there are.</summary>
    public int Length => _bytes.Length - Line;

    /// <summary>
    /// Memory of the calling thread's own for as many values as a user's target has dimensions: too much for a stack. They hold anything;
    /// what the thread got before is void. Allocates only where it must grow.
    /// </summary>
    /// <typeparam name="T">Lanes, or a structure of lanes and plain numbers; no references.</typeparam>
    /// <param name="count">How many; at least 1.</param>
    public static Span<T> Take<T>(int count)
        where T : struct
    {
        int length = checked(count * Unsafe.SizeOf<T>());
        if (OfThread == null || OfThread.Length < length)
        {
            OfThread = new LaneMemory(length);
        }

        return new Span<T>(OfThread.Start, count);
    }
}
