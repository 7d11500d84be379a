using System.Runtime.CompilerServices;

namespace RealtimeFlow.Lanes;

/// <summary>Memory of a thread's own for rows of lanes of which there are as many as a user's dimension: too much for a stack.</summary>
internal static unsafe class ThreadMemory
{
    [ThreadStatic]
    private static float[]? OfThread;

    /// <summary>Memory for a number of values, which hold anything; what the thread got before is void. Allocates only where it must grow.</summary>
    /// <typeparam name="T">Lanes, or a structure of lanes and plain numbers; no references.</typeparam>
    /// <param name="count">How many; at least 1.</param>
    public static Span<T> Take<T>(int count)
        where T : struct
    {
        int floats = checked(count * ((Unsafe.SizeOf<T>() + sizeof(float) - 1) / sizeof(float)));
        if (OfThread == null || OfThread.Length < floats)
        {
            OfThread = GC.AllocateUninitializedArray<float>(floats, pinned: true);
        }

        return new Span<T>(Unsafe.AsPointer(ref OfThread[0]), count);
    }
}
