using RealtimeFlow.App.Live;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live;

public sealed class StudioTests
{
    public static TheoryData<string> Subjects => [.. Subject.Names.Where(name => name != Subject.Points)];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Every_subject_is_learned_and_shown(string name)
    {
        // Of few particles one in a pixel is as bright as can be, where the density is as low as the painting's.
        using Stage stage = new(Stage.Small with { Subject = name, Particles = 200_000 }, width: 480, height: 270);
        stage.Frames(3);

        Assert.Equal("", stage.Studio.Notice);
        Assert.True(stage.Studio.Snapshot.Steps > 0 && stage.Studio.Snapshot.SkippedSteps == 0);
        int panels = name is "eight-schools" ? 2 : 3;
        Assert.Equal(panels, stage.Studio.PanelCount);
        byte[] picture = stage.Studio.Picture();
        for (int panel = 0; panel < panels; panel++)
        {
            PixelRect rect = stage.Layout.Panels[panel];
            int row = rect.Y + (rect.Height / 2);
            byte[][] colors = [.. Enumerable.Range(rect.X, rect.Width).Select(x => picture.AsSpan(4 * ((row * stage.Layout.Width) + x), 3).ToArray())];
            Assert.True(colors.Select(color => color[0] + color[1] + color[2]).Distinct().Count() > 2, $"panel {panel} is flat");
        }
    }

    [Fact]
    public void The_picture_shows_the_learned_ring_with_its_two_modes()
    {
        using Stage stage = new(Stage.Small with { Particles = 100_000 });
        byte[] picture = stage.Frames(150).Studio.Picture();

        // The ring's modes lie at (±2, 0); the density in the middle and above is a thousandth of theirs.
        for (int panel = 0; panel < 3; panel++)
        {
            double left = stage.Brightness(picture, panel, -2, 0), right = stage.Brightness(picture, panel, 2, 0);
            double middle = stage.Brightness(picture, panel, 0.5f, 0.5f), above = stage.Brightness(picture, panel, 0, 3.5f);
            Assert.True(Math.Min(left, right) > 6 * (Math.Max(middle, above) + 5), $"panel {panel}: {left} {right} {middle} {above}");
        }
    }

