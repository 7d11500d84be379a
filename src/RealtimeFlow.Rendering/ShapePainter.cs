using System.Numerics;

namespace RealtimeFlow.Rendering;

/// <summary>Draws shapes on the CPU, a band of rows of the picture at a time: the same arithmetic as in shape.frag.</summary>
internal readonly ref struct ShapePainter(Span<uint> pixels, int width, int top, int bottom)
{
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

            foreach (ref uint pixel in row)
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
        uint opacity = shape.Color >> 24;
        bool isOpen = shape.EndCut == Vector2.Zero;

        // A row crosses the stroke, made endless, over this stretch: its middle moves by slope a row.
        float slope = along.X / along.Y;
        float half = shape.Reach * along.Length() / Math.Abs(along.Y);
        for (int y = first; y < end; y++)
        {
            float py = y + 0.5f - shape.A.Y;
            int start = left;
            int stop = right;
            float middle = shape.A.X + (py * slope);
            if (float.IsFinite(middle + half))
            {
                start = Math.Max(left, (int)Math.Clamp(MathF.Floor(middle - half), left, right));
                stop = Math.Min(right, (int)Math.Clamp(MathF.Ceiling(middle + half), left, right));
            }

            Span<uint> row = _pixels.Slice(y * width, width);
            for (int x = start; x < stop; x++)
            {
                float px = x + 0.5f - shape.A.X;
                float t = Math.Clamp(((px * along.X) + (py * along.Y)) * inverseSquare, 0, 1);
                float dx = px - (t * along.X);
                float dy = py - (t * along.Y);
                float coverage = Math.Min(shape.Reach - MathF.Sqrt((dx * dx) + (dy * dy)), 1);
                if (coverage > 0
                    && (px * shape.StartCut.X) + (py * shape.StartCut.Y) >= 0
                    && (isOpen || ((x + 0.5f - shape.B.X) * shape.EndCut.X) + ((y + 0.5f - shape.B.Y) * shape.EndCut.Y) < 0))
                {
                    row[x] = Blend.Over(row[x], shape.Color, (uint)((coverage * opacity) + 0.5f));
                }
            }
        }
    }

    private void PaintCircle(in Shape shape, int left, int right, int first, int end)
    {
        uint opacity = shape.Color >> 24;
        float outer = shape.B.X + shape.Reach;
        float inner = Math.Max(0, shape.B.X - shape.Reach);
        for (int y = first; y < end; y++)
        {
            float dy = y + 0.5f - shape.A.Y;
            Span<uint> row = _pixels.Slice(y * width, width);

            // From the left edge of the outer circle to that of the inner one, and from its right edge on.
            float across = MathF.Sqrt(Math.Max(0, (outer * outer) - (dy * dy)));
            float hole = MathF.Sqrt(Math.Max(0, (inner * inner) - (dy * dy)));
            int start = (int)Math.Clamp(MathF.Floor(shape.A.X - across), left, right);
            int stop = (int)Math.Clamp(MathF.Ceiling(shape.A.X + across), left, right);
            int holeStart = (int)Math.Clamp(MathF.Ceiling(shape.A.X - hole), start, stop);
            int holeStop = (int)Math.Clamp(MathF.Floor(shape.A.X + hole), holeStart, stop);
            for (int x = start; x < stop; x++)
            {
                if (x == holeStart)
                {
                    x = holeStop;
                    if (x == stop)
                    {
                        break;
                    }
                }

                float dx = x + 0.5f - shape.A.X;
                float coverage = Math.Min(shape.Reach - MathF.Abs(MathF.Sqrt((dx * dx) + (dy * dy)) - shape.B.X), 1);
                if (coverage > 0)
                {
                    row[x] = Blend.Over(row[x], shape.Color, (uint)((coverage * opacity) + 0.5f));
                }
            }
        }
    }
}
