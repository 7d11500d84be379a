using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Differentiation;

/// <summary>
/// Reverse mode: a differential is a multiple of that of a node on the tape. So functions of one number only scale, and nothing is written
/// down but where two numbers meet. The zero, which no tape knows, is that of constants.
/// </summary>
internal readonly unsafe struct TapeNode<V>(Tape.Head* tape, int index, V scale) : IDifferential<TapeNode<V>, V>
    where V : struct, ILanes<V>
{
    private readonly Tape.Head* _tape = tape;
    private readonly int _index = index;
    private readonly V _scale = scale;

    /// <summary>The number of the node; 0 for a constant.</summary>
    public int Index => _index;

    /// <summary>The factor.</summary>
    public V Scale => _scale;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator +(TapeNode<V> p, TapeNode<V> q) => Join(p, p._scale, q, q._scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator -(TapeNode<V> p, TapeNode<V> q) => Join(p, p._scale, q, -q._scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator -(TapeNode<V> p) => new(p._tape, p._index, -p._scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> operator *(V a, TapeNode<V> p) => new(p._tape, p._index, a * p._scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> Combine(V a, TapeNode<V> p, V b, TapeNode<V> q) => Join(p, a * p._scale, q, b * q._scale);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TapeNode<V> Select(V mask, TapeNode<V> p, TapeNode<V> q) =>
        Join(p, V.Select(mask, p._scale, V.Splat(0)), q, V.Select(mask, V.Splat(0), q._scale));

    /// <summary>a p + b q for the nodes of two differentials; where one is a constant's, no new node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TapeNode<V> Join(TapeNode<V> p, V a, TapeNode<V> q, V b)
    {
        if (p._tape == null)
        {
            return new(q._tape, q._index, b);
        }

        if (q._tape == null)
        {
            return new(p._tape, p._index, a);
        }

        return new(p._tape, Record(p._tape, p._index, in a, q._index, in b), V.Splat(1));
    }

    /// <summary>Writes a new node down. A call: inlined at every operation, it would take the compiler's budget for inlining from the energy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Record(Tape.Head* tape, int first, in V byFirst, int second, in V bySecond)
    {
        if (tape->Count == tape->Capacity)
        {
            Tape.GrowMine();
        }

        int node = tape->Count++;
        float* rows = tape->Node<V>(node);
        V.Store(V.Splat(0), ref *rows, 0);
        V.Store(byFirst, ref *rows, V.Count);
        V.Store(bySecond, ref *rows, 2 * V.Count);
        tape->Parents[2 * node] = first;
        tape->Parents[(2 * node) + 1] = second;
        return node;
    }
}
