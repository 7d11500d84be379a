using RealtimeFlow.App.Live;
using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live;

public sealed class ControlPanelTests
{
    /// <summary>What each slider sets.</summary>
    private static readonly Dictionary<string, Func<Stage, double>> Settings = new()
    {
        ["layers"] = stage => stage.Studio.Layers,
        ["radial layers"] = stage => stage.Studio.Snapshot.Shape.Layers.Count(kind => kind.Name == "radial"),
        ["batch"] = stage => stage.State.BatchSize,
        ["learning rate"] = stage => stage.State.LearningRate,
        ["β"] = stage => stage.State.Beta ?? 2,
        ["steps a second"] = stage => stage.State.StepsPerSecond ?? 1e9,
        ["depth"] = stage => stage.State.Depth ?? 8,
        ["particles"] = stage => stage.State.Particles,
        ["exposure"] = stage => stage.State.Stops,
    };

    public static TheoryData<string> Sliders => [.. Settings.Keys];

    [Fact]
    public void At_1280_by_720_all_controls_have_their_place_and_none_covers_another()
    {
        using Stage stage = Shown();
        Widget[] widgets = [.. stage.Studio.Controls.Panel.Widgets];
        Assert.Equal(Settings.Keys.Order(), widgets.OfType<Slider>().Select(slider => slider.Label).Order());
        Assert.All(widgets, widget => Assert.False(widget.Bounds.IsEmpty, widget.Label));
        for (int i = 0; i < widgets.Length; i++)
        {
            PixelRect a = widgets[i].Bounds, side = stage.Layout.Side;
            Assert.True(a.X >= side.X && a.Y >= side.Y && a.X + a.Width <= side.X + side.Width && a.Y + a.Height <= side.Y + side.Height, widgets[i].Label);
            foreach (Widget other in widgets[(i + 1)..])
            {
                PixelRect b = other.Bounds;
                bool apart = a.X + a.Width <= b.X || b.X + b.Width <= a.X || a.Y + a.Height <= b.Y || b.Y + b.Height <= a.Y;
                Assert.True(apart, $"{widgets[i].Label} and {other.Label}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sliders))]
    public void Every_slider_sets_what_it_names_by_mouse_wheel_and_keys(string label)
    {
        using Stage stage = Shown();
        Slider slider = stage.Studio.Controls.Panel.Widgets.OfType<Slider>().Single(slider => slider.Label == label);
        Func<Stage, double> setting = Settings[label];
        (double left, double right) = (slider.Bounds.X, slider.Bounds.X + slider.Bounds.Width - 1);
        double y = slider.Bounds.Y + (slider.Bounds.Height / 2);

        stage.Click(left, y);
        stage.Frames(2);
        double least = setting(stage);
        stage.Move(left, y);
        stage.Down();
        stage.Move((left + right) / 2, y + 300);
        stage.Frames(2);
        double middle = setting(stage);
        stage.Up();
        stage.Wheel(1);
        stage.Frames(2);
        double further = setting(stage);
        while (stage.Studio.Controls.Panel.Focus != slider)
        {
            stage.Press(Key.Tab);
        }

        stage.Press(Key.Home);
        stage.Frames(2);
        double home = setting(stage);
        stage.Press(Key.Right);
        stage.Press(Key.PageUp);
        stage.Frames(2);
        double right1 = setting(stage);
        Assert.True(least < middle && middle < further && home == least && right1 > home, $"{least} {middle} {further} {home} {right1}");
        Assert.Null(stage.State.Defect());
    }

    [Fact]
    public void Every_button_does_what_its_command_does_by_mouse_and_by_keys()
    {
        using Stage stage = Shown();
        foreach (CommandButton button in stage.Studio.Controls.Panel.Widgets.OfType<CommandButton>().Where(button => button.Command.IsOn != null).ToArray())
        {
            if (button.Command.Name is "help" or "brush" or "numbers" or "curves")
            {
                // They change what stands where, or cover it.
                continue;
            }

            bool before = button.Command.IsOn!(stage.State);
            stage.Click(button.Bounds.X + 5, button.Bounds.Y + 5);
            stage.Frames(1);
            Assert.True(before != button.Command.IsOn(stage.State), button.Label);
            while (stage.Studio.Controls.Panel.Focus != button)
            {
                stage.Press(Key.Tab);
            }

            stage.Press(Key.Enter);
            Assert.True(before == button.Command.IsOn(stage.State), button.Label);
        }

        Assert.All(
            [StudioRequest.Screenshot, StudioRequest.Record, StudioRequest.Save],
            request =>
            {
                string name = request.ToString().ToLowerInvariant();
                CommandButton button = stage.Studio.Controls.Panel.Widgets.OfType<CommandButton>().Single(button => button.Command.Name == name);
                stage.Click(button.Bounds.X + 5, button.Bounds.Y + 5);
                Assert.Contains(request, stage.Requests);
            });
    }

    [Fact]
    public void Tab_goes_once_round_and_back()
    {
        using Stage stage = Shown();
        ControlPanel panel = stage.Studio.Controls.Panel;
        Widget[] order = [.. panel.Widgets.Where(widget => widget.TakesFocus)];
        foreach (Widget widget in order)
        {
            stage.Press(Key.Tab);
            Assert.Same(widget, panel.Focus);
        }

        stage.Press(Key.Tab);
        Assert.Same(order[0], panel.Focus);
        stage.Press(new Chord(Key.Tab, Shift: true));
        Assert.Same(order[^1], panel.Focus);
    }

    [Fact]
    public void In_a_low_window_the_focus_brings_what_does_not_fit_into_view()
    {
        using Stage stage = new(Stage.Small with { HasControls = true }, 640, 240);
        stage.Frames(1);
        ControlPanel panel = stage.Studio.Controls.Panel;
        Assert.Contains(panel.Widgets, widget => widget.Bounds.IsEmpty);
        foreach (Widget widget in panel.Widgets.Where(widget => widget.TakesFocus))
        {
            stage.Press(Key.Tab);
            stage.Frames(1);
            Assert.False(panel.Focus!.Bounds.IsEmpty, panel.Focus.Label);
        }

        stage.Move(stage.Layout.Side.X + 2, stage.Layout.Side.Y + 2);
        for (int i = 0; i < 40; i++)
        {
            stage.Wheel(1);
        }

        stage.Frames(1);
        Assert.False(panel.Widgets[0].Bounds.IsEmpty);
    }

    [Fact]
    public void A_scale_names_its_values_and_finds_the_nearest()
    {
        SliderScale decades = SliderScale.Decades(-2, 1), even = SliderScale.Linear(0, 1, 4).OrNone();
        Assert.Equal([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10], Enumerable.Range(0, decades.Count).Select(i => decades[i]));
        Assert.Equal((2, 4, 0, 9), (decades.Nearest(0.04), decades.Nearest(0.2), decades.Nearest(-3), decades.Nearest(99)));
        Assert.Equal((5, 4, 4, 2), (even.Nearest(double.PositiveInfinity), even.Nearest(1), even.Nearest(7), even.Nearest(0.55)));
        Assert.Equal([64, 128, 256], Enumerable.Range(0, 3).Select(i => SliderScale.Doubling(64, 256)[i]));
    }

    [Fact]
    public void A_plot_keeps_the_last_values_and_its_range_holds_them()
    {
        ScrollingPlot plot = new("x", "F1");
        for (int i = 0; i < ScrollingPlot.Capacity + 10; i++)
        {
            plot.Add(i);
        }

        Assert.Equal((ScrollingPlot.Capacity, ScrollingPlot.Capacity + 9.0), (plot.Count, plot.Last));
        Assert.Equal([ScrollingPlot.Capacity + 9f, 10f], [plot[0], plot[ScrollingPlot.Capacity - 1]]);
        using SoftwareRenderer renderer = new();
        renderer.Resize(400, 300);
        Drawing drawing = new();
        drawing.Begin(renderer.Layout);
        plot.Add(double.NaN);
        plot.Draw(drawing, renderer.Layout, new PixelRect(0, 0, 200, 100));
        Assert.Equal((11.0, ScrollingPlot.Capacity + 9.0), plot.Range);
        plot.Clear();
        plot.Draw(drawing, renderer.Layout, new PixelRect(0, 0, 200, 100));
        Assert.Equal(0, plot.Count);
    }

    private static Stage Shown()
    {
        Stage stage = new(Stage.Small with { HasControls = true }, 1280, 720);
        return stage.Frames(1);
    }
}
