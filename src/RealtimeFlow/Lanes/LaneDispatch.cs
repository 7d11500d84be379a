namespace RealtimeFlow.Lanes;

/// <summary>The width at which kernels run.</summary>
public enum LaneWidth
{
    /// <summary>Scalar instructions, one lane.</summary>
    Scalar,

    /// <summary>Whatever <see cref="System.Numerics.Vector{T}"/> is in this process.</summary>
    VectorT,

    /// <summary>128 bits: SSE, NEON.</summary>
    Bits128,

    /// <summary>256 bits: AVX2.</summary>
    Bits256,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512,
}

/// <summary>A kernel that is given its lanes: the body is written once, and each width is its own compiled code.</summary>
public interface ILaneKernel
{
    /// <summary>Runs the kernel.</summary>
    /// <typeparam name="V">
    /// One row of lanes. Its count divides <see cref="LaneDispatch.Slots"/>: a kernel that reduces sums particle i in slot i mod 16,
    /// in ascending order, so that sums have one order at every width.
    /// </typeparam>
    void Run<V>()
        where V : struct, ILanes<V>;
}

/// <summary>Picks the width once, outside the loops.</summary>
public static class LaneDispatch
{
    /// <summary>The environment variable that forces a width: <c>512</c>, <c>256</c>, <c>128</c>, <c>vector</c> or <c>scalar</c>.</summary>
    public const string WidthVariable = "RTFLOW_WIDTH";

    /// <summary>The lanes of a row that a reduction keeps apart: particle i is summed in slot i mod 16.</summary>
    public const int Slots = 16;

    /// <summary>A number of columns, rounded up to whole rows of <see cref="Slots"/>, so that no kernel of any width has a rest.</summary>
    /// <param name="count">How many columns.</param>
    /// <exception cref="OverflowException">Too many to round up.</exception>
    public static int Padded(int count) => checked(count + Slots - 1) & ~(Slots - 1);

    /// <summary>The width that kernels use: the widest that the hardware has, or the forced one.</summary>
    /// <exception cref="InvalidOperationException"><see cref="WidthVariable"/> holds something else than the five names.</exception>
    public static LaneWidth Width { get; } = Environment.GetEnvironmentVariable(WidthVariable) switch
    {
        null or "" => Widest,
        "512" => LaneWidth.Bits512,
        "256" => LaneWidth.Bits256,
        "128" => LaneWidth.Bits128,
        "vector" => LaneWidth.VectorT,
        "scalar" => LaneWidth.Scalar,
        string other => throw new InvalidOperationException(
            $"{WidthVariable} is '{other}': expected 512, 256, 128, vector or scalar, or leave it unset for the widest the hardware has."),
    };

    /// <summary>Whether <see cref="Width"/> was forced by the environment.</summary>
    public static bool IsForced { get; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(WidthVariable));

    private static LaneWidth Widest =>
        System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? LaneWidth.Bits512
        : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? LaneWidth.Bits256
        : System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated ? LaneWidth.Bits128
        : LaneWidth.Scalar;

    /// <summary>The name of a width as the environment variable spells it.</summary>
    /// <param name="width">The width.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the five.</exception>
    public static string NameOf(LaneWidth width) => width switch
    {
        LaneWidth.Scalar => "scalar",
        LaneWidth.VectorT => "vector",
        LaneWidth.Bits128 => "128",
        LaneWidth.Bits256 => "256",
        LaneWidth.Bits512 => "512",
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };

    /// <summary>Runs a kernel at a width. Allocates nothing.</summary>
    /// <typeparam name="TKernel">The kernel.</typeparam>
    /// <param name="width">The width, as <see cref="Width"/>.</param>
    /// <param name="kernel">The kernel with its arguments.</param>
    /// <exception cref="NotSupportedException">There is no such width in this process.</exception>
    public static void Run<TKernel>(LaneWidth width, ref TKernel kernel)
        where TKernel : struct, ILaneKernel, allows ref struct
    {
        switch (width)
        {
            case LaneWidth.Bits512:
                kernel.Run<Lanes512>();
                break;
            case LaneWidth.Bits256:
                kernel.Run<Lanes256>();
                break;
            case LaneWidth.Bits128:
                kernel.Run<Lanes128>();
                break;
            case LaneWidth.VectorT when LanesT.Count <= Slots:
                kernel.Run<LanesT>();
                break;
            case LaneWidth.Scalar:
                kernel.Run<Lane1>();
                break;
            default:
                throw new NotSupportedException($"No kernel for {width} with {LanesT.Count} lanes in a Vector<float>.");
        }
    }
}
