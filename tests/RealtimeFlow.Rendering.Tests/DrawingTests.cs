using CsCheck;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

public sealed class DrawingTests
{
    private const int Width = 200, Height = 150;
    private const uint White = 0xFFFFFFFF;

    // The CPU rounds once a shape that covers a pixel in part, and OpenGL once in all: half a level each, which later shapes cover.
    private const int Levels = 2;

    private static readonly PlaneView View = new(-3, 5, -2, 4);

    [Fact]
    public void All_shapes_look_the_same_by_OpenGL_and_on_the_CPU()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using SoftwareRenderer software = new();
        Gen<float> coordinate = Gen.OneOf(Gen.Float[-30, 230], Gen.Int[-10, 210].Select(value => value / 2f));
        Gen<(int Kind, float X, float Y, float Z, float W, float Line, uint Color)> shape = Gen.Select(
            Gen.Int[0, 7], coordinate, coordinate, coordinate, coordinate, Gen.OneOf(Gen.Float[0.2f, 9], Gen.Int[1, 4].Select(width => (float)width)), Gen.UInt);
        Drawing drawing = new();
        shape.Array[1, 12].Sample(
            shapes =>
            {
                byte[] expected = Draw(software, drawing, Add);
                byte[] actual = Draw(gl.Renderer, drawing, Add);
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.InRange(actual[i] - expected[i], -Levels, Levels);
                }

                void Add()
                {
                    foreach ((int kind, float x, float y, float z, float w, float line, uint color) in shapes)
                    {
                        AddShape(drawing, kind, x, y, z, w, line, color);
                    }
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Level_and_upright_lines_and_boxes_are_whole_pixels()
    {
        uint[] pixels = Pixels(drawing =>
        {
            drawing.Line(10, 20.4f, 30, 20.4f, 1, White);
            drawing.Line(50.5f, 10, 50.5f, 12, 3, White);
            drawing.Box(99.6f, 80, 2, 3, White);
        });
        int lit = 0;
        foreach (uint pixel in pixels)
        {
            Assert.True(pixel is White or Palette.Background or Palette.Frame, $"{pixel:X}");
            lit += pixel == White ? 1 : 0;
        }

        Assert.Equal(20 + (3 * 2) + (2 * 3), lit);
        Assert.Equal((White, White, Palette.Background), (At(pixels, 10, 20), At(pixels, 29, 20), At(pixels, 30, 20)));
        Assert.Equal((White, White, White, Palette.Background), (At(pixels, 49, 10), At(pixels, 50, 11), At(pixels, 51, 11), At(pixels, 52, 11)));
        Assert.Equal((White, White), (At(pixels, 100, 80), At(pixels, 101, 82)));
    }

    [Theory]
    [InlineData(40, 30, 140, 91.5, 1)]
    [InlineData(40, 30, 52, 120, 2.5)]
    [InlineData(120.25, 30.5, 60, 80, 6)]
    public void The_coverage_of_a_line_sums_to_its_area(double x0, double y0, double x1, double y1, double width)
    {
        uint[] pixels = Pixels(drawing => drawing.Line((float)x0, (float)y0, (float)x1, (float)y1, (float)width, White));
        double length = Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0)));

