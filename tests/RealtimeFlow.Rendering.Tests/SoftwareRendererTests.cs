namespace RealtimeFlow.Rendering.Tests;

public sealed class SoftwareRendererTests
{
    private const float Exposure = 0.5f;

    private static readonly ViewBox View = new(-2, 2, -2, 2);

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

    private static uint ColorAtCentre(Panel panel, ColorMap map, out int pixels)
    {
        using SoftwareRenderer renderer = new();
        Panel[] panels = [panel];
        byte[] picture = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = Exposure, ColorMap = map }, 300, 300);
        PixelRect rect = renderer.Layout.Panels[0];
        pixels = rect.Width;
        return BitConverter.ToUInt32(picture, 4 * (((rect.Y + (rect.Height / 2)) * 300) + rect.X + (rect.Width / 2)));
    }
}
