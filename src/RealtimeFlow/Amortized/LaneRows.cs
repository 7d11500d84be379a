using RealtimeFlow.Lanes;

namespace RealtimeFlow.Amortized;

/// <summary>Rows of lanes one after the other, in memory that stays where it is: 0 at the beginning.</summary>
internal sealed unsafe class LaneRows
{
    private readonly LaneMemory _memory;
    private readonly int _length;

    /// <param name="rows">How many rows.</param>
    /// <param name="stride">Numbers of a row: a multiple of <see cref="LaneDispatch.Slots"/>.</param>
    public LaneRows(int rows, int stride)
    {
        _length = checked(rows * stride);
        _memory = new LaneMemory(checked(_length * sizeof(float)));
        Span.Clear();
    }

    /// <summary>The first number.</summary>
    public float* Start => (float*)_memory.Start;

    /// <summary>All numbers.</summary>
    public Span<float> Span => new(Start, _length);
}
