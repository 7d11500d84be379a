using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Differentiation;

/// <summary>Reverse mode: a differential is a place on the tape. The zero, which no tape knows, is that of constants.</summary>
internal readonly unsafe struct TapeNode<V>(Tape.Head* tape, int index) : IDifferential<TapeNode<V>, V>
    where V : struct, ILanes<V>
{
    private readonly Tape.Head* _tape = tape;

    /// <summary>The number of the node.</summary>
    public int Index => index;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator +(TapeNode<V> p, TapeNode<V> q) => Combine(V.Splat(1), p, V.Splat(1), q);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator -(TapeNode<V> p, TapeNode<V> q) => Combine(V.Splat(1), p, V.Splat(-1), q);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator -(TapeNode<V> p) => V.Splat(-1) * p;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator *(V a, TapeNode<V> p)
    {
        Tape.Head* tape = p._tape;
        if (tape == null)
        {
            return default;
        }

        int node = Next(tape, a);
        tape->Parents[2 * node] = p.Index;
        tape->Parents[(2 * node) + 1] = 0;
        return new(tape, node);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> Combine(V a, TapeNode<V> p, V b, TapeNode<V> q)
    {
        Tape.Head* tape = (Tape.Head*)((nint)p._tape | (nint)q._tape);
        if (tape == null)
        {
            return default;
        }

        int node = Next(tape, a);
        V.Store(b, ref *tape->Slopes, (((nint)node * 2) + 1) * V.Count);
        tape->Parents[2 * node] = p.Index;
        tape->Parents[(2 * node) + 1] = q.Index;
        return new(tape, node);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> Select(V mask, TapeNode<V> p, TapeNode<V> q) =>
        Combine(mask & V.Splat(1), p, V.Select(mask, V.Splat(0), V.Splat(1)), q);

    /// <summary>A new node with a first slope and no adjoint yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(Tape.Head* tape, V slope)
    {
        if (tape->Count == tape->Capacity)
        {
            Tape.GrowMine();
        }

        int node = tape->Count++;
        V.Store(slope, ref *tape->Slopes, (nint)node * 2 * V.Count);
        V.Store(V.Splat(0), ref *tape->Adjoints, (nint)node * V.Count);
        return node;
    }
}
