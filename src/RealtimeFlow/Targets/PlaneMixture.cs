using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Targets;

/// <summary>A part of a <see cref="PlaneMixture"/>: p ∝ e^(−½((‖z − c‖ − R)/σ)²).</summary>
/// <param name="X">The first coordinate of the centre c.</param>
/// <param name="Y">The second.</param>
/// <param name="Width">σ, positive.</param>
/// <param name="Radius">R: of a ring, or 0 for a Gaussian.</param>
/// <param name="Weight">Its share of the mass, in proportion to the others'; positive.</param>
public readonly record struct MixturePart(float X, float Y, float Width, float Radius = 0, float Weight = 1);

/// <summary>
/// Gaussians and rings that can be moved one by one: every part has a handle at its centre, and a ring another that stands on it. The
/// density is normalised.
/// </summary>
public sealed unsafe class PlaneMixture : EditableTarget
{
    /// <summary>The most parts.</summary>
    public const int MostParts = 256;

    private const int NumbersOfPart = 5, X = 0, Y = 1, Width = 2, Radius = 3, Weight = 4;

    // Of the radial integral of a ring, in units of σ to both sides of R.
    private const int Intervals = 240;
    private const double Reach = 12;

    private readonly TargetOptions _options;
    private readonly float[] _constants;
    private readonly int[] _rings;

    /// <summary>Makes a mixture.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="parts">1 to 256 parts.</param>
    /// <param name="description">As in <see cref="Target.Description"/>.</param>
    /// <param name="viewRadius">As in <see cref="Target.ViewRadius"/>.</param>
    /// <exception cref="ArgumentException">No part or too many, or one that is no density.</exception>
    public PlaneMixture(string name, ReadOnlySpan<MixturePart> parts, string description = "", float viewRadius = 4.5f)
        : this(name, Flatten(parts), new TargetOptions { Description = description, ViewRadius = viewRadius, LogNormalizer = _ => 0 })
    {
    }

    private PlaneMixture(string name, ReadOnlySpan<float> numbers, TargetOptions options)
        : base(name, numbers, options)
    {
        if (Defect(numbers) is string defect)
        {
            throw new ArgumentException(defect);
        }

        _options = options;
        _constants = GC.AllocateArray<float>(PartCount * Wells.Constants, pinned: true);
        _rings = [.. Enumerable.Range(0, PartCount).Where(part => this[part].Radius > 0)];
        Prepare();
    }

    /// <summary>How many parts.</summary>
    public int PartCount => Numbers.Length / NumbersOfPart;

    /// <inheritdoc/>
    public override int HandleCount => PartCount + _rings.Length;

    /// <summary>A part as it is now.</summary>
    /// <param name="part">0 to <see cref="PartCount"/> − 1.</param>
    public MixturePart this[int part]
    {
        get
        {
            ReadOnlySpan<float> numbers = Numbers.Slice(part * NumbersOfPart, NumbersOfPart);
            return new MixturePart(numbers[X], numbers[Y], numbers[Width], numbers[Radius], numbers[Weight]);
        }
    }

    /// <summary>The eight Gaussians of the library's target, as they can be moved.</summary>
    public static PlaneMixture EightGaussians()
    {
        MixturePart[] parts = new MixturePart[8];
        for (int k = 0; k < parts.Length; k++)
        {
            (double sin, double cos) = Math.SinCos(k * Math.PI / 4);
            parts[k] = new MixturePart((float)(3 * cos), (float)(3 * sin), 0.4f);
        }

        return new PlaneMixture("eight-gaussians", parts, "eight Gaussians on a circle");
    }

    /// <inheritdoc/>
    /// <remarks>The centres of all parts come first, in order; then the radii of the rings.</remarks>
    public override TargetHandle Handle(int handle)
    {
        RequireHandle(handle);
        if (handle < PartCount)
        {
            return new TargetHandle(HandleKind.Position, this[handle].X, this[handle].Y);
        }

        MixturePart ring = this[_rings[handle - PartCount]];
        return new TargetHandle(HandleKind.Radius, ring.X + ring.Radius, ring.Y);
    }

    /// <inheritdoc/>
    /// <remarks>A ring's radius stays at its width at least.</remarks>
    public override void Move(int handle, float x, float y)
    {
        RequireHandle(handle);
        RequirePlace(x, y);
        bool isCentre = handle < PartCount;
        int part = isCentre ? handle : _rings[handle - PartCount];
        Span<float> numbers = Changing.Slice(part * NumbersOfPart, NumbersOfPart);
        if (isCentre)
        {
            (numbers[X], numbers[Y]) = (x, y);
        }
        else
        {
            numbers[Radius] = Math.Max(numbers[Width], float.Hypot(x - numbers[X], y - numbers[Y]));
        }

        Prepare();
    }

