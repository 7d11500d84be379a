using RealtimeFlow.Flows;

namespace RealtimeFlow.App.Benchmarking;

/// <summary>
/// What one particle asks of the machine in the plane, counted from the kernels' sources: a test runs them on lanes that count, and
/// compares.
/// </summary>
/// <param name="Arithmetic">
/// Fused multiply-adds, additions, subtractions, multiplications (of integers too), minima and maxima of one lane: each takes one slot of
/// the units that do fused multiply-adds. Comparisons, selections, conversions and what moves bits are left out, as other units may do
/// them, and so is what depends on a layer alone: so no less time is asked for than the machine must take.
/// </param>
/// <param name="Divisions">Divisions and square roots of one lane.</param>
/// <param name="Read">Bytes of the caller's memory read.</param>
/// <param name="Written">Bytes of the caller's memory written.</param>
internal readonly record struct OperationCount(double Arithmetic, double Divisions = 0, double Read = 0, double Written = 0)
{
    private const double FloatBytes = sizeof(float);

    /// <summary>One independent normal number, in registers: its share of Philox and of a Box–Muller pair.</summary>
    public static OperationCount IndependentNormal { get; } = new(24.5, 0.5);

    /// <summary>One normal number of a Sobol' sequence, by the inverse of the distribution function.</summary>
    public static OperationCount NormalQuantile { get; } = new(29, 1);

    /// <summary>A product of determinants as ln q.</summary>
    public static OperationCount LogDeterminant { get; } = new(15);

    /// <summary>The energy u1 and its gradient.</summary>
    public static OperationCount Energy { get; } = new(48, 3);

    /// <summary>A normal number in memory.</summary>
    public static OperationCount Gaussian { get; } = IndependentNormal with { Written = FloatBytes };

    /// <summary>A layer's map and determinant.</summary>
    public static OperationCount Forward(LayerKind kind) => kind == LayerKind.Planar ? new(19, 1) : new(18, 2);

    /// <summary>A layer's inverse map and determinant; a planar one that spreads points, whose inverse asks for the least.</summary>
    public static OperationCount Inverse(LayerKind kind) => kind == LayerKind.Planar ? new(84, 5) : new(26, 5);

    /// <summary>A layer's way back, the gradient of its parameters included.</summary>
    public static OperationCount Backward(LayerKind kind) => kind == LayerKind.Planar ? new(18, 1) : new(37, 4);

    /// <summary>A particle from memory through a chain, or back, into memory with ln det.</summary>
    public static OperationCount Transformed(OperationCount layer, int layers) =>
        (layers * layer) + LogDeterminant with { Read = 2 * FloatBytes, Written = 3 * FloatBytes };

    /// <summary>A fresh particle and its ln q, into memory.</summary>
    public static OperationCount Sampled(LayerKind kind, int layers) =>
        (2 * IndependentNormal) + (layers * Forward(kind)) + LogDeterminant with { Written = 3 * FloatBytes };

    /// <summary>A particle's part of a training step; the sums over particles and the optimiser are not counted.</summary>
    public static OperationCount Trained(LayerKind kind, int layers) =>
        (2 * NormalQuantile) + (layers * (Forward(kind) + Backward(kind))) + LogDeterminant + Energy;

    public static OperationCount operator +(OperationCount a, OperationCount b) =>
        new(a.Arithmetic + b.Arithmetic, a.Divisions + b.Divisions, a.Read + b.Read, a.Written + b.Written);

    public static OperationCount operator *(double times, OperationCount count) =>
        new(times * count.Arithmetic, times * count.Divisions, times * count.Read, times * count.Written);
}
