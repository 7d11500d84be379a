using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

public sealed class FrameInfoTests
{
    private static readonly PlaneView View = new(0, 1, 0, 1);

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void An_exposure_that_is_no_positive_number_is_refused(float exposure)
    {
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, View)];
        using SoftwareRenderer renderer = new();
        Assert.Contains("exposure", Assert.Throws<ArgumentException>(
            () => renderer.Render(new FrameInfo { Panels = panels, Exposure = exposure })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(FrameInfo.MaxPanels + 1)]
    public void A_frame_of_no_or_too_many_panels_is_refused(int count)
    {
        Panel[] panels = new Panel[count];
        Array.Fill(panels, Panel.OfCounts("", new uint[1], 1, 1, 1, View));
        using SoftwareRenderer renderer = new();
        Assert.Contains("1 to 72 panels", Assert.Throws<ArgumentException>(
            () => renderer.Render(new FrameInfo { Panels = panels, Exposure = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_strip_room_or_scale_out_of_range_is_refused()
    {
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, View)];
        using SoftwareRenderer renderer = new();
        Assert.Contains("0 to 0 of 1 panels", Assert.Throws<ArgumentException>(
            () => renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1, Strip = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1, SideWidth = -1 }));
        Assert.Throws<ArgumentException>(() => renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1, ContentScale = float.NaN }));
        Assert.Throws<ArgumentException>(() => renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1, DifferenceExposure = 0 }));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_unit_that_is_no_positive_number_is_refused(float unit)
    {
        Panel[] panels = [Panel.OfCounts("", new uint[1], 1, 1, 1, View) with { Unit = unit }];
        using SoftwareRenderer renderer = new();
        Assert.Contains("unit", Assert.Throws<ArgumentException>(
            () => renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_in_a_unit_of_its_own_looks_as_all_do_at_an_exposure_so_many_times_as_large()
    {
        // A power of two, which moves no bit but of a logarithm.
        Panel[] panels = new Scene(64, 10_000).Panels, inUnits = [.. panels.Select(panel => panel with { Unit = 4 })];
        using SoftwareRenderer renderer = new();
        byte[] expected = Scene.Picture(renderer, new FrameInfo { Panels = panels, Exposure = 0.5f }, 640, 240);
        PixelRect[] places = renderer.Layout.Panels.ToArray();
        byte[] actual = Scene.Picture(renderer, new FrameInfo { Panels = inUnits, Exposure = 0.125f }, 640, 240);
        Assert.All(places, place =>
        {
            for (int y = place.Y; y < place.Y + place.Height; y++)
            {
                for (int i = 4 * ((y * 640) + place.X); i < 4 * ((y * 640) + place.X + place.Width); i++)
                {
                    Assert.InRange(actual[i] - expected[i], -1, 1);
                }
            }
        });
    }

    [Fact]
    public void As_many_panels_stand_in_a_row_as_are_asked_for()
    {
        Panel[] panels = [.. Enumerable.Repeat(Panel.OfCounts("", new uint[1], 1, 1, 1, View), 6)];
        using SoftwareRenderer renderer = new();
        renderer.Resize(400, 900);
        foreach (int columns in new[] { 1, 2, 3, 5, 6, 9 })
        {
            renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1, Columns = columns });
            int top = renderer.Layout.Panels[0].Y;
            Assert.Equal(Math.Min(columns, 6), renderer.Layout.Panels.ToArray().Count(panel => panel.Y == top));
        }

        Assert.Throws<ArgumentException>(() => renderer.Arrange(new FrameInfo { Panels = panels, Exposure = 1, Columns = -1 }));
    }

    [Fact]
    public void An_image_has_one_channel_or_three_and_as_many_levels()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Panel.OfImage("", new byte[2], 1, 1, 2, View));
        Assert.Contains("needs 12 values, not 11", Assert.Throws<ArgumentException>(
            () => Panel.OfImage("", new byte[11], 2, 2, 3, View)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_that_was_never_set_is_refused()
    {
        using SoftwareRenderer renderer = new();
        Assert.Throws<ArgumentException>(() => renderer.Render(new FrameInfo { Panels = new Panel[1], Exposure = 1 }));
    }

    [Fact]
    public void A_grid_of_another_length_than_its_size_is_refused() =>
        Assert.Contains("needs 6 values, not 5", Assert.Throws<ArgumentException>(
            () => Panel.OfCounts("", new uint[5], 2, 3, 1, View)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 1, 0, 1)]
    [InlineData(0, 1, 3, 2)]
    [InlineData(0, float.NaN, 0, 1)]
    [InlineData(0, float.PositiveInfinity, 0, 1)]
    public void A_view_that_is_empty_or_not_finite_is_refused(float xMin, float xMax, float yMin, float yMax) =>
        Assert.Throws<ArgumentException>(() => Panel.OfLogDensity("", new float[1], 1, 1, new PlaneView(xMin, xMax, yMin, yMax)));

    [Fact]
    public void A_picture_that_does_not_fit_in_the_room_is_refused()
    {
        using SoftwareRenderer renderer = new();
        renderer.Resize(10, 10);
        Assert.Contains("needs 400 bytes, not 399", Assert.Throws<ArgumentException>(() => renderer.ReadPixels(new byte[399])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer.Resize(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => renderer.Resize(10, 16385));
    }
}
