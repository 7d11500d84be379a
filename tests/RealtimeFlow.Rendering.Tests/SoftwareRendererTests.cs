using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

public sealed class SoftwareRendererTests
{
    private const float Exposure = 0.5f;

    private static readonly PlaneView View = new(-2, 2, -2, 2);

    public static TheoryData<double> RelativeDensities => [0, 1e-6, 0.001, 0.05, 0.3, 0.999, 1, 7];

    [Theory]
    [MemberData(nameof(RelativeDensities))]
    public void A_constant_density_has_the_colour_of_the_tone_curve(double relative)
    {
        float[] logDensity = new float[16 * 16];
        Array.Fill(logDensity, (float)Math.Log(relative * Exposure));
        uint color = ColorAtCentre(Panel.OfLogDensity("", logDensity, 16, 16, View), ColorMap.Viridis);

        // Rounding, and a colour step of up to 3 levels between entries at a brightness known to 1/4096 · 255 entries.
        double entry = Math.Min(1, Math.Log(1 + (20 * relative)) / Math.Log(21)) * 255;
        ReadOnlySpan<byte> rgb = ColorTable.Rgb(ColorMap.Viridis);
        int low = Math.Min((int)entry, 254);
        for (int channel = 0; channel < 3; channel++)
        {
            double expected = rgb[(3 * low) + channel] + ((entry - low) * (rgb[(3 * low) + 3 + channel] - rgb[(3 * low) + channel]));
            Assert.InRange((color >> (8 * channel)) & 0xFF, expected - 0.7, expected + 0.7);
        }
    }

