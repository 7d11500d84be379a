using System.Text.Json;
using RealtimeFlow.App.Live;
using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.App.Recording;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live;

/// <summary>The running program, in a window, as a person uses it.</summary>
public sealed class LiveWindowTests
{
    // Those that ask for something of the program around the studio: seen by what it does.
    private static readonly string[] Requests = ["full-screen", "screenshot", "record", "save", "load", "quit"];

    [Fact]
    public void Every_key_does_what_it_says_and_Escape_ends_it()
    {
        using LiveWindow window = new(LiveWindow.Small);
        foreach (StudioCommand command in StudioCommands.All.Where(command => !Requests.Contains(command.Name)))
        {
            foreach (Chord chord in command.Chords)
            {
                bool isSwitch = command.IsOn != null && command.Group != CommandGroup.Targets;
                window.Press(chord);
                window.AssertSame(command.Name);
                if (isSwitch)
                {
                    // Where a morph stops is a matter of time.
                    window.Press(chord);
                    window.Press(new Chord(Key.End));
                    window.AssertSame($"{command.Name}, again");
                }
            }
        }

        window.Press(new Chord(Key.Escape));
        Rtflow run = window.End();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^\d+ frames in ", run.Output);
    }

    [Fact]
    public void Every_control_does_what_it_says_by_mouse_and_wheel()
    {
        using LiveWindow window = new(LiveWindow.Small with { HasControls = true }, LiveWindow.Width, LiveWindow.Height);
        foreach (Widget widget in window.Twin.Studio.Controls.Panel.Widgets.Where(widget => widget.TakesFocus))
        {
            PixelRect place = widget.Bounds;
            int y = place.Y + (place.Height / 2);
            if (widget is Slider)
            {
                int start = place.X + (place.Width / 5), end = place.X + (place.Width * 2 / 5);
                window.Drag((start, y), (end, y));
                window.AssertSame(widget.Label);
                window.Wheel(start, y, 1);
                window.AssertSame($"the wheel over {widget.Label}");
                continue;
            }

            StudioCommand command = ((CommandButton)widget).Command;
            window.Click(place.X + (place.Width / 2), y);
            window.AssertSame(command.Name);
            if (command.IsOn != null)
            {
                window.Click(widget.Bounds.X + (place.Width / 2), widget.Bounds.Y + (place.Height / 2));
                window.Press(new Chord(Key.End));
                window.AssertSame($"{command.Name}, again");
            }
        }
    }

    [Fact]
    public void A_mode_is_dragged_a_density_painted_and_the_layers_are_gone_through()
    {
        using LiveWindow window = new(LiveWindow.Small with { Subject = "eight-gaussians" }, 960, 540);
        Stage twin = window.Twin;
        int target = twin.Studio.TargetPanel;
        TargetHandle handle = twin.Studio.Subject.Editable!.Handle(0);
        window.Drag(Place(handle.X, handle.Y), Place(handle.X - 1, handle.Y + 1));
        Assert.NotNull(twin.State.Numbers);
        window.AssertSame("dragging a mode");

        (int X, int Y) middle = Place(0, 0);
        window.Wheel(middle.X, middle.Y, -1);
        window.Wheel(middle.X, middle.Y, -1);
        Assert.Equal(7.5, twin.State.Depth);
        window.AssertSame("the wheel");

        window.Press(new Chord(Key.W));
        PixelRect third = twin.Layout.Panels[twin.Studio.PanelCount + 3];
        window.Click(third.X + (third.Width / 2), third.Y + (third.Height / 2));
        Assert.Equal(3, twin.State.Depth);
        window.AssertSame("clicking a small picture");

        window.Press(new Chord(Key.W));
        window.Press(new Chord(Key.B));
        float[] before = twin.State.Numbers!;
        window.Drag(Place(-1, 0), Place(1, 0));
        Assert.NotEqual(before, twin.State.Numbers);
        window.AssertSame("painting");

        (int X, int Y) Place(float x, float y) => window.PixelOf(target, x, y);
    }

