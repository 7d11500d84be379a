using CsCheck;

namespace RealtimeFlow.Rendering.Tests;

public sealed class FrameLayoutTests
{
    private static readonly Gen<(int Width, int Height, int Panels, double Aspect, int Lines, int Pairs)> Frames =
        Gen.Select(Gen.Int[1, 4000], Gen.Int[1, 2500], Gen.Int[1, FrameInfo.MaxPanels], Gen.Double[0.3, 3], Gen.Int[0, 12], Gen.Int[1, 4]);

    [Fact]
    public void Nothing_overlaps_and_nothing_leaves_the_picture() => Frames.Sample(
        frame =>
        {
            FrameLayout layout = LayoutOf(frame.Width, frame.Height, frame.Panels, frame.Aspect, frame.Lines, frame.Pairs);
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
            parts.Add(layout.Hud with { Width = Math.Min(layout.Hud.Width, frame.Width - layout.Hud.X) });
            parts.Add(layout.Footer with { Width = Math.Min(layout.Footer.Width, frame.Width - layout.Footer.X) });
            parts.Add(layout.Legends[0].Bar);
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
            PixelRect panel = LayoutOf(frame.Width, frame.Height, frame.Panels, frame.Aspect, frame.Lines, frame.Pairs).Panels[0];
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
        FrameLayout layout = LayoutOf(width, height, 3, 1, 4, 2);
        Assert.Equal(layout.Panels[0].Y, layout.Panels[2].Y);
        Assert.InRange(layout.Panels[0].Width, width * 0.28, width / 3.0);
        Assert.Equal((layout.Panels[0].Width, layout.Panels[0].Height), (layout.Panels[2].Width, layout.Panels[2].Height));
        Assert.Equal(layout.Panels[0].X, layout.Hud.X);
        Assert.True(layout.Hud.Y > layout.Panels[0].Y + layout.Panels[0].Height);
    }

    [Fact]
    public void A_panel_alone_is_large_and_the_readout_stands_beside_it()
    {
        FrameLayout layout = LayoutOf(1280, 720, 1, 1, 4, 2);
        Assert.InRange(layout.Panels[0].Height, 600, 720);
        Assert.True(layout.Hud.X > layout.Panels[0].X + layout.Panels[0].Width);
    }

    [Fact]
    public void A_value_that_grows_by_a_digit_moves_nothing()
    {
        using SoftwareRenderer renderer = new();
        renderer.Resize(1280, 720);
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, new ViewBox(0, 1, 0, 1))];
        renderer.Render(new FrameInfo { Panels = panels, Exposure = 0.25f, Hud = "frames/s\t59\tKL\t0.1\n" });
        PixelRect before = renderer.Layout.Panels[0];
        PixelRect bar = renderer.Layout.Legends[0].Bar;
        renderer.Render(new FrameInfo { Panels = panels, Exposure = 0.125f, Hud = "frames/s\t101\tKL\t0.12\n" });
        Assert.Equal(before, renderer.Layout.Panels[0]);
        Assert.Equal(bar, renderer.Layout.Legends[0].Bar);
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

    private static FrameLayout LayoutOf(int width, int height, int count, double aspect, int lines, int pairs)
    {
        Panel[] panels = new Panel[count];
        Array.Fill(panels, Panel.OfCounts("title", new uint[1], 1, 1, 1, new ViewBox(0, (float)aspect, 0, 1)));
        string line = string.Join('\t', Enumerable.Repeat("label\tvalue 0.123", pairs));
        FrameLayout layout = new();
        layout.Update(width, height, new FrameInfo
        {
            Panels = panels,
            Exposure = 0.1f,
            Hud = string.Join('\n', Enumerable.Repeat(line, lines)),
            Footer = "keys",
        });
        return layout;
    }

    private static PixelRect Intersection(PixelRect a, PixelRect b)
    {
        int x = Math.Max(a.X, b.X);
        int y = Math.Max(a.Y, b.Y);
        return new PixelRect(x, y, Math.Min(a.X + a.Width, b.X + b.Width) - x, Math.Min(a.Y + a.Height, b.Y + b.Height) - y);
    }
}
