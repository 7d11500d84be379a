using CsCheck;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

public sealed class FrameLayoutTests
{
    private static readonly Gen<Shown> Frames =
        from width in Gen.Int[1, 4000]
        from height in Gen.Int[1, 2500]
        from panels in Gen.Int[1, 8]
        from aspect in Gen.Double[0.3, 3]
        from lines in Gen.Int[0, 12]
        from pairs in Gen.Int[1, 4]
        from strip in Gen.OneOf(Gen.Const(0), Gen.Int[1, 60])
        from side in Gen.OneOf(Gen.Const(0), Gen.Int[1, 5000])
        from bottom in Gen.OneOf(Gen.Const(0), Gen.Int[1, 3000])
        from scale in Gen.OneOf(Gen.Const(1f), Gen.Float[1, 4])
        select new Shown(width, height, panels, aspect, lines, pairs, strip, side, bottom, scale);

    [Fact]
    public void Nothing_overlaps_and_nothing_leaves_the_picture() => Frames.Sample(
        frame =>
        {
            FrameLayout layout = LayoutOf(frame);
            PixelRect whole = new(0, 0, frame.Width, frame.Height);
            List<PixelRect> parts = [];
            foreach (PixelRect panel in layout.Panels)
            {
                parts.Add(panel with { Y = panel.Y - layout.TitleHeight, Height = panel.Height + layout.TitleHeight });
            }

            if (layout.Panels[0].IsEmpty)
            {
                return;
            }

            // A line of text that is longer than the picture is wide is cut; its block is not.
            int right = layout.Side.IsEmpty ? frame.Width : layout.Side.X;
            parts.Add(layout.Hud with { Width = Math.Min(layout.Hud.Width, right - layout.Hud.X) });
            parts.Add(layout.Footer with { Width = Math.Min(layout.Footer.Width, right - layout.Footer.X) });
            parts.Add(layout.Side);
            parts.Add(layout.Bottom);
            foreach (Legend legend in layout.Legends)
            {
                // With its numbers beneath.
                parts.Add(legend.Bar with { Height = legend.Bar.IsEmpty ? 0 : layout.Footer.Y + layout.Footer.Height - legend.Bar.Y });
            }

            for (int i = 0; i < parts.Count; i++)
            {
                Assert.True(parts[i].IsEmpty || Intersection(parts[i], whole) == parts[i], $"{parts[i]} of {string.Join("; ", parts)}");
                for (int j = 0; j < i; j++)
                {
                    Assert.True(Intersection(parts[i], parts[j]).IsEmpty, $"{parts[i]} over {parts[j]}");
                }
            }
        },
        iter: 2000);

    [Fact]
    public void Pixels_of_a_panel_are_square() => Frames.Sample(
        frame =>
        {
            PixelRect panel = LayoutOf(frame).Panels[0];
            if (!panel.IsEmpty)
            {
                // Sides are rounded to whole pixels, up to one each.
                Assert.InRange(panel.Width - (panel.Height * frame.Aspect), -1 - frame.Aspect, 1 + frame.Aspect);
            }
        },
        iter: 2000);

    [Theory]
    [InlineData(1280, 720)]
    [InlineData(640, 480)]
    public void Three_panels_stand_in_a_row_over_the_readout(int width, int height)
    {
        FrameLayout layout = LayoutOf(new Shown(width, height, 3, 1, 4, 2));
        Assert.Equal(layout.Panels[0].Y, layout.Panels[2].Y);
        Assert.InRange(layout.Panels[0].Width, width * 0.28, width / 3.0);
        Assert.Equal((layout.Panels[0].Width, layout.Panels[0].Height), (layout.Panels[2].Width, layout.Panels[2].Height));
        Assert.Equal(layout.Panels[0].X, layout.Hud.X);
        Assert.True(layout.Hud.Y > layout.Panels[0].Y + layout.Panels[0].Height);
    }

    [Fact]
    public void A_panel_alone_is_large_and_the_readout_stands_beside_it()
    {
        FrameLayout layout = LayoutOf(new Shown(1280, 720, 1, 1, 4, 2));
        Assert.InRange(layout.Panels[0].Height, 600, 720);
        Assert.True(layout.Hud.X > layout.Panels[0].X + layout.Panels[0].Width);
    }

