using System.Numerics;
using System.Runtime.Intrinsics;

namespace RealtimeFlow.Rendering;

/// <summary>Draws shapes on the CPU, a band of rows of the picture at a time: the same arithmetic as in shape.frag.</summary>
internal readonly ref struct ShapePainter(Span<uint> pixels, int width, int top, int bottom)
{
    private static readonly Vector256<float> Ramp = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>Pixels more than the picture has: strokes are drawn eight at a time.</summary>
    internal const int Excess = 7;

    private readonly Span<uint> _pixels = pixels;

    internal void Paint(Drawing drawing)
    {
        foreach (ref readonly Shape shape in drawing.Shapes)
        {
            // A drawing may have been made for a larger picture than this has become.
            int left = shape.Left;
            int right = Math.Min(shape.Right, width);
            int first = Math.Max(shape.Top, top);
            int end = Math.Min(shape.Bottom, bottom);
            if (left >= right || first >= end)
            {
                continue;
            }

            switch (shape.Kind)
            {
                case Shape.Box:
                    PaintBox(shape.Color, left, right, first, end);
                    break;
                case Shape.Segment:
                    PaintSegment(shape, left, right, first, end);
                    break;
                case Shape.Circle:
                    PaintCircle(shape, left, right, first, end);
                    break;
                default:
                    PaintGlyph(shape, drawing.Font, drawing.FontScale, left, right, first, end);
                    break;
            }
        }
    }

    private void PaintBox(uint color, int left, int right, int first, int end)
    {
        uint opacity = color >> 24;
        for (int y = first; y < end; y++)
        {
            Span<uint> row = _pixels[((y * width) + left)..((y * width) + right)];
            if (opacity == 255)
            {
                row.Fill(color);
                continue;
            }

            int x = 0;
            for (; x <= row.Length - Vector256<uint>.Count; x += Vector256<uint>.Count)
            {
                Span<uint> eight = row.Slice(x, Vector256<uint>.Count);
                Blend.Over(Vector256.Create(eight), color, Vector256.Create(opacity)).CopyTo(eight);
            }

            foreach (ref uint pixel in row[x..])
            {
                pixel = Blend.Over(pixel, color, opacity);
            }
        }
    }

    private void PaintGlyph(in Shape shape, FontAtlas font, int fontScale, int left, int right, int first, int end)
    {
        int sheetX = shape.Kind % FontAtlas.CellsPerRow * font.CellWidth;
        int sheetY = shape.Kind / FontAtlas.CellsPerRow * font.CellHeight;
        int originX = (int)shape.A.X;
        int originY = (int)shape.A.Y;
        uint opacity = shape.Color >> 24;
        for (int y = first; y < end; y++)
        {
            Span<uint> row = _pixels.Slice(y * width, width);
            ReadOnlySpan<byte> sheet = font.Coverage.AsSpan(((sheetY + ((y - originY) / fontScale)) * font.Width) + sheetX, font.CellWidth);
            for (int x = left; x < right; x++)
            {
                uint coverage = sheet[(x - originX) / fontScale];
                if (coverage != 0)
                {
                    row[x] = Blend.Over(row[x], shape.Color, ((coverage * opacity) + 127) / 255);
                }
            }
        }
    }

    private void PaintSegment(in Shape shape, int left, int right, int first, int end)
    {
        Vector2 along = shape.B - shape.A;
        float inverseSquare = 1 / along.LengthSquared();
        Vector256<float> isOpen = Vector256.Equals(Vector256.Create(shape.EndCut.LengthSquared()), Vector256<float>.Zero);

        // A row crosses the stroke, made endless, over this stretch: its middle moves by slope a row.
        float slope = along.X / along.Y;
        float half = shape.Reach * along.Length() / Math.Abs(along.Y);
        bool isNarrow = right - left <= Vector256<float>.Count || !float.IsFinite(slope);
        for (int y = first; y < end; y++)
        {
            float py = y + 0.5f - shape.A.Y;
            float pyEnd = y + 0.5f - shape.B.Y;
            int start = left;
            int stop = right;
            if (!isNarrow)
            {
                float middle = shape.A.X + (py * slope);
                start = (int)Math.Clamp(middle - half, left, right);
                stop = (int)Math.Clamp(middle + half + 1, left, right);
            }

            for (int x = start; x < stop; x += Vector256<float>.Count)
            {
                int at = Math.Max(0, Math.Min(x, width - Vector256<float>.Count));
                Vector256<float> px = Vector256.Create(at + 0.5f - shape.A.X) + Ramp;
                Vector256<float> t = Clamp(((px * along.X) + Vector256.Create(py * along.Y)) * inverseSquare);
                Vector256<float> dx = px - (t * along.X);
                Vector256<float> dy = Vector256.Create(py) - (t * along.Y);
                Vector256<float> coverage = Vector256.Create(shape.Reach) - Vector256.Sqrt((dx * dx) + (dy * dy));
                Vector256<float> fromStart = (px * shape.StartCut.X) + Vector256.Create(py * shape.StartCut.Y);
                Vector256<float> fromEnd = ((px + Vector256.Create(shape.A.X - shape.B.X)) * shape.EndCut.X) + Vector256.Create(pyEnd * shape.EndCut.Y);
                Vector256<float> isOwn = Vector256.GreaterThanOrEqual(fromStart, Vector256<float>.Zero)
                    & (isOpen | Vector256.LessThan(fromEnd, Vector256<float>.Zero));
                Cover(y, at, x, stop, Vector256.BitwiseAnd(coverage, isOwn), shape.Color);
            }
        }
    }

    private void PaintCircle(in Shape shape, int left, int right, int first, int end)
    {
        float outer = shape.B.X + shape.Reach;
        float inner = Math.Max(0, shape.B.X - shape.Reach);
        for (int y = first; y < end; y++)
        {
            float dy = y + 0.5f - shape.A.Y;

            // From the left edge of the outer circle to that of the inner one, and from its right edge on.
            float across = MathF.Sqrt(Math.Max(0, (outer * outer) - (dy * dy)));
            float hole = MathF.Sqrt(Math.Max(0, (inner * inner) - (dy * dy)));
            int start = (int)Math.Clamp(shape.A.X - across, left, right);
            int stop = (int)Math.Clamp(shape.A.X + across + 1, left, right);
            int holeStart = (int)Math.Clamp(shape.A.X - hole + 1, start, stop);
            int holeStop = (int)Math.Clamp(shape.A.X + hole, holeStart, stop);
            PaintArc(shape, y, start, holeStart);
            PaintArc(shape, y, holeStop, stop);
        }
    }

    private void PaintArc(in Shape shape, int y, int start, int stop)
    {
        float dy = y + 0.5f - shape.A.Y;
        for (int x = start; x < stop; x += Vector256<float>.Count)
        {
            int at = Math.Max(0, Math.Min(x, width - Vector256<float>.Count));
            Vector256<float> dx = Vector256.Create(at + 0.5f - shape.A.X) + Ramp;
            Vector256<float> distance = Vector256.Sqrt((dx * dx) + Vector256.Create(dy * dy));
            Cover(y, at, x, stop, Vector256.Create(shape.Reach) - Vector256.Abs(distance - Vector256.Create(shape.B.X)), shape.Color);
        }
    }

    /// <summary>Mixes a colour into eight pixels from <paramref name="at"/> on, those from <paramref name="start"/> to <paramref name="stop"/> alone.</summary>
    private void Cover(int y, int at, int start, int stop, Vector256<float> coverage, uint color)
    {
        Vector256<int> x = Vector256.Create(at) + Vector256.ConvertToInt32(Ramp);
        Vector256<int> isWithin = Vector256.GreaterThanOrEqual(x, Vector256.Create(start)) & Vector256.LessThan(x, Vector256.Create(stop));
        Vector256<uint> opacity = (Vector256.ConvertToInt32((Clamp(coverage) * (color >> 24)) + Vector256.Create(0.5f)) & isWithin).AsUInt32();
        if (opacity == Vector256<uint>.Zero)
        {
            return;
        }

        Span<uint> eight = _pixels.Slice((y * width) + at, Vector256<uint>.Count);
        Blend.Over(Vector256.Create(eight), color, opacity).CopyTo(eight);
    }

    private static Vector256<float> Clamp(Vector256<float> values) =>
        Vector256.MinNative(Vector256.MaxNative(values, Vector256<float>.Zero), Vector256<float>.One);
}
