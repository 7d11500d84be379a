using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App.Tests.Benchmarking;

/// <summary>One lane that counts what is done with it; but not with constants alone, which the compiler keeps out of loops.</summary>
/// <param name="value">What it holds.</param>
/// <param name="varies">Whether that depends on anything read, or on the lane.</param>
internal readonly struct CountingLanes(Lane1 value, bool varies) : ILanes<CountingLanes>
{
    [ThreadStatic]
    private static int Arithmetic, Division;

    private readonly Lane1 _v = value;
    private readonly bool _varies = varies;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static CountingLanes Iota => new(Lane1.Iota, true);

    /// <summary>What some work does.</summary>
    public static OperationCount CountIn(Action work)
    {
        Arithmetic = Division = 0;
        work();
        return new OperationCount(Arithmetic, Division);
    }

    /// <inheritdoc/>
    public static CountingLanes Splat(float value) => new(Lane1.Splat(value), false);

    /// <inheritdoc/>
    public static CountingLanes SplatBits(uint bits) => new(Lane1.SplatBits(bits), false);

    /// <inheritdoc/>
    public static CountingLanes Load(ref readonly float source, nint offset) => new(Lane1.Load(in source, offset), true);

    /// <inheritdoc/>
    public static void Store(CountingLanes value, ref float destination, nint offset) => Lane1.Store(value._v, ref destination, offset);

    /// <inheritdoc/>
    public static CountingLanes operator +(CountingLanes a, CountingLanes b) => Arithmetical(a._v + b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator -(CountingLanes a, CountingLanes b) => Arithmetical(a._v - b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator *(CountingLanes a, CountingLanes b) => Arithmetical(a._v * b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator /(CountingLanes a, CountingLanes b) => Divided(a._v / b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator -(CountingLanes a) => new(-a._v, a._varies);

    /// <inheritdoc/>
    public static CountingLanes Fma(CountingLanes a, CountingLanes b, CountingLanes c) =>
        Arithmetical(Lane1.Fma(a._v, b._v, c._v), a._varies || b._varies || c._varies);

    /// <inheritdoc/>
    public static void AddProduct(ref CountingLanes sum, CountingLanes a, CountingLanes b) => sum = Fma(a, b, sum);

    /// <inheritdoc/>
    public static CountingLanes NegFma(CountingLanes a, CountingLanes b, CountingLanes c) =>
        Arithmetical(Lane1.NegFma(a._v, b._v, c._v), a._varies || b._varies || c._varies);

    /// <inheritdoc/>
    public static CountingLanes Min(CountingLanes a, CountingLanes b) => Arithmetical(Lane1.Min(a._v, b._v), a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes Max(CountingLanes a, CountingLanes b) => Arithmetical(Lane1.Max(a._v, b._v), a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes Sqrt(CountingLanes a) => Divided(Lane1.Sqrt(a._v), a._varies);

    /// <inheritdoc/>
    public static CountingLanes Abs(CountingLanes a) => new(Lane1.Abs(a._v), a._varies);

    /// <inheritdoc/>
    public static CountingLanes FlipSign(CountingLanes a, CountingLanes where) => new(Lane1.FlipSign(a._v, where._v), a._varies || where._varies);

    /// <inheritdoc/>
    public static CountingLanes LessThan(CountingLanes a, CountingLanes b) => new(Lane1.LessThan(a._v, b._v), a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes Select(CountingLanes mask, CountingLanes a, CountingLanes b) => new(Lane1.Select(mask._v, a._v, b._v), mask._varies || a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator &(CountingLanes a, CountingLanes b) => new(a._v & b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator |(CountingLanes a, CountingLanes b) => new(a._v | b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes operator ^(CountingLanes a, CountingLanes b) => new(a._v ^ b._v, a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes Xor(CountingLanes a, CountingLanes b, CountingLanes c) => new(Lane1.Xor(a._v, b._v, c._v), a._varies || b._varies || c._varies);

    /// <inheritdoc/>
    public static CountingLanes AddInt(CountingLanes a, CountingLanes b) => new(Lane1.AddInt(a._v, b._v), a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes SubtractInt(CountingLanes a, CountingLanes b) => new(Lane1.SubtractInt(a._v, b._v), a._varies || b._varies);

    /// <inheritdoc/>
    public static CountingLanes MultiplyLowInt(CountingLanes a, CountingLanes b) => Arithmetical(Lane1.MultiplyLowInt(a._v, b._v), a._varies || b._varies);

    /// <inheritdoc/>
    /// <remarks>Vectors multiply 32-bit integers to 64 bits in the even lanes alone: twice for all.</remarks>
    public static void MultiplyWideInt(CountingLanes a, uint b, out CountingLanes low, out CountingLanes high)
    {
        Lane1.MultiplyWideInt(a._v, b, out Lane1 lowWord, out Lane1 highWord);
        low = Arithmetical(lowWord, a._varies, slots: 2);
        high = new(highWord, a._varies);
    }

    /// <inheritdoc/>
    public static CountingLanes ShiftLeftInt(CountingLanes a, int count) => new(Lane1.ShiftLeftInt(a._v, count), a._varies);

    /// <inheritdoc/>
    public static CountingLanes ShiftRightInt(CountingLanes a, int count) => new(Lane1.ShiftRightInt(a._v, count), a._varies);

    /// <inheritdoc/>
    public static CountingLanes ShiftRightArithmeticInt(CountingLanes a, int count) => new(Lane1.ShiftRightArithmeticInt(a._v, count), a._varies);

    /// <inheritdoc/>
    public static CountingLanes ReverseBits(CountingLanes a) => new(Lane1.ReverseBits(a._v), a._varies);

    /// <inheritdoc/>
    public static CountingLanes ToInt(CountingLanes a) => new(Lane1.ToInt(a._v), a._varies);

    /// <inheritdoc/>
    public static CountingLanes FromInt(CountingLanes a) => new(Lane1.FromInt(a._v), a._varies);

    private static CountingLanes Arithmetical(Lane1 result, bool varies, int slots = 1)
    {
        Arithmetic += varies ? slots : 0;
        return new(result, varies);
    }

    private static CountingLanes Divided(Lane1 result, bool varies)
    {
        Division += varies ? 1 : 0;
        return new(result, varies);
    }
}