        // Round ends add a disc. Coverage falls off over one pixel of distance, which is the area of a slanting edge but for about a percent,
        // and is rounded to levels in as many pixels as the edge is long.
        double area = (length * width) + (Math.PI * width * width / 4);
        Assert.InRange(Coverage(pixels), 0.97 * area, 1.03 * area);
    }

    [Fact]
    public void The_coverage_of_discs_and_circles_sums_to_their_area()
    {
        Assert.InRange(Coverage(Pixels(drawing => drawing.Disc(80.3f, 70.8f, 12.5f, White))), 0.99 * Math.PI * 12.5 * 12.5, 1.01 * Math.PI * 12.5 * 12.5);
        double ring = 2 * Math.PI * 30 * 1.5;
        Assert.InRange(Coverage(Pixels(drawing => drawing.Circle(100, 75, 30, 1.5f, White))), 0.98 * ring, 1.02 * ring);
    }

    [Fact]
    public void A_translucent_polyline_is_nowhere_denser_than_its_colour()
    {
        System.Random random = new(3);
        float[] xs = [.. Enumerable.Range(0, 60).Select(i => 20 + (2.5f * i))];
        float[] ys = [.. Enumerable.Range(0, 60).Select(i => 75 + (20 * MathF.Sin(i * 0.2f)) + (i > 30 ? random.NextSingle() : 0))];
        uint[] line = Pixels(drawing => drawing.Polyline(xs, ys, 3, Palette.WithOpacity(White, 128)));
        uint once = Blend.Over(Palette.Background, White, 128);
        Assert.True(Coverage(line) > 150 * 3 * 0.45);
        foreach (uint pixel in line)
        {
            Assert.True((pixel & 0xFF) <= (once & 0xFF) || pixel == Palette.Frame, $"{pixel:X}");
        }
    }

    [Fact]
    public void A_polyline_of_sharp_turns_leaves_no_gap()
    {
        uint[] turn = Pixels(drawing => drawing.Polyline([40, 100, 100], [100, 100, 40], 9, White));
        for (int y = 96; y < 104; y++)
        {
            Assert.Equal(White, At(turn, 99, y));
        }

        Assert.Equal(White, At(turn, 102, 102));
    }

    [Fact]
    public void A_segment_too_short_to_be_seen_is_no_part_of_a_polyline()
    {
        uint[] expected = Pixels(drawing => drawing.Polyline([0, 100], [0, 75], 3, White));
        Assert.Equal(expected, Pixels(drawing => drawing.Polyline([0, 9e-28f, 1e-5f, 100, 100.0001f], [0, 8e-28f, 0, 75, 75], 3, White)));
        Assert.Equal(Pixels(_ => { }), Pixels(drawing => drawing.Line(0, 0, 9e-28f, 8e-28f, 3, White)));
    }

    [Fact]
    public void What_is_not_finite_is_left_out_and_parts_a_polyline()
    {
        uint[] pixels = Pixels(drawing =>
        {
            foreach (float odd in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue])
            {
                drawing.Line(odd, 10, 20, 30, 1, White);
                drawing.Box(odd, 10, odd, 10, White);
                drawing.Disc(10, odd, 4, White);
                drawing.Circle(10, 10, float.NaN, 1, White);
                drawing.Text("text", odd, 10, White);
            }

            drawing.Polyline([10, 20, float.NaN, 40, 50], [30, 30, 30, 30, 30], 1, White);
        });
        Assert.Equal((White, Palette.Background, White), (At(pixels, 15, 30) | White, At(pixels, 30, 30), At(pixels, 45, 30) | White));
        Assert.InRange(Coverage(pixels), 20, 24);
    }

    [Fact]
    public void In_a_panel_units_are_the_planes_and_nothing_leaves_it()
    {
        using SoftwareRenderer renderer = new();
        Drawing drawing = new();
        byte[] before = Draw(renderer, drawing, () => { });
        byte[] after = Draw(renderer, drawing, () =>
        {
            drawing.InPanel(0);
            drawing.Disc(1, 1, 0.5f, White);
            drawing.Line(-100, -90, 100, 110, 3, White);
            drawing.Box(4, 3, 50, 50, White);
        });
        PixelRect panel = renderer.Layout.Panels[0];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                bool isInside = x >= panel.X && x < panel.X + panel.Width && y >= panel.Y && y < panel.Y + panel.Height;
                int pixel = 4 * ((y * Width) + x);
                Assert.True(isInside || before.AsSpan(pixel, 4).SequenceEqual(after.AsSpan(pixel, 4)), $"({x}, {y})");
            }
        }

        // The upper right corner, and the middle of the disc.
        Assert.Equal(255, after[4 * ((panel.Y * Width) + panel.X + panel.Width - 1)]);
        Assert.Equal(255, after[4 * (((panel.Y + (panel.Height / 2)) * Width) + panel.X + (panel.Width / 2))]);
    }

    [Fact]
    public void A_frame_with_a_drawing_allocates_nothing()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using SoftwareRenderer software = new();
        foreach (IFrameRenderer renderer in new IFrameRenderer[] { gl.Renderer, software })
        {
            Drawing drawing = new();
            float[] xs = [.. Enumerable.Range(0, 400).Select(i => i * 0.5f)];
            long before = 0;
            for (int frame = -40; frame < 10; frame++)
            {
                before = frame == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
                _ = Draw(renderer, drawing, null, xs);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Any_number_of_threads_draws_the_same_picture_of_any_size()
    {
        using WorkerPool pool = new(3);
        using SoftwareRenderer alone = new();
        using SoftwareRenderer together = new(pool);
        Scene scene = new(64, 1000);
        Drawing drawing = new();
        foreach ((int width, int height) in new[] { (641, 359), (7, 200), (3, 90), (8, 64), (1, 1), (1280, 31) })
        {
            byte[][] pictures = [.. new[] { alone, together }.Select(renderer =>
            {
                renderer.Resize(width, height);
                renderer.Arrange(scene.Frame());
                drawing.Begin(renderer.Layout);
                drawing.Line(-3, -5, width + 9, height + 2, 2.5f, 0x80FFFFFF);
                drawing.Disc(width / 2f, height / 3f, height / 4f, 0xA0FF80FF);
                drawing.Box(-1, -1, width + 2, height + 2, 0x20FFFFFF);
                return Scene.Picture(renderer, scene.Frame(drawing: drawing), width, height);
            })];
            Assert.Equal(pictures[0], pictures[1]);
        }
    }

    [Fact]
    public void A_drawing_made_for_a_larger_picture_is_cut()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using SoftwareRenderer software = new();
        Drawing drawing = new();
        software.Resize(2560, 1440);
        software.Arrange(new FrameInfo { Panels = Shown, Exposure = 1 });
        drawing.Begin(software.Layout);
        drawing.Line(0, 0, 2560, 1440, 3, White);
        drawing.Text("some text", 20, 20, White);
        drawing.Disc(190, 140, 100, White);
        FrameInfo frame = new() { Panels = Shown, Exposure = 1, Drawing = drawing };
        byte[] expected = Scene.Picture(software, frame, Width, Height);
        byte[] actual = Scene.Picture(gl.Renderer, frame, Width, Height);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -Levels, Levels));
    }

    [Fact]
    public void Before_Begin_nothing_can_be_drawn_and_odd_polylines_are_refused()
    {
        Drawing drawing = new();
        Assert.Throws<InvalidOperationException>(() => drawing.Box(0, 0, 1, 1, White));
        using SoftwareRenderer renderer = new();
        drawing.Begin(renderer.Layout);
        Assert.Throws<ArgumentException>(() => drawing.Polyline([1, 2], [1], 1, White));
        Assert.Throws<ArgumentOutOfRangeException>(() => drawing.InPanel(0));
    }

    private static void AddShape(Drawing drawing, int kind, float x, float y, float z, float w, float line, uint color)
    {
        switch (kind)
        {
            case 0:
                drawing.Box(x, y, z / 4, w / 4, color);
                break;
            case 1:
                drawing.Outline(x, y, z / 2, w / 2, line, color);
                break;
            case 2:
                drawing.Line(x, y, z, w, line, color);
                break;
            case 3:
                drawing.Polyline([x, z, y, 100], [w, y, x, 75], line, color);
                break;
            case 4:
                drawing.Circle(x, y, z / 3, line, color);
                break;
            case 5:
                drawing.Disc(x, y, w / 5, color);
                break;
            case 6:
                drawing.Text("qₖ·Σ", x, y, color);
                break;
            default:
                drawing.InPanel(0);
                drawing.Line(x / 50, y / 50, z / 50, w / 50, line, color);
                drawing.Circle(x / 100, y / 100, z / 100, line, color);
                drawing.InPixels(new PixelRect(20, 30, 100, 90));
                drawing.Disc(x, y, w / 3, color);
                drawing.Text("clipped", x, y, color);
                drawing.InPixels();
                break;
        }
    }

    private static uint At(uint[] pixels, int x, int y) => pixels[(y * Width) + x];

    /// <summary>Pixels that white covers.</summary>
    private static double Coverage(uint[] pixels)
    {
        double background = Palette.Background & 0xFF;
        return pixels.Where(pixel => pixel != Palette.Frame).Sum(pixel => ((pixel & 0xFF) - background) / (255 - background));
    }

    /// <summary>What is drawn over the bare background: the panel is one of no pixels but its frame's.</summary>
    private static uint[] Pixels(Action<Drawing> draw)
    {
        using SoftwareRenderer renderer = new();
        renderer.Resize(Width, Height);
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, new PlaneView(0, 1000, 0, 1))];
        Drawing drawing = new();
        renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1 });
        drawing.Begin(renderer.Layout);
        draw(drawing);
        renderer.Render(new FrameInfo { Panels = panels, Exposure = 1, Drawing = drawing });
        return renderer.Pixels.ToArray();
    }

    private static byte[] Draw(IFrameRenderer renderer, Drawing drawing, Action? draw, ReadOnlySpan<float> points = default)
    {
        FrameInfo frame = new() { Panels = Shown, Exposure = 1, Drawing = drawing };
        renderer.Resize(Width, Height);
        renderer.Arrange(frame);
        drawing.Begin(renderer.Layout);
        draw?.Invoke();
        drawing.InPixels();
        drawing.Polyline(points, points, 1.5f, White);
        drawing.Text("text", 10, 10, White);
        renderer.Render(frame);
        if (draw != null)
        {
            renderer.ReadPixels(Rgba);
            return [.. Rgba];
        }

        return Rgba;
    }

    private static readonly Panel[] Shown = [Panel.OfCounts("", new uint[1], 1, 1, 1, View)];

    private static readonly byte[] Rgba = new byte[4 * Width * Height];
}
