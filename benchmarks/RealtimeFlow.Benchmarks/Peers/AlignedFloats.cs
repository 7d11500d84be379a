using System.Runtime.InteropServices;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>Memory that C and C# work on by turns: aligned to pages, so that neither has the better place.</summary>
/// <param name="length">How many floats.</param>
internal sealed unsafe class AlignedFloats(int length) : IDisposable
{
    private const int Page = 4096;

    /// <summary>The first.</summary>
    public float* Pointer { get; private set; } = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Page);

    /// <summary>All.</summary>
    public Span<float> Span => new(Pointer, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
