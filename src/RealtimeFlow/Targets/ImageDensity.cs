using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;
using RealtimeFlow.Random;

namespace RealtimeFlow.Targets;

/// <summary>
/// A picture as a density on the plane: p = (1 − φ) I + φ N(0, s²I), φ = 0.02, s = 2. I is the brightness, normalised, as a surface of
/// quadratic B-splines: each pixel spreads over three by three, which keeps it positive and its gradient continuous. The Gaussian lets the
/// logarithm be finite in the dark and beyond the edges. Both parts have integral 1, so that ln Z = 0. The numbers that decide it are the
/// brightnesses of its pixels, row after row from the top down: it can be painted.
/// </summary>
public sealed unsafe class ImageDensity : EditableTarget
{
    /// <summary>Half the longer side of the picture, in units of the plane.</summary>
    public const float HalfSide = 3;

    private const double FloorShare = 0.02, FloorScale = 2;
    private const int MostPixels = 1 << 26;

    // Pixels of no brightness around the picture: whatever the point, its pixel and the neighbours are there.
    private const int Before = 2, After = 3;

    private readonly float[] _brightness;
    private readonly int _width, _height;

    /// <summary>Takes a copy of a picture, which is centred on the origin.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="brightness">Rows of pixels from the top down, none of them negative, and not all 0.</param>
    /// <param name="width">The pixels of a row.</param>
    /// <param name="description">As in <see cref="Target.Description"/>.</param>
    /// <exception cref="ArgumentException">No whole number of rows, a brightness that is negative or not finite, or none but 0.</exception>
    public ImageDensity(string name, ReadOnlySpan<float> brightness, int width, string description = "")
        : base(name, brightness, new TargetOptions { Description = description, ViewRadius = HalfSide + 0.5f, LogNormalizer = _ => 0 })
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (brightness.IsEmpty || brightness.Length % width != 0 || brightness.Length > MostPixels)
        {
            throw new ArgumentException(
                $"Holds {brightness.Length} pixels: expected rows of {width}, at least one, and {MostPixels} pixels at most.", nameof(brightness));
        }

        (_width, _height) = (width, brightness.Length / width);
        PixelSize = 2 * HalfSide / Math.Max(_width, _height);
        if (Defect(brightness) is string defect)
        {
            throw new ArgumentException(defect, nameof(brightness));
        }

