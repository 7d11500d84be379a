using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Differentiation;

/// <summary>
/// The record of a computation for reverse mode: a node wherever two numbers met, with its derivative by each of them, so that one walk
/// backwards gives the derivative of the result by all inputs, in a multiple of the time that the result itself took. One to a thread,
/// for one row of lanes at a time; it grows to the longest computation it has met, and then allocates no more.
/// </summary>
/// <remarks>Nodes 1 … n are the inputs; node 0 is a constant.</remarks>
internal sealed unsafe class Tape
{
    /// <summary>Rows of lanes to a node: the derivative of the result by it, and its derivatives by its two parents.</summary>
    public const int Rows = 3;

    private const int FirstCapacity = 256;

    [ThreadStatic]
    private static Tape? OfThread;

    private readonly LaneMemory _head = new(sizeof(Head));
    private LaneMemory _rows = new(0);
    private LaneMemory _parents = new(0);

    private Tape()
    {
        *Start = default;
        Grow();
    }

    /// <summary>The tape of the calling thread.</summary>
    public static Tape Mine => OfThread ??= new Tape();

    /// <summary>What the numbers know of it: a plain pointer, since they lie in memory that may not hold references.</summary>
    public Head* Start => (Head*)_head.Start;

    /// <summary>Forgets everything but the inputs.</summary>
    public void Begin<V>(int inputs)
        where V : struct, ILanes<V>
    {
        Head* head = Start;
        while (head->Capacity <= inputs)
        {
            Grow();
        }

        head->Count = inputs + 1;
        for (int node = 0; node <= inputs; node++)
        {
            V.Store(V.Splat(0), ref *head->Node<V>(node), 0);
        }
    }

    /// <summary>Walks back from a multiple of a node; the first row of an input is then the derivative by it.</summary>
    public void Backward<V>(TapeNode<V> result, int inputs)
        where V : struct, ILanes<V>
    {
        Head* head = Start;
        V.Store(result.Scale, ref *head->Node<V>(result.Index), 0);
        for (int node = result.Index; node > inputs; node--)
        {
            float* rows = head->Node<V>(node);
            V adjoint = V.Load(ref *rows, 0);
            Add(head->Node<V>(head->Parents[2 * node]), adjoint, V.Load(ref *rows, V.Count));
            Add(head->Node<V>(head->Parents[(2 * node) + 1]), adjoint, V.Load(ref *rows, 2 * V.Count));
        }
    }

    /// <summary>Makes room for twice as many nodes on the tape of the thread that asks.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void GrowMine() => Mine.Grow();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(float* sum, V adjoint, V slope)
        where V : struct, ILanes<V> => V.Store(V.Fma(slope, adjoint, V.Load(ref *sum, 0)), ref *sum, 0);

    private void Grow()
    {
        int capacity = Math.Max(FirstCapacity, checked(2 * Start->Capacity));
        Enlarge(ref _rows, checked(Rows * LaneDispatch.Slots * sizeof(float) * capacity));
        Enlarge(ref _parents, 2 * sizeof(int) * capacity);
        Start->Rows = (float*)_rows.Start;
        Start->Parents = (int*)_parents.Start;
        Start->Capacity = capacity;

        static void Enlarge(ref LaneMemory memory, int length)
        {
            LaneMemory larger = new(length);
            Buffer.MemoryCopy(memory.Start, larger.Start, length, memory.Length);
            memory = larger;
        }
    }

    /// <summary>Where the nodes lie, and how many there are.</summary>
    internal struct Head
    {
        /// <summary><see cref="Tape.Rows"/> rows of lanes a node.</summary>
        public float* Rows;

        /// <summary>Two nodes a node.</summary>
        public int* Parents;

        /// <summary>The nodes there are.</summary>
        public int Count;

        /// <summary>The nodes there is room for.</summary>
        public int Capacity;

        /// <summary>The rows of a node.</summary>
        public readonly float* Node<V>(int node)
            where V : struct, ILanes<V> => Rows + ((nint)node * Tape.Rows * V.Count);
    }
}