    /// <inheritdoc/>
    public override EditableTarget Copy() => new PlaneMixture(Name, Numbers, _options);

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width) =>
        PlaneTarget<Wells>.Evaluate(new Wells((float*)Unsafe.AsPointer(ref _constants[0]), PartCount), tile, columns, width);

    /// <inheritdoc/>
    private protected override string? Defect(ReadOnlySpan<float> numbers)
    {
        if (numbers.Length is 0 or > NumbersOfPart * MostParts)
        {
            return $"Has {numbers.Length / NumbersOfPart} parts: expected 1 to {MostParts}.";
        }

        for (int part = 0; part < numbers.Length; part += NumbersOfPart)
        {
            ReadOnlySpan<float> of = numbers.Slice(part, NumbersOfPart);
            if (!TensorPrimitives.IsFiniteAll(of) || !(of[Width] > 0) || !(of[Radius] >= 0) || !(of[Weight] > 0))
            {
                return FormattableString.Invariant(
                    $"Part {part / NumbersOfPart} is at ({of[X]}, {of[Y]}) with width {of[Width]}, radius {of[Radius]} and weight {of[Weight]}: expected finite numbers, width and weight above 0, radius 0 or more.");
            }
        }

        return null;
    }

    /// <inheritdoc/>
    private protected override void Prepare()
    {
        double weights = 0;
        for (int part = 0; part < PartCount; part++)
        {
            weights += Numbers[(part * NumbersOfPart) + Weight];
        }

        for (int index = 0; index < PartCount; index++)
        {
            MixturePart part = this[index];
            double logShare = Math.Log(part.Weight / weights) - Math.Log(Integral(part.Width, part.Radius));
            Span<float> constants = _constants.AsSpan(index * Wells.Constants, Wells.Constants);
            (constants[Wells.X], constants[Wells.Y], constants[Wells.Radius]) = (part.X, part.Y, part.Radius);
            constants[Wells.Precision] = (float)(1 / ((double)part.Width * part.Width));
            constants[Wells.LogShare] = (float)logShare;
        }
    }

    private static float[] Flatten(ReadOnlySpan<MixturePart> parts)
    {
        float[] numbers = new float[parts.Length * NumbersOfPart];
        for (int i = 0; i < parts.Length; i++)
        {
            Span<float> of = numbers.AsSpan(i * NumbersOfPart, NumbersOfPart);
            (of[X], of[Y], of[Width], of[Radius], of[Weight]) = parts[i];
        }

        return numbers;
    }

    /// <summary>
    /// 2π ∫ r e^(−½((r − R)/σ)²) dr over r > 0: 2πσ² for a Gaussian, and for a ring by Simpson's rule, to 10⁻⁸ where R is at least σ.
    /// </summary>
    private static double Integral(double width, double radius)
    {
        if (radius == 0)
        {
            return 2 * Math.PI * width * width;
        }

        double least = Math.Max(0, radius - (Reach * width)), step = (radius + (Reach * width) - least) / Intervals, sum = 0;
        for (int i = 0; i <= Intervals; i++)
        {
            double r = least + (i * step), offset = (r - radius) / width;
            sum += (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2) * r * Math.Exp(-0.5 * offset * offset);
        }

        return 2 * Math.PI * sum * step / 3;
    }

    /// <summary>−ln Σ e^(−Wₖ) over the wells Wₖ = ½ ((‖z − cₖ‖ − Rₖ)/σₖ)² − ln(shareₖ/Zₖ).</summary>
    private readonly struct Wells(float* constants, int parts) : IPlaneGradient
    {
        public const int Constants = 5, X = 0, Y = 1, Radius = 2, Precision = 3, LogShare = 4;

        // e to this is nothing beside a sum of 1 or more; and where exponentials underflow, processors take a hundred cycles for each.
        private const float LeastExponent = -80;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Energy<V>(V x, V y, out V byX, out V byY)
            where V : struct, ILanes<V>
        {
            // The lowest well, and what the others add to it: no exponential overflows, and the sum is at least 1.
            V lowest = Well(x, y, constants, out _, out _);
            for (int k = 1; k < parts; k++)
            {
                lowest = V.Min(lowest, Well(x, y, constants + (k * Constants), out _, out _));
            }

            V sum = V.Splat(0), sumX = sum, sumY = sum;
            for (int k = 0; k < parts; k++)
            {
                V well = Well(x, y, constants + (k * Constants), out V pullX, out V pullY);
                V weight = LaneMath.Exp(V.Max(lowest - well, V.Splat(LeastExponent)));
                sum += weight;
                sumX = V.Fma(weight, pullX, sumX);
                sumY = V.Fma(weight, pullY, sumY);
            }

            byX = sumX / sum;
            byY = sumY / sum;
            return lowest - LaneMath.Log(sum);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Well<V>(V x, V y, float* part, out V byX, out V byY)
            where V : struct, ILanes<V>
        {
            V fromX = x - V.Splat(part[X]), fromY = y - V.Splat(part[Y]), precision = V.Splat(part[Precision]);
            V square = V.Fma(fromX, fromX, fromY * fromY);
            if (part[Radius] == 0)
            {
                (byX, byY) = (precision * fromX, precision * fromY);
                return V.Fma(V.Splat(0.5f) * precision, square, V.Splat(-part[LogShare]));
            }

            // ∇‖z‖ has no direction at the centre, where it counts as 0.
            V distance = V.Sqrt(square), offset = distance - V.Splat(part[Radius]), pull = precision * offset;
            V perDistance = V.Select(V.LessThan(V.Splat(0), distance), pull / distance, V.Splat(0));
            (byX, byY) = (perDistance * fromX, perDistance * fromY);
            return V.Fma(V.Splat(0.5f) * pull, offset, V.Splat(-part[LogShare]));
        }
    }
}