    [Fact]
    public void A_counted_run_is_a_function_of_seed_and_inputs_alone()
    {
        byte[] once = Run(threads: 1), again = Run(threads: 2);
        Assert.Equal(once, again);

        static byte[] Run(int threads)
        {
            using Stage stage = new(Stage.Small with { Subject = "rings" }, 640, 360, threads);
            stage.Frames(3);
            stage.MoveTo(2, -0.9f, 0.5f);
            stage.Down();
            stage.MoveTo(2, -2, 0.5f);
            stage.Up();
            stage.Press(Key.Equal);
            stage.Wheel(-3);
            return stage.Frames(4).Studio.Picture();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frame_allocates_nothing_numbers_curves_and_controls_included(bool everything)
    {
        StudioState state = Stage.Small with { HasControls = true, HasCurves = true, Readout = StudioNumbers.All };
        StudioState all = state with { HasStrip = true, HasGrid = true, HasLayers = true, HasTrajectories = true, IsMorphing = true, HasHelp = true };
        using Stage stage = new(everything ? all : state, 800, 450);
        stage.Frames(40);

        // All threads are counted, the test platform's own too, which report now and then; and code boxes numbers until it is compiled in
        // full, which another thread does while this one rests: what a frame itself allocates is in every stretch.
        long least = long.MaxValue;
        for (int i = 0; i < 60 && least > 0; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            stage.Frames(5);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            Thread.Sleep(least > 0 ? 30 : 0);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Any_size_is_drawn_and_the_old_one_comes_back_as_it_was()
    {
        // Not all numbers: measured times differ in length from frame to frame, and so does the room beside them.
        using Stage stage = new(Stage.Small with { HasControls = true, HasCurves = true, HasStrip = true });
        stage.Frames(2);
        PixelRect[] panels = stage.Layout.Panels.ToArray();
        foreach ((int width, int height) in new[] { (1, 1), (0, 0), (3840, 2160), (333, 1), (801, 601), (0, 500) })
        {
            stage.Renderer.Resize(width, height);
            stage.Frames(1);
            foreach (PixelRect panel in stage.Layout.Panels)
            {
                Assert.True(panel.IsEmpty || (panel.X >= 0 && panel.Y >= 0 && panel.X + panel.Width <= width && panel.Y + panel.Height <= height));
            }
        }

        stage.Renderer.Resize(960, 540);
        stage.Frames(1);
        Assert.Equal(panels, stage.Layout.Panels.ToArray());
    }

    [Fact]
    public void Ten_thousand_random_events_do_no_harm()
    {
        using Stage stage = new(Stage.Small with { Formula = "planar:2", Particles = 1000 }, 320, 180, stepsAFrame: 1);
        System.Random random = new(1);
        Key[] keys = [.. Enum.GetValues<Key>()];
        stage.Frames(1);
        for (int i = 1; i <= 10_000; i++)
        {
            KeyModifiers modifiers = (KeyModifiers)random.Next(16);
            (double x, double y) = ((random.NextDouble() * 360) - 20, (random.NextDouble() * 220) - 20);
            stage.Studio.Handle(random.Next(8) switch
            {
                0 => new InputEvent(InputKind.KeyDown, (int)keys[random.Next(keys.Length)], random.Next(2) == 0 ? modifiers : KeyModifiers.None, 0, 0),
                1 => new InputEvent(InputKind.KeyRepeat, (int)keys[random.Next(keys.Length)], modifiers, 0, 0),
                2 => new InputEvent(InputKind.ButtonDown, random.Next(4), modifiers, 0, 0),
                3 => new InputEvent(InputKind.ButtonUp, random.Next(4), modifiers, 0, 0),
                4 => new InputEvent(InputKind.Scroll, 0, modifiers, random.Next(-3, 4), random.Next(-3, 4)),
                5 => new InputEvent(InputKind.Focus, random.Next(2), modifiers, 0, 0),
                _ => new InputEvent(InputKind.PointerMove, 0, modifiers, x, y),
            });
            if (stage.State.Particles > 100_000)
            {
                stage.Studio.Set(stage.State with { Particles = 1000 });
            }

            if (i % 25 == 0)
            {
                stage.Frames(1);
            }
        }

        Assert.Null(stage.State.Defect());
        Assert.True(stage.Frames(2).Studio.Snapshot.Steps >= 0);
    }

    [Fact]
    public void A_handle_that_is_dragged_takes_the_target_along_and_undo_takes_it_back()
    {
        using Stage stage = new(Stage.Small with { Subject = "eight-gaussians" });
        stage.Frames(2);
        float[] before = stage.Studio.Subject.Editable!.Numbers.ToArray();
        int run = stage.Studio.Snapshot.Run;
        stage.MoveTo(2, 3, 0);
        stage.Down();
        stage.MoveTo(2, 1, 1);
        stage.Up();

        TargetHandle handle = stage.Studio.Subject.Editable.Handle(0);
        Assert.Equal(1, handle.X, 0.05f);
        Assert.Equal(1, handle.Y, 0.05f);
        Assert.Equal(stage.Studio.Subject.Editable.Numbers.ToArray(), stage.State.Numbers);
        byte[] picture = stage.Frames(2).Studio.Picture();
        Assert.True(stage.Brightness(picture, 2, 1.3f, 1.3f) > 2 * stage.Brightness(picture, 2, 3, 0));
        Assert.Equal(run, stage.Studio.Snapshot.Run);

        stage.Press(Key.U);
        Assert.Equal(before, stage.Studio.Subject.Editable.Numbers.ToArray());
        Assert.Null(stage.State.Numbers);
    }

    [Fact]
    public void A_target_with_one_handle_moves_from_wherever_it_is_grasped()
    {
        using Stage stage = new(Stage.Small with { Subject = "u2" });
        stage.Frames(1);
        stage.MoveTo(0, 2, 2);
        stage.Down();
        stage.MoveTo(0, 3, 1);
        stage.Up();
        Assert.Equal(1, stage.State.Numbers![0], 0.05f);
        Assert.Equal(-1, stage.State.Numbers[1], 0.05f);
    }

    [Fact]
    public void The_brush_makes_a_painting_of_the_target_and_brightens_where_it_goes()
    {
        using Stage stage = new();
        stage.Frames(60);
        int run = stage.Studio.Snapshot.Run;
        stage.Press(Key.B);
        Assert.Equal((Subject.Painting, true), (stage.State.Subject, stage.State.HasBrush));
        stage.Frames(1);
        Assert.Equal(run, stage.Studio.Snapshot.Run);
        byte[] before = stage.Studio.Picture();
        Assert.True(stage.Brightness(before, 2, 2, 0) > 3 * stage.Brightness(before, 2, 0, 2.5f));

        stage.MoveTo(2, -1.5f, 2.5f);
        stage.Down();
        for (int i = 0; i < 10; i++)
        {
            stage.MoveTo(2, i % 2 == 0 ? 1.5f : -1.5f, 2.5f);
        }

        stage.Up();
        byte[] painted = stage.Frames(1).Studio.Picture();
        Assert.True(stage.Brightness(painted, 2, 0, 2.5f) > stage.Brightness(before, 2, 0, 2.5f) + 50);

        stage.MoveTo(2, -1.5f, 2.5f);
        stage.Down(button: 1);
        for (int i = 0; i < 30; i++)
        {
            stage.MoveTo(2, i % 2 == 0 ? 1.5f : -1.5f, 2.5f);
        }

        stage.Up(button: 1);
        byte[] erased = stage.Frames(1).Studio.Picture();
        Assert.True(stage.Brightness(erased, 2, 0, 2.5f) < stage.Brightness(painted, 2, 0, 2.5f) - 50);
        Assert.Null(stage.State.Defect());
    }

    [Fact]
    public void The_wheel_goes_through_the_layers_and_the_strip_jumps_to_one()
    {
        using Stage stage = new(Stage.Small with { HasStrip = true });
        stage.Frames(2);
        Assert.Equal(9, stage.Layout.Panels.Length - stage.Studio.PanelCount);
        stage.Wheel(-4);
        Assert.Equal(7, stage.State.Depth);
        stage.Wheel(5);
        Assert.Null(stage.State.Depth);

        PixelRect third = stage.Layout.Panels[stage.Studio.PanelCount + 3];
        stage.Click(third.X + (third.Width / 2), third.Y + (third.Height / 2));
        Assert.Equal(3, stage.State.Depth);
    }

    [Fact]
    public void Every_depth_is_an_exact_density_from_the_base_to_the_whole_flow()
    {
        using Stage stage = new();
        stage.Frames(40);
        stage.Studio.ScrubTo(0);
        stage.Press(Key.Space);
        stage.Frames(1);
        double mass = Mass(stage);
        Assert.Equal(1, mass, 0.01);
        stage.Studio.ScrubTo(3.5);
        stage.Frames(1);
        Assert.Equal(1, Mass(stage), 0.01);
        Assert.Equal(3.5, stage.Studio.Depth);

        static double Mass(Stage stage)
        {
            const int Side = 256;
            const float Half = 9;
            float[] points = new float[2 * Side * Side], logDensity = new float[Side * Side];
            for (int i = 0; i < logDensity.Length; i++)
            {
                points[i] = ((((i % Side) + 0.5f) / Side * 2) - 1) * Half;
                points[logDensity.Length + i] = ((((i / Side) + 0.5f) / Side * 2) - 1) * Half;
            }

            stage.Studio.Flow.LogDensity(points, logDensity);
            return logDensity.Sum(value => Math.Exp(value)) * (2 * Half / Side) * (2 * Half / Side);
        }
    }

    [Fact]
    public void Rows_are_as_bright_beside_the_base_as_beside_the_whole_flow()
    {
        using Stage stage = new(Stage.Small with { Subject = "two-moons" });
        stage.Frames(60);
        stage.Press(Key.Space);
        double whole = DataBrightness(stage.Frames(30));
        Assert.InRange(whole, 10, 500);
        stage.Studio.ScrubTo(0);
        Assert.Equal(whole, DataBrightness(stage.Frames(30)));

        static double DataBrightness(Stage stage)
        {
            byte[] picture = stage.Studio.Picture();
            return stage.Brightness(picture, 2, 1, 0.5f) + stage.Brightness(picture, 2, -1, 0);
        }
    }

    [Fact]
    public void The_morph_goes_to_the_base_and_back_and_stays_where_it_is_stopped()
    {
        using Stage stage = new(width: 320, height: 180);
        stage.Press(Key.L);
        double least = double.MaxValue, most = 0;
        for (int frame = 0; frame < 400; frame++)
        {
            stage.Frames(1);
            (least, most) = (Math.Min(least, stage.Studio.Depth!.Value), Math.Max(most, stage.Studio.Depth!.Value));
        }

        Assert.Equal((0.0, 8.0), (least, most));
        stage.Frames(90);
        double? there = stage.Studio.Depth;
        stage.Press(Key.L);
        stage.Frames(3);
        Assert.Equal(there, stage.Studio.Depth);
    }

    [Fact]
    public void What_cannot_be_done_is_said_and_all_stays_as_it_was()
    {
        using Stage stage = new();
        stage.Frames(1);
        StudioState before = stage.State;
        stage.Studio.Drop("no-such-file.png");
        Assert.Contains("no-such-file.png", stage.Studio.Notice, StringComparison.Ordinal);
        Assert.Same(before, stage.State);
        stage.Studio.Drop("no-such-file.json");
        stage.Studio.Drop("no-such-file.csv");
        Assert.Same(before, stage.State);
        stage.Studio.Drop(Path.GetTempPath());
        Assert.Contains("is a folder", stage.Studio.Notice, StringComparison.Ordinal);
        Assert.Same(before, stage.State);
        stage.Press(Key.Number0);
        stage.Press(Key.B);
        Assert.Contains("nothing to paint", stage.Studio.Notice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_covers_no_numbers()
    {
        using Stage silent = new(width: 576, height: 324), speaking = new(width: 576, height: 324);
        speaking.Studio.Say(new string('x', 60));
        byte[] expected = silent.Frames(2).Studio.Picture(), actual = speaking.Frames(2).Studio.Picture();
        PixelRect numbers = silent.Layout.Hud;
        Assert.NotEqual(expected, actual);
        for (int y = numbers.Y; y < numbers.Y + numbers.Height; y++)
        {
            Assert.Equal(expected.AsSpan(4 * 576 * y, 4 * 576), actual.AsSpan(4 * 576 * y, 4 * 576));
        }
    }

    [Fact]
    public void Dropped_rows_pictures_and_settings_are_learned()
    {
        using TemporaryFolder folder = new();
        using Stage stage = new(width: 320, height: 180);
        byte[] rgba = new byte[4 * 32 * 16];
        for (int i = 0; i < rgba.Length; i++)
        {
            rgba[i] = (byte)(i % 4 == 3 || i % 64 < 32 ? 255 : 0);
        }

        PngWriter.Write(folder.File("half.png"), rgba, 32, 16);
        stage.Studio.Drop(folder.File("half.png"));
        byte[] picture = stage.Frames(2).Studio.Picture();
        Assert.Equal(Subject.Picture, stage.State.Subject);
        Assert.True(stage.Brightness(picture, 2, -2.6f, 0) > stage.Brightness(picture, 2, -1.2f, 0) + 50);

        File.WriteAllLines(folder.File("rows.csv"), Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{i % 7},{100 + i}")));
        stage.Studio.Drop(folder.File("rows.csv"));
        stage.Frames(2);
        Assert.Equal(Subject.Points, stage.State.Subject);
        Assert.Equal(50, stage.Studio.Subject.Points!.Total);

        // The same file, which has become longer, and one that has broken.
        File.AppendAllLines(folder.File("rows.csv"), ["1,2"]);
        stage.Studio.Drop(folder.File("rows.csv"));
        Assert.Equal(51, stage.Studio.Subject.Points!.Total);
        File.AppendAllLines(folder.File("rows.csv"), ["1,x"]);
        stage.Studio.Drop(folder.File("rows.csv"));
        Assert.Contains("line 52", stage.Studio.Notice, StringComparison.Ordinal);
        Assert.Equal(51, stage.Studio.Subject.Points!.Total);

        StudioFile.Write(folder.File("state.json"), Stage.Small with { Subject = "banana" });
        stage.Studio.Drop(folder.File("state.json"));
        Assert.Equal("banana", stage.Frames(1).State.Subject);
        Assert.Equal("set as in state.json", stage.Studio.Notice);
    }

    [Fact]
    public void Where_nobody_sees_it_training_goes_on_and_rows_arrive()
    {
        using Stage stage = new(Stage.Small with { Subject = "logistic" }, 320, 180);
        stage.Frames(1);
        for (int i = 0; i < 60; i++)
        {
            stage.Studio.Train(1 / 60.0);
        }

        Assert.Equal((1, 61 * 8), (stage.Studio.Frames, stage.Studio.Snapshot.Steps));
        Assert.InRange(stage.Studio.Subject.Arrived, 10, 12);
    }

    [Fact]
    public void A_new_size_is_drawn_to_the_end_before_a_paused_studio_rests()
    {
        using Stage stage = new(Stage.Small with { IsPaused = true }, 320, 180);
        stage.Frames(60);
        Assert.True(stage.Studio.IsIdle);
        stage.Renderer.Resize(400, 240);
        Assert.False(stage.Frames(1).Studio.IsIdle);
        Assert.True(stage.Frames(60).Studio.IsIdle);
    }

    [Fact]
    public void All_numbers_are_more_than_few_and_few_more_than_none()
    {
        using Stage stage = new();
        int few = stage.Frames(1).Layout.Hud.Height;
        stage.Press(Key.N);
        int all = stage.Frames(1).Layout.Hud.Height;
        stage.Press(Key.N);
        Assert.Equal(0, stage.Frames(1).Layout.Hud.Height);
        Assert.InRange(few, 1, all - 1);
    }

    [Fact]
    public void A_long_notice_goes_on_in_the_next_line()
    {
        using Stage one = new(width: 576, height: 324), other = new(width: 576, height: 324);
        one.Studio.Say(new string('x', 100) + "why");
        other.Studio.Say(new string('x', 100) + "not");
        Assert.NotEqual(one.Frames(1).Studio.Picture(), other.Frames(1).Studio.Picture());
    }

    [Fact]
    public void Rows_stream_in_and_the_posterior_narrows()
    {
        using Stage stage = new(Stage.Small with { Subject = "logistic" }, 320, 180);
        stage.Frames(2);
        int first = stage.Studio.Subject.Arrived;
        stage.Frames(120);
        Assert.InRange(first, 1, 3);
        Assert.Equal(21, stage.Studio.Subject.Arrived, 1.0);
        Assert.Equal(stage.Studio.Subject.Arrived, ((DataTarget)stage.Studio.Subject.Shown!).Data.Count);
    }
}