    [Fact]
    public void A_file_that_is_dropped_is_learned_or_restored_and_of_several_none()
    {
        using LiveWindow window = new(LiveWindow.Small);
        TemporaryFolder folder = window.Folder;
        byte[] white = new byte[4 * 8 * 8];
        white.AsSpan().Fill(255);
        string picture = folder.File("ein Bild ü 日 50%.png"), rows = folder.File("two columns.csv"), settings = folder.File("set.json"), other = folder.File("none.txt");
        PngWriter.Write(picture, white, 8, 8);
        File.WriteAllLines(rows, Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{i % 7},{i % 5}")));
        StudioFile.Write(settings, LiveWindow.Small with { Subject = "banana", HasGrid = true });
        File.WriteAllText(other, "neither");
        foreach (string file in new[] { picture, rows, other, folder.Path, settings })
        {
            window.Drop(file);
            window.AssertSame($"dropping {file}");
        }

        window.Drop(picture, rows);
        window.Drop();
        window.AssertSame("dropping several, and none");
        Assert.Equal("banana", window.Twin.State.Subject);
    }

    [Fact]
    public void It_comes_back_when_it_was_minimised_and_the_button_of_its_frame_ends_it()
    {
        using LiveWindow window = new(LiveWindow.Small);
        window.MinimiseAndRestore();
        window.Press(new Chord(Key.G));
        window.AssertSame("coming back");
        window.Close();
        Rtflow run = window.End();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void On_a_dense_screen_the_pointer_hits_what_is_drawn_there()
    {
        using LiveWindow window = new(LiveWindow.Small with { HasControls = true, Subject = "eight-gaussians" }, 640, 360, scale: 2);
        Stage twin = window.Twin;
        Assert.Equal((1280, 720), window.Size);
        Assert.Equal(2, twin.Layout.Scale);
        PixelRect slider = Place("layers"), button = Place("pause");
        window.Drag((slider.X + (slider.Width / 5), slider.Y + (slider.Height / 2)), (slider.X + (slider.Width / 2), slider.Y + (slider.Height / 2)));
        Assert.NotEqual(8, twin.Studio.Layers);
        window.AssertSame("dragging a slider");
        window.Click(button.X + 2, button.Y + button.Height - 2);
        Assert.True(twin.State.IsPaused);
        window.AssertSame("clicking a button");

        int target = twin.Studio.TargetPanel;
        TargetHandle handle = twin.Studio.Subject.Editable!.Handle(0);
        window.Drag(window.PixelOf(target, handle.X, handle.Y), window.PixelOf(target, 0, 0));
        Assert.NotNull(twin.State.Numbers);
        window.AssertSame("dragging a mode");

        PixelRect Place(string label) => twin.Studio.Controls.Panel.Widgets.First(widget => widget.Label == label).Bounds;
    }

    [Fact]
    public void The_window_can_be_of_any_size_and_covers_the_screen_and_waits_when_paused()
    {
        using LiveWindow window = new(LiveWindow.Small);
        foreach ((int width, int height) in new[] { (1, 1), (3840, 2160), (333, 777) })
        {
            window.Resize(width, height);
            LiveWindow.Await(() => window.Size == (width, height), () => $"It has {window.Size}.");
            window.AssertSame($"a size of {width} × {height}");
        }

        foreach ((int width, int height) in new[] { (LiveWindow.Width, LiveWindow.Height), (333, 777) })
        {
            window.Press(new Chord(Key.F11));
            LiveWindow.Await(() => window.Size == (width, height), () => $"It has {window.Size}.");
        }

        window.HideAndShow();
        window.Press(new Chord(Key.Space));
        window.AssertSame("pausing");
        TimeSpan used = default;
        LiveWindow.Await(
            () =>
            {
                TimeSpan before = used;
                used = window.ProcessorTime;
                Thread.Sleep(200);
                return used == before;
            },
            () => "It does not come to rest.");
        window.Press(new Chord(Key.Space));
        window.AssertSame("going on");
    }

    [Fact]
    public void Pictures_videos_and_settings_are_written_and_read()
    {
        Assert.SkipUnless(Ffmpeg.Find() != null || Environment.GetEnvironmentVariable("CI") == "true", Ffmpeg.Cure);
        using LiveWindow window = new(LiveWindow.Small with { IsPaused = true });
        int pictures = 0;
        string first = Model();
        Assert.Equal(first, Model());
        After(new Chord(Key.Period), model => model != first);
        After(new Chord(Key.R), model => model == first);
        After(new Chord(Key.R, Shift: true), model => model != first);

        window.Press(new Chord(Key.V));
        window.Press(new Chord(Key.Space));
        window.AssertSame("going on");
        window.Press(new Chord(Key.V));
        string video = window.Folder.File($"{NextName()}.mp4");
        LiveWindow.Await(() => File.Exists(video), () => "There is no video.");

        StudioState saved = window.Saved();
        window.Press(new Chord(Key.G));
        window.Press(new Chord(Key.S, Shift: true));
        window.Press(new Chord(Key.G));
        Assert.Equal(Json.Text(saved), Json.Text(window.Saved() with { HasGrid = false }));

        void After(Chord chord, Predicate<string> isRight)
        {
            window.Press(chord);
            LiveWindow.Await(() => isRight(Model()), () => $"{chord} does not do what it says.");
        }

        string Model()
        {
            string name = NextName();
            window.Press(new Chord(Key.P));
            LiveWindow.Await(() => File.Exists(window.Folder.File($"{name}.png")), () => "There is no picture.");
            using JsonDocument settings = JsonDocument.Parse(File.ReadAllText(window.Folder.File($"{name}.json")));
            Assert.True(settings.RootElement.GetProperty("is_paused").GetBoolean());
            return Convert.ToHexString(File.ReadAllBytes(window.Folder.File($"{name}.safetensors")));
        }

        string NextName() => $"rtflow-{++pictures:D3}";
    }

    [Fact]
    public void A_recording_that_is_asked_for_has_every_frame_of_the_window()
    {
        Assert.SkipUnless(Ffmpeg.Find() != null || Environment.GetEnvironmentVariable("CI") == "true", Ffmpeg.Cure);
        using LiveWindow window = new(LiveWindow.Small, more: ["--frames", "12", "--record", "a.gif", "--screenshot", "a.png"]);
        Rtflow run = window.End();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("12 frames in ", run.Output, StringComparison.Ordinal);
        Assert.Contains("recorded: a.gif", run.Output, StringComparison.Ordinal);
        Assert.Contains("picture: a.png", run.Output, StringComparison.Ordinal);
        byte[] video = File.ReadAllBytes(window.Folder.File("a.gif"));
        Assert.Equal("GIF89a"u8, video.AsSpan(0, 6));

        // Every third frame; of each there is one block that says how long it is seen.
        Assert.Equal(4, Enumerable.Range(0, video.Length - 3).Count(at => video.AsSpan(at, 4).SequenceEqual<byte>([0x21, 0xF9, 0x04, 0x04]) || video.AsSpan(at, 4).SequenceEqual<byte>([0x21, 0xF9, 0x04, 0x05])));
    }

    [Fact]
    public void How_it_runs_is_measured_and_printed()
    {
        using LiveWindow window = new(LiveWindow.Small, more: ["--measure", "1", "--json"]);
        JsonElement report = window.End().Json();
        double seconds = report.GetProperty("seconds").GetDouble(), frames = report.GetProperty("frames").GetDouble();
        Assert.True(seconds >= 1);
        Assert.Equal(frames / seconds, report.GetProperty("frames_per_second").GetDouble(), 1e-9);
        Assert.Equal((640, 360), (report.GetProperty("width").GetInt32(), report.GetProperty("height").GetInt32()));
        Assert.Equal(20_000, report.GetProperty("particles").GetInt32());
        Assert.InRange(report.GetProperty("particles_a_frame").GetDouble(), 20_000 / 16.0, 20_000);
        Assert.InRange(report.GetProperty("input_pictures").GetInt32(), 1, 2);
        Assert.True(report.GetProperty("first_picture_seconds").GetDouble() > 0);
        Assert.True(report.GetProperty("interval_ms").GetProperty("median").GetDouble() <= report.GetProperty("interval_ms").GetProperty("longest").GetDouble());
    }

    [Fact]
    public void Whatever_happens_in_any_order_does_not_end_it()
    {
        using LiveWindow window = new(LiveWindow.Small);
        Chord[] chords = [.. StudioCommands.All.Where(command => command.Name != "quit").SelectMany(command => command.Chords), new(Key.Tab), new(Key.Enter), new(Key.Up), new(Key.F5)];
        System.Random random = new(1);
        List<string> words = [];
        for (int i = 0; i < 300; i++)
        {
            words.AddRange(random.Next(4) switch
            {
                0 => window.Move(random.Next(640), random.Next(360)),
                1 => [random.Next(2) == 0 ? "mousedown" : "mouseup", $"{random.Next(1, 4)}"],
                2 => ["click", $"{random.Next(1, 8)}"],
                _ => LiveWindow.Words(chords[random.Next(chords.Length)]),
            });
        }

        window.Do(words);
        Assert.Null(window.Saved().Defect());
        window.Do(Enumerable.Repeat("Escape", 3).Prepend("key"));
        Rtflow run = window.End();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }
}