    [Theory]
    [InlineData(-20, 0)]
    [InlineData(-12, 0)]
    [InlineData(-9, 0.25)]
    [InlineData(-0.5, 1 - (0.5 / 12))]
    [InlineData(3, 1)]
    public void On_the_logarithmic_scale_brightness_is_even_in_nats(double nats, double brightness)
    {
        float[] logDensity = [(float)(nats + Math.Log(Exposure))];
        uint color = ColorAtCentre(Panel.OfLogDensity("", logDensity, 1, 1, View), ColorMap.Grey, out _, DensityScale.Logarithmic);
        Assert.InRange((color & 0xFF) - (255 * brightness), -0.7, 0.7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(-0.2)]
    [InlineData(0.2)]
    [InlineData(-3)]
    [InlineData(3)]
    public void A_difference_is_orange_above_0_and_blue_below_on_either_scale(double relative)
    {
        float[] difference = [(float)(relative * Exposure)];
        Panel panel = Panel.OfDifference("", difference, 1, 1, View);
        uint color = ColorAtCentre(panel, ColorMap.Inferno);
        Assert.Equal(color, ColorAtCentre(panel, ColorMap.Viridis, out _, DensityScale.Logarithmic));

        double entry = 127.5 * (1 + (Math.Sign(relative) * Math.Min(1, Math.Log(1 + (20 * Math.Abs(relative))) / Math.Log(21))));
        ReadOnlySpan<byte> rgb = ColorTable.Differences;
        int low = Math.Min((int)entry, 254);
        for (int channel = 0; channel < 3; channel++)
        {
            double expected = rgb[(3 * low) + channel] + ((entry - low) * (rgb[(3 * low) + 3 + channel] - rgb[(3 * low) + channel]));
            Assert.InRange((color >> (8 * channel)) & 0xFF, expected - 0.9, expected + 0.9);
        }
    }

    [Fact]
    public void An_image_keeps_its_colours_and_begins_at_the_top()
    {
        using SoftwareRenderer renderer = new();
        Panel[] panels = [Panel.OfImage("", new byte[] { 10, 20, 30, 40, 50, 60, 70, 80, 90, 250, 251, 252 }, 2, 2, 3, View)];
        byte[] picture = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure }, 200, 200);
        PixelRect panel = renderer.Layout.Panels[0];
        int last = panel.Width - 1;
        Assert.Equal([10, 20, 30, 255], At(0, 0));
        Assert.Equal([40, 50, 60, 255], At(last, 0));
        Assert.Equal([250, 251, 252, 255], At(last, last));
        panels[0] = Panel.OfImage("", new byte[] { 7, 200 }, 2, 1, 1, View);
        picture = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure }, 200, 200);
        Assert.Equal([7, 7, 7, 255], At(0, last));
        Assert.Equal([200, 200, 200, 255], At(last, 0));

        byte[] At(int x, int y) => picture[(4 * (((panel.Y + y) * 200) + panel.X + x))..][..4];
    }

    [Fact]
    public void Differences_of_either_sign_are_equally_light()
    {
        ReadOnlySpan<byte> rgb = ColorTable.Differences;
        for (int entry = 0; entry < 128; entry++)
        {
            // To the rounding of levels, which weighs most where it is dark.
            Assert.Equal(Lightness(rgb[(3 * entry)..]), Lightness(rgb[(3 * (255 - entry))..]), 0.008);
            Assert.True(Lightness(rgb[(3 * entry)..]) > Lightness(rgb[(3 * (entry + 1))..]) || entry == 127);
        }
    }

    /// <summary>The L of OKLab.</summary>
    private static double Lightness(ReadOnlySpan<byte> rgb)
    {
        double r = Linear(rgb[0]), g = Linear(rgb[1]), b = Linear(rgb[2]);
        return (0.2104542553 * Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b)))
            + (0.7936177850 * Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b)))
            - (0.0040720468 * Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b)));

        static double Linear(byte level) => level <= 10 ? level / 255.0 / 12.92 : Math.Pow(((level / 255.0) + 0.055) / 1.055, 2.4);
    }

    [Fact]
    public void Counts_and_the_log_density_they_stand_for_look_alike()
    {
        const int side = 8;
        const uint count = 30;
        const long total = 5000;
        uint[] counts = new uint[side * side];
        Array.Fill(counts, count);
        double density = count * side * side / (total * View.Area);
        float[] logDensity = new float[side * side];
        Array.Fill(logDensity, (float)Math.Log(density));

        Assert.Equal(
            ColorAtCentre(Panel.OfLogDensity("", logDensity, side, side, View), ColorMap.Magma),
            ColorAtCentre(Panel.OfCounts("", counts, side, side, total, View), ColorMap.Magma));
    }

    [Fact]
    public void Row_0_is_the_lowest_and_column_0_the_leftmost()
    {
        uint[] counts = [1000, 0, 0, 0];
        using SoftwareRenderer renderer = new();
        Panel[] panels = [Panel.OfCounts("", counts, 2, 2, 1, View)];
        byte[] picture = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure }, 200, 200);
        PixelRect panel = renderer.Layout.Panels[0];
        int bright = ColorTable.Rgb(ColorMap.Inferno)[^3];
        int dark = ColorTable.Rgb(ColorMap.Inferno)[0];

        Assert.Equal(bright, picture[4 * (((panel.Y + panel.Height - 1) * 200) + panel.X)]);
        Assert.Equal(dark, picture[4 * ((panel.Y * 200) + panel.X)]);
        Assert.Equal(dark, picture[4 * (((panel.Y + panel.Height - 1) * 200) + panel.X + panel.Width - 1)]);
    }

    [Fact]
    public void Density_is_interpolated_and_not_its_logarithm()
    {
        // Between densities 0 and d stands a part of d; between their logarithms there is nothing but −∞.
        float[] logDensity = [float.NegativeInfinity, MathF.Log(Exposure), float.NegativeInfinity, MathF.Log(Exposure)];
        uint middle = ColorAtCentre(Panel.OfLogDensity("", logDensity, 2, 2, View), ColorMap.Inferno, out int pixels);

        // The pixel whose left edge is in the middle of an even width, or whose centre is in that of an odd one.
        double part = (((pixels / 2) + 0.5) * 2 / pixels) - 0.5;
        Array.Fill(logDensity, (float)Math.Log(part * Exposure));
        uint expected = ColorAtCentre(Panel.OfLogDensity("", logDensity, 2, 2, View), ColorMap.Inferno);
        for (int channel = 0; channel < 3; channel++)
        {
            Assert.InRange((int)((middle >> (8 * channel)) & 0xFF) - (int)((expected >> (8 * channel)) & 0xFF), -1, 1);
        }
    }

    [Fact]
    public void A_density_that_is_not_a_number_is_magenta_in_both_renderers()
    {
        float[] logDensity = [float.NaN];
        Panel[] panels = [Panel.OfLogDensity("", logDensity, 1, 1, View)];
        Assert.Equal(Palette.NotANumber, ColorAtCentre(panels[0], ColorMap.Inferno));

        using OpenGL gl = OpenGL.OrSkip();
        byte[] picture = Scene.Picture(gl.Renderer, new FrameInfo { Panels = panels, Exposure = Exposure }, 100, 100);
        Assert.Equal(Palette.NotANumber, BitConverter.ToUInt32(picture, 4 * ((50 * 100) + 50)));
    }

    [Fact]
    public void A_grid_of_as_many_cells_as_pixels_is_drawn_cell_by_cell()
    {
        using SoftwareRenderer renderer = new();
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, View)];
        Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure }, 150, 150);
        int side = renderer.Layout.Panels[0].Width;

        uint[] counts = new uint[side * side];
        counts[(side * (side / 2)) + (side / 2)] = 1_000_000;
        panels[0] = Panel.OfCounts("", counts, side, side, 1, View);
        byte[] picture = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure }, 150, 150);
        uint bright = 0xFF000000u | BitConverter.ToUInt32([.. ColorTable.Rgb(ColorMap.Inferno)[^3..], 0]);
        int lit = 0;
        for (int pixel = 0; pixel < 150 * 150; pixel++)
        {
            lit += BitConverter.ToUInt32(picture, 4 * pixel) == bright ? 1 : 0;
        }

        Assert.Equal(1, lit);
    }

    [Fact]
    public void Sizes_change_to_odd_ones_and_to_nothing_and_back()
    {
        Scene scene = new(64, 1000);
        using SoftwareRenderer renderer = new();
        byte[] before = Scene.Picture(renderer, scene.Frame(), 301, 203);
        foreach ((int width, int height) in new[] { (0, 0), (5, 0), (7, 3), (0, 9), (1001, 777), (1, 1) })
        {
            Scene.Picture(renderer, scene.Frame(), width, height);
        }

        Assert.Equal(before, Scene.Picture(renderer, scene.Frame(), 301, 203));
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        using SoftwareRenderer renderer = new();
        byte[] rgba = new byte[4 * 640 * 480];
        Assert.Equal(0, Allocation.OfFrames(renderer, new Scene(64, 1000), rgba, 640, 480));
    }

    private static uint ColorAtCentre(Panel panel, ColorMap map) => ColorAtCentre(panel, map, out _);

    private static uint ColorAtCentre(Panel panel, ColorMap map, out int pixels, DensityScale scale = DensityScale.Linear)
    {
        using SoftwareRenderer renderer = new();
        Panel[] panels = [panel];
        byte[] picture = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure, ColorMap = map, Scale = scale }, 300, 300);
        PixelRect rect = renderer.Layout.Panels[0];
        pixels = rect.Width;
        return BitConverter.ToUInt32(picture, 4 * (((rect.Y + (rect.Height / 2)) * 300) + rect.X + (rect.Width / 2)));
    }
}
