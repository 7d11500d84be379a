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
