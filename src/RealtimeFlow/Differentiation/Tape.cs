using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Differentiation;

/// <summary>
/// The record of a computation for reverse mode: every step has at most two parents and its derivative by each, so that one walk
/// backwards gives the derivative of the result by all inputs, in a multiple of the time that the result itself took. One to a thread,
/// for one row of lanes at a time; it grows to the longest computation it has met, and then allocates no more.
/// </summary>
/// <remarks>Node 0 is what does not depend on the inputs; nodes 1 … n are the inputs.</remarks>
internal sealed unsafe class Tape
{
    private const int FirstCapacity = 256;

    [ThreadStatic]
    private static Tape? OfThread;

    // Pinned, so that the numbers may hold plain pointers: a number must not hold a reference, since an energy's coordinates lie in plain memory.
    private readonly Head[] _head = GC.AllocateArray<Head>(1, pinned: true);
    private float[] _slopes = [];
    private float[] _adjoints = [];
    private int[] _parents = [];

    private Tape() => Grow();

    /// <summary>The tape of the calling thread.</summary>
    public static Tape Mine => OfThread ??= new Tape();

    /// <summary>Where it stands.</summary>
    public Head* Start => (Head*)Unsafe.AsPointer(ref _head[0]);

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
        new Span<float>(head->Adjoints, (inputs + 1) * V.Count).Clear();
    }

    /// <summary>Walks back from a node; the derivative by input i is then <see cref="Derivative"/> of it.</summary>
    public void Backward<V>(int node, int inputs)
        where V : struct, ILanes<V>
    {
        float* adjoints = Start->Adjoints, slopes = Start->Slopes;
        int* parents = Start->Parents;
        V.Store(V.Splat(1), ref *adjoints, (nint)node * V.Count);
        for (; node > inputs; node--)
        {
            V adjoint = V.Load(ref *adjoints, (nint)node * V.Count);
            Add(adjoints, parents[2 * node], adjoint, V.Load(ref *slopes, (nint)node * 2 * V.Count));
            if (parents[(2 * node) + 1] != 0)
            {
                Add(adjoints, parents[(2 * node) + 1], adjoint, V.Load(ref *slopes, (((nint)node * 2) + 1) * V.Count));
            }
        }
    }

    /// <summary>The derivative by input i, 0 ≤ i.</summary>
    public V Derivative<V>(int input)
        where V : struct, ILanes<V> => V.Load(ref *Start->Adjoints, (input + 1) * V.Count);

    /// <summary>Makes room for twice as many nodes, for the thread that asks.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void GrowMine() => Mine.Grow();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(float* adjoints, int parent, V adjoint, V slope)
        where V : struct, ILanes<V> =>
        V.Store(V.Fma(slope, adjoint, V.Load(ref *adjoints, (nint)parent * V.Count)), ref *adjoints, (nint)parent * V.Count);

    private void Grow()
    {
        int capacity = Math.Max(FirstCapacity, checked(2 * Start->Capacity));
        Start->Slopes = Enlarge(ref _slopes, checked(2 * LaneDispatch.Slots * capacity));
        Start->Adjoints = Enlarge(ref _adjoints, LaneDispatch.Slots * capacity);
        Start->Parents = Enlarge(ref _parents, 2 * capacity);
        Start->Capacity = capacity;

        static T* Enlarge<T>(ref T[] array, int length)
            where T : unmanaged
        {
            T[] larger = GC.AllocateUninitializedArray<T>(length, pinned: true);
            array.CopyTo(larger, 0);
            array = larger;
            return (T*)Unsafe.AsPointer(ref larger[0]);
        }
    }

    /// <summary>Where the arrays of a tape lie, and how full they are.</summary>
    internal struct Head
    {
        /// <summary>Two rows of lanes a node: the derivatives by its parents.</summary>
        public float* Slopes;

        /// <summary>A row of lanes a node: the derivative of the result by it.</summary>
        public float* Adjoints;

        /// <summary>Two nodes a node; 0 for one that is not there.</summary>
        public int* Parents;

        /// <summary>The nodes there are.</summary>
        public int Count;

        /// <summary>The nodes there is room for.</summary>
        public int Capacity;
    }
}