    [Fact]
    public void A_value_that_grows_by_a_digit_moves_nothing()
    {
        using SoftwareRenderer renderer = new();
        renderer.Resize(1280, 720);
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, new PlaneView(0, 1, 0, 1))];
        renderer.Render(new FrameInfo { Panels = panels, Exposure = 0.25f, Hud = "frames/s\t59\tKL\t0.1\n" });
        PixelRect before = renderer.Layout.Panels[0];
        PixelRect bar = renderer.Layout.Legends[0].Bar;
        renderer.Render(new FrameInfo { Panels = panels, Exposure = 0.125f, Hud = "frames/s\t101\tKL\t0.12\n" });
        Assert.Equal(before, renderer.Layout.Panels[0]);
        Assert.Equal(bar, renderer.Layout.Legends[0].Bar);
    }

    [Fact]
    public void A_large_panel_stands_over_its_strip_and_leaves_the_side_and_the_bottom_free()
    {
        FrameLayout layout = LayoutOf(new Shown(1280, 720, 1, 1, 4, 2, Strip: 33, Side: 250, Bottom: 80));
        PixelRect large = layout.Panels[0];
        Assert.InRange(large.Height, 250, 720);
        Assert.Equal(250, layout.Side.Width);
        Assert.Equal(80, layout.Bottom.Height);
        foreach (PixelRect small in layout.Panels[1..])
        {
            Assert.InRange(small.Width, 40, large.Width / 3);
            Assert.True(small.Y > large.Y + large.Height && small.Y + small.Height < layout.Bottom.Y && small.X + small.Width < layout.Side.X);
        }
    }

    [Theory]
    [InlineData(1280, 720, 1, 20)]
    [InlineData(640, 480, 1, 16)]
    [InlineData(3840, 2160, 1, 60)]
    [InlineData(2560, 1440, 2, 40)]
    [InlineData(1600, 1200, 2, 32)]
    [InlineData(1920, 1080, 1.5f, 32)]
    public void Characters_are_as_high_as_the_size_and_the_density_of_the_screen_ask(int width, int height, float scale, int expected) =>
        Assert.Equal(expected, LayoutOf(new Shown(width, height, 1, 1, 1, 1, Scale: scale)).Character.Height);

    [Fact]
    public void A_pixel_and_its_point_of_the_plane_find_each_other()
    {
        FrameLayout layout = LayoutOf(new Shown(1280, 720, 3, 2, 4, 2));
        PixelRect panel = layout.Panels[1];
        Assert.Null(layout.At(panel.X - 0.5, panel.Y + 10));
        Assert.Null(layout.At(panel.X + panel.Width, panel.Y + 10));
        Assert.Equal(new PlanePoint(1, 0, 1), layout.At(panel.X, panel.Y));
        PlanePoint? middle = layout.At(panel.X + (panel.Width / 2.0), panel.Y + (panel.Height / 4.0));
        Assert.Equal(new PlanePoint(1, 1, 0.75f), middle);
        Assert.Equal((panel.X + (panel.Width / 2f), panel.Y + (panel.Height / 4f)), layout.ToPixels(middle!.Value));
        Assert.Equal(new PlanePoint(1, -1, 2), layout.ToPlane(1, panel.X - (panel.Width / 2.0), panel.Y - panel.Height));
        Assert.Equal(panel.Width / 2f, layout.PixelsPerUnit(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.ToPlane(3, 0, 0));
    }

    [Fact]
    public void The_numbers_of_the_legends_are_those_of_the_scale()
    {
        using SoftwareRenderer renderer = new();
        renderer.Resize(1280, 720);
        Panel[] panels =
        [
            Panel.OfLogDensity("", new float[1], 1, 1, new PlaneView(0, 1, 0, 1)), Panel.OfDifference("", new float[1], 1, 1, new PlaneView(0, 1, 0, 1)),
        ];
        FrameInfo frame = new() { Panels = panels, Exposure = 0.25f, DifferenceExposure = 0.1f };
        renderer.Arrange(frame);
        Assert.Equal("density 0 0.04 0.25 −1.4 nats", Texts(renderer.Layout.Legends[0]));
        Assert.Equal("difference −0.1 0 +0.1 ", Texts(renderer.Layout.Legends[1]));

        // ln(1 + 20 · 0.04/0.25) / ln 21.
        Assert.Equal(0.4714, renderer.Layout.Legends[0].Labels[1].Place, 4);
        renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 0.25f, Scale = DensityScale.Logarithmic });
        Assert.Equal("ln density −13.4 −7 −1.4 nats = ln 0.25", Texts(renderer.Layout.Legends[0]));
        Assert.Equal(1 - ((7 + Math.Log(0.25)) / 12), renderer.Layout.Legends[0].Labels[1].Place, 4);

        static string Texts(Legend legend) =>
            string.Join(' ', (string[])[legend.Caption, .. legend.Labels.ToArray().Select(label => label.Text.ToString()), legend.End.ToString()]);
    }

    [Fact]
    public void Columns_that_do_not_fit_go_below()
    {
        TextBlock text = new();
        text.Measure("label\tvalue\tx\tyyyyyyyyy\na\tb\tc\td");
        Assert.Equal((2, 7 + 8 + 3 + 3 + 12), (text.Lines(2), text.Columns(2)));
        Assert.Equal((4, 7 + 12), (text.Lines(1), text.Columns(1)));
        Assert.Equal(2, text.PairsWithin(33));
        Assert.Equal(1, text.PairsWithin(32));
        text.Arrange(1);
        Assert.Equal((0, 3), text.Position(2, 1));
        Assert.Equal((7, 3), text.Position(3, 1));
        text.Arrange(2);
        Assert.Equal((18, 1), text.Position(2, 1));
        text.Measure("");
        Assert.Equal((0, 0), (text.Lines(1), text.Columns(1)));
    }

    [Fact]
    public void Every_character_the_readout_needs_has_a_glyph_of_its_own()
    {
        const string needed = "βΣ∑σμ≤≥±·–—×√α∇∂∫∞≈≠‖−°′²³₀₁₂₃₄₅₆₇₈₉ₖₙ⁰¹⁴⁵⁶⁷⁸⁹⁺⁻→←▁▂▃▄▅▆▇█éßÅ";
        foreach (FontAtlas font in new[] { FontAtlas.Small, FontAtlas.Large })
        {
            int missing = font.CellOf('□');
            Assert.Equal(missing, font.CellOf('\u4E2D'));
            Assert.Equal(missing, font.CellOf('\uFFFF'));
            Assert.Equal(0, font.CellOf(' '));
            foreach (char character in needed)
            {
                int cell = font.CellOf(character);
                Assert.True(cell != missing, $"{character} has no glyph.");
                int ink = 0;
                for (int y = 0; y < font.CellHeight; y++)
                {
                    int row = ((cell / FontAtlas.CellsPerRow * font.CellHeight) + y) * font.Width;
                    ink += font.Coverage.AsSpan(row + (cell % FontAtlas.CellsPerRow * font.CellWidth), font.CellWidth).ContainsAnyExcept((byte)0) ? 1 : 0;
                }

                Assert.True(ink > 0, $"{character} is blank.");
            }
        }
    }

    [Fact]
    public void A_line_without_pairs_that_is_too_long_leaves_the_pairs_side_by_side()
    {
        TextBlock text = new();
        text.Measure($"a\t1\tb\t2\n{new string('x', 100)}");
        Assert.Equal(2, text.PairsWithin(40));
    }

    [Fact]
    public void Where_there_is_no_room_for_both_pictures_come_before_numbers()
    {
        FrameLayout layout = LayoutOf(new Shown(300, 240, 3, 1, Lines: 12, 4));
        Assert.False(layout.HasText);
        Assert.All(layout.Panels.ToArray(), panel => Assert.False(panel.IsEmpty));
        Assert.True(LayoutOf(new Shown(1280, 720, 3, 1, Lines: 12, 4)).HasText);
    }

    [Fact]
    public void The_titles_of_small_panels_are_whole_or_left_out()
    {
        Assert.NotEqual(Picture("12"), Picture("13"));

        static uint[] Picture(string title)
        {
            using SoftwareRenderer renderer = new();
            Panel[] panels = new Panel[34];
            Array.Fill(panels, Panel.OfCounts(title, new uint[1], 1, 1, 1, PlaneView.Square(1)));
            panels[0] = Panel.OfCounts("large", new uint[1], 1, 1, 1, PlaneView.Square(1));
            renderer.Resize(400, 300);
            renderer.Render(new FrameInfo { Panels = panels, Exposure = 1, Strip = 33 });
            Assert.InRange(renderer.Layout.Panels[1].Width, 1, (2 * renderer.Layout.Character.Width) - 1);
            return renderer.Pixels.ToArray();
        }
    }

    private static FrameLayout LayoutOf(Shown shown)
    {
        Panel[] panels = new Panel[shown.Panels + shown.Strip];
        PlaneView view = new(0, (float)shown.Aspect, 0, 1);
        Array.Fill(panels, Panel.OfCounts("title", new uint[1], 1, 1, 1, view));
        panels[^1] = Panel.OfDifference("title", new float[1], 1, 1, view);
        string line = string.Join('\t', Enumerable.Repeat("label\tvalue 0.123", shown.Pairs));
        FrameLayout layout = new();
        layout.Update(shown.Width, shown.Height, new FrameInfo
        {
            Panels = panels,
            Exposure = 0.1f,
            Hud = string.Join('\n', Enumerable.Repeat(line, shown.Lines)),
            Footer = "keys",
            Strip = shown.Strip,
            SideWidth = shown.Side,
            BottomHeight = shown.Bottom,
            ContentScale = shown.Scale,
        });
        return layout;
    }

    private sealed record Shown(
        int Width, int Height, int Panels, double Aspect, int Lines, int Pairs, int Strip = 0, int Side = 0, int Bottom = 0, float Scale = 1);

    private static PixelRect Intersection(PixelRect a, PixelRect b)
    {
        int x = Math.Max(a.X, b.X);
        int y = Math.Max(a.Y, b.Y);
        return new PixelRect(x, y, Math.Min(a.X + a.Width, b.X + b.Width) - x, Math.Min(a.Y + a.Height, b.Y + b.Height) - y);
    }
}