        _brightness = GC.AllocateArray<float>(Stride * (_height + Before + After), pinned: true);
        Prepare();
    }

    /// <summary>Takes a copy of a picture.</summary>
    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="picture">A row of pixels a row, from the top down.</param>
    /// <param name="description">As in <see cref="Target.Description"/>.</param>
    /// <exception cref="ArgumentException">A brightness that is negative, or none but 0.</exception>
    public ImageDensity(string name, DataSet picture, string description = "")
        : this(name, Brightness(picture), picture.Dimension, description)
    {
    }

    /// <summary>Pixels in a row.</summary>
    public int Width => _width;

    /// <summary>Rows of pixels.</summary>
    public int Height => _height;

    /// <summary>The side of a pixel, in units of the plane.</summary>
    public float PixelSize { get; }

    /// <inheritdoc/>
    /// <remarks>It is, but a picture has too many numbers.</remarks>
    internal override bool IsContinuous => false;

    private int Stride => Before + _width + After;

    /// <inheritdoc/>
    public override EditableTarget Copy() => new ImageDensity(Name, Numbers, _width, Description);

    /// <inheritdoc/>
    private protected override string? Defect(ReadOnlySpan<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] is not (>= 0 and < float.PositiveInfinity))
            {
                return FormattableString.Invariant(
                    $"Pixel {i % _width} of row {i / _width} (counted from 0) is {numbers[i]}: expected a brightness, 0 or more.");
            }
        }

        return numbers.ContainsAnyExcept(0f) ? null : "Every pixel is black.";
    }

    /// <inheritdoc/>
    private protected override void Prepare()
    {
        double total = 0;
        foreach (float brightness in Numbers)
        {
            total += brightness;
        }

        double scale = (1 - FloorShare) / (total * PixelSize * PixelSize);
        for (int i = 0; i < Numbers.Length; i++)
        {
            _brightness[((Before + (i / _width)) * Stride) + Before + (i % _width)] = (float)(Numbers[i] * scale);
        }
    }

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
    {
        float* origin = (float*)Unsafe.AsPointer(ref _brightness[(Before * Stride) + Before]);
        Kernel kernel = new(tile, columns, origin, Stride, _width, _height, PixelSize);
        LaneDispatch.Run(width, ref kernel);
    }

    private static float[] Brightness(DataSet picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        float[] brightness = new float[picture.Count * picture.Dimension];
        for (int column = 0; column < picture.Dimension; column++)
        {
            for (int row = 0; row < picture.Count; row++)
            {
                brightness[(row * picture.Dimension) + column] = picture.Coordinate(column)[row];
            }
        }

        return brightness;
    }

    /// <summary>Draws points of the density, row after row.</summary>
    /// <remarks>A quadratic B-spline is the density of the sum of three uniform numbers.</remarks>
    internal void Draw(Span<float> rows, RandomStream stream)
    {
        // Whether from the floor; which pixel; three uniform numbers for x, and for y.
        const int NumbersOfRow = 8;
        Span<float> uniform = stackalloc float[NumbersOfRow];
        double[] sums = new double[_width * _height];
        double sum = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = sum += _brightness[((Before + (i / _width)) * Stride) + Before + (i % _width)];
        }

        for (int point = 0; point < rows.Length / 2; point++)
        {
            stream.FillUniform((ulong)point * NumbersOfRow, uniform);
            double x, y;
            if (uniform[0] < FloorShare)
            {
                (y, x) = Math.SinCos(2 * Math.PI * uniform[2]);
                double radius = FloorScale * Math.Sqrt(-2 * Math.Log(uniform[1]));
                (x, y) = (radius * x, radius * y);
            }
            else
            {
                // The first pixel whose sum is greater: never a black one.
                int found = Array.BinarySearch(sums, uniform[1] * sum), pixel = found < 0 ? ~found : found;
                while (sums[pixel] <= uniform[1] * sum)
                {
                    pixel++;
                }

                x = PixelSize * ((pixel % _width) - (0.5 * _width) - 1 + uniform[2] + uniform[3] + uniform[4]);
                y = PixelSize * ((0.5 * _height) - (pixel / _width) + 1 - uniform[5] - uniform[6] - uniform[7]);
            }

            (rows[2 * point], rows[(2 * point) + 1]) = ((float)x, (float)y);
        }
    }

    private readonly struct Kernel(FlowTile tile, nint columns, float* pixels, int stride, int width, int height, float pixelSize) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns, pixels, stride, width, height, 1 / pixelSize);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns, float* pixels, int stride, int width, int height, float perUnit)
            where V : struct, ILanes<V>
        {
            float* points = tile.Points, cotangents = tile.Cotangents, values = tile.Values;
            float* places = stackalloc float[LaneDispatch.Slots], taps = stackalloc float[9 * LaneDispatch.Slots];
            V precision = V.Splat((float)(1 / (FloorScale * FloorScale)));
            V floor = V.Splat((float)((2 * GaussianPrior.LogNormalizer(FloorScale)) - Math.Log(FloorShare)));
            for (nint column = 0; column < columns; column += V.Count)
            {
                V x = V.Load(ref *points, column), y = V.Load(ref *points, tile.Stride + column);
                V pixelX = Split(V.Fma(x, V.Splat(perUnit), V.Splat(0.5f * width)), width, out V fractionX);
                V pixelY = Split(V.NegFma(y, V.Splat(perUnit), V.Splat(0.5f * height)), height, out V fractionY);
                V.Store(V.AddInt(V.MultiplyLowInt(pixelY, V.SplatBits((uint)stride)), pixelX), ref *places, 0);
                Gather(pixels, stride, (int*)places, V.Count, taps);
                Blend<V>(taps, 0, fractionX, out V above, out V aboveSlope);
                Blend<V>(taps, 3, fractionX, out V here, out V hereSlope);
                Blend<V>(taps, 6, fractionX, out V below, out V belowSlope);
                V image = Blend(above, here, below, fractionY), imageByX = Blend(aboveSlope, hereSlope, belowSlope, fractionY);
                V imageByY = -Slope(above, here, below, fractionY);

                // U = U_N − ln(1 + I e^(U_N)), U_N that of the floor alone. Outside the picture I is 0, and e^(U_N) may be infinite.
                V pullX = precision * x, pullY = precision * y;
                V ofFloor = V.Fma(V.Splat(0.5f), V.Fma(pullX, x, pullY * y), floor);
                V gain = LaneMath.Exp(V.Select(V.LessThan(V.Splat(0), image), ofFloor, V.Splat(0)));
                V ratio = image * gain, perTotal = V.Splat(1) / (V.Splat(1) + ratio), slopeGain = V.Splat(perUnit) * gain;
                V.Store(ofFloor - LaneMath.Log1p(ratio), ref *values, column);
                V.Store(V.NegFma(slopeGain, imageByX, pullX) * perTotal, ref *cotangents, column);
                V.Store(V.NegFma(slopeGain, imageByY, pullY) * perTotal, ref *cotangents, tile.Stride + column);
            }
        }

        /// <summary>The pixel of a coordinate, −1 to size + 1 as an integer, and the place in it from −½ to ½; NaN counts as far out.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Split<V>(V coordinate, int size, out V fraction)
            where V : struct, ILanes<V>
        {
            V least = V.Splat(-1), most = V.Splat(size + 1);
            coordinate = V.Select(V.LessThan(least, coordinate), coordinate, least);
            coordinate = V.Select(V.LessThan(coordinate, most), coordinate, most);

            // Rounded towards zero, where zero is one pixel before the picture.
            V pixel = V.SubtractInt(V.ToInt(coordinate + V.Splat(1)), V.SplatBits(1));
            fraction = coordinate - V.FromInt(pixel) - V.Splat(0.5f);
            return pixel;
        }

        /// <summary>The three by three pixels around each lane's: tap t of lane l to <c>t * 16 + l</c>.</summary>
        private static void Gather(float* pixels, int stride, int* places, int lanes, float* taps)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                float* above = pixels + places[lane] - stride - 1;
                for (int row = 0; row < 3; row++, above += stride)
                {
                    float* tap = taps + (3 * row * LaneDispatch.Slots) + lane;
                    (tap[0], tap[LaneDispatch.Slots], tap[2 * LaneDispatch.Slots]) = (above[0], above[1], above[2]);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Blend<V>(float* taps, nint first, V fraction, out V value, out V slope)
            where V : struct, ILanes<V>
        {
            nint place = first * LaneDispatch.Slots;
            V before = V.Load(ref *taps, place), at = V.Load(ref *taps, place + LaneDispatch.Slots);
            V after = V.Load(ref *taps, place + (2 * LaneDispatch.Slots));
            value = Blend(before, at, after, fraction);
            slope = Slope(before, at, after, fraction);
        }

        /// <summary>The quadratic B-spline: weights ½(½ − f)², ¾ − f², ½(½ + f)².</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Blend<V>(V before, V at, V after, V fraction)
            where V : struct, ILanes<V>
        {
            V half = V.Splat(0.5f), left = half - fraction, right = half + fraction;
            V sides = V.Fma(left * left, before, right * right * after);
            return V.Fma(half, sides, V.NegFma(fraction, fraction, V.Splat(0.75f)) * at);
        }

        /// <summary>Its derivative by f: weights f − ½, −2f, f + ½.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Slope<V>(V before, V at, V after, V fraction)
            where V : struct, ILanes<V> =>
            V.Fma(V.Splat(0.5f) - fraction, at - before, (V.Splat(0.5f) + fraction) * (after - at));
    }
}
