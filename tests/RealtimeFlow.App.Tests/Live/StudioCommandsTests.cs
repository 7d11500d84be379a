using RealtimeFlow.App.Live;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live;

public sealed class StudioCommandsTests
{
    /// <summary>What each command that switches nothing changes, as seen after a frame.</summary>
    private static readonly Dictionary<string, Func<Stage, Stage, bool>> Effects = new()
    {
        ["step"] = (before, after) => after.State.IsPaused && after.Studio.Snapshot.Steps == before.Studio.Snapshot.Steps - 7,
        ["restart"] = (before, after) => after.Studio.Snapshot.Run == before.Studio.Snapshot.Run + 1,
        ["reseed"] = (before, after) => after.State.Seed == before.State.Seed + 1 && after.Studio.Snapshot.Run == before.Studio.Snapshot.Run + 1,
        ["anneal"] = (before, after) => after.Studio.Snapshot.Beta < before.Studio.Snapshot.Beta && after.Studio.Snapshot.Run == before.Studio.Snapshot.Run,
        ["insert"] = (before, after) => after.Studio.Layers == before.Studio.Layers + 1 && after.State.Formula == "planar:9",
        ["remove"] = (before, after) => after.Studio.Layers == before.Studio.Layers - 1 && after.State.Formula == "planar:7",
        ["slower"] = (before, after) => after.State.StepsPerSecond == 3000,
        ["faster"] = (before, after) => after.State.StepsPerSecond == null,
        ["shallower"] = (before, after) => after.State.Depth == 7.75,
        ["deeper"] = (before, after) => after.State.Depth == null,
        ["base"] = (before, after) => after.State.Depth == 0,
        ["whole"] = (before, after) => after.State.Depth == null,
        ["cycle"] = (before, after) => after.State.Panels == StudioPanels.Particles && after.Layout.Panels.Length == 1,
        ["colors"] = (before, after) => after.State.ColorMap == ColorMap.Magma,
        ["brighter"] = (before, after) => Math.Abs(after.State.Stops - (1 / 3.0)) < 1e-5,
        ["darker"] = (before, after) => Math.Abs(after.State.Stops + (1 / 3.0)) < 1e-5,
        ["undo"] = (before, after) => after.State.Numbers == null,
        ["numbers"] = (before, after) => after.State.Readout == StudioNumbers.All,
        ["full-screen"] = (before, after) => after.Requests.Contains(StudioRequest.FullScreen),
        ["screenshot"] = (before, after) => after.Requests.Contains(StudioRequest.Screenshot),
        ["record"] = (before, after) => after.Requests.Contains(StudioRequest.Record),
        ["save"] = (before, after) => after.Requests.Contains(StudioRequest.Save),
        ["load"] = (before, after) => after.Requests.Contains(StudioRequest.Load),
        ["quit"] = (before, after) => after.Requests.Contains(StudioRequest.Close),
    };

    public static TheoryData<string> Names => [.. StudioCommands.All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_key_does_what_it_says(string name)
    {
        StudioCommand command = StudioCommands.Named(name);
        foreach (Chord chord in command.Chords)
        {
            using Stage before = new(width: 320, height: 180), after = new(width: 320, height: 180);
            before.Frames(60);
            after.Frames(59);
            after.Press(chord);
            after.Frames(1);
            if (Effects.TryGetValue(name, out Func<Stage, Stage, bool>? effect))
            {
                Assert.True(effect(before, after), $"{chord}: {after.State}");
                continue;
            }

            bool wasOn = command.IsOn!(before.State);
            Assert.Equal(name == "u1" || !wasOn, command.IsOn(after.State));
            if (command.Group != CommandGroup.Targets)
            {
                if (name is not "pause" and not "morph")
                {
                    Assert.NotEqual(before.Studio.Picture(), after.Studio.Picture());
                }

                after.Press(chord);
                Assert.Equal(wasOn, command.IsOn(after.State));
            }
        }
    }

    [Fact]
    public void Names_and_keys_are_each_there_once()
    {
        Assert.Equal(StudioCommands.All.Count, StudioCommands.All.Select(command => command.Name).Distinct().Count());
        Chord[] chords = [.. StudioCommands.All.SelectMany(command => command.Chords)];
        Assert.Equal(chords.Length, chords.Distinct().Count());
        Assert.Throws<ArgumentException>(() => StudioCommands.Named("nonsense"));
    }

    [Fact]
    public void Help_on_the_screen_and_of_the_program_tell_of_every_command()
    {
        string help = Rtflow.Run("live", "--help").Output;
        Assert.All(StudioCommands.All, command =>
        {
            Assert.Contains((command.Keys, command.Description), StudioCommands.Help.Lines);
            Assert.Contains(command.Description, help, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_wheel_goes_through_help_that_has_no_room()
    {
        using Stage stage = new(Stage.Small with { HasHelp = true, IsPaused = true, Readout = StudioNumbers.None }, 320, 180);
        byte[] head = stage.Frames(60).Studio.Picture();
        stage.Wheel(-1);
        byte[] next = stage.Frames(1).Studio.Picture();
        stage.Wheel(-100);
        byte[] foot = stage.Frames(1).Studio.Picture();
        stage.Wheel(-1);
        Assert.Equal(foot, stage.Frames(1).Studio.Picture());
        stage.Wheel(100);
        Assert.Equal(head, stage.Frames(1).Studio.Picture());
        Assert.NotEqual(head, next);
        Assert.NotEqual(next, foot);
        Assert.Null(stage.State.Depth);
    }

    [Fact]
    public void What_is_written_for_people_fits_its_place()
    {
        Assert.All(StudioCommands.Help.Lines, line => Assert.True(line.Keys.Length < 9 && line.Label.Length <= 28, line.Label));
        Assert.All(StudioCommands.All, command => Assert.True(command.Label.Length <= 16, command.Label));
    }

    [Fact]
    public void Keys_held_with_Control_Alt_or_Super_are_not_the_studios()
    {
        using Stage stage = new(width: 320, height: 180);
        StudioState before = stage.State;
        foreach (KeyModifiers modifiers in new[] { KeyModifiers.Control, KeyModifiers.Alt, KeyModifiers.Super })
        {
            stage.Studio.Press(Key.Space, modifiers);
            stage.Studio.Press(Key.Escape, modifiers);
        }

        Assert.Same(before, stage.State);
        Assert.Empty(stage.Requests);
    }

    [Fact]
    public void A_key_that_is_held_repeats_steps_and_no_switch()
    {
        using Stage stage = new(width: 320, height: 180);
        stage.Frames(1);
        for (int i = 0; i < 3; i++)
        {
            stage.Studio.Handle(new InputEvent(InputKind.KeyRepeat, (int)Key.Left, KeyModifiers.None, 0, 0));
            stage.Studio.Handle(new InputEvent(InputKind.KeyRepeat, (int)Key.Space, KeyModifiers.None, 0, 0));
        }

        Assert.Equal((7.25, false), (stage.State.Depth, stage.State.IsPaused));
    }

    [Fact]
    public void Escape_closes_help_then_leaves_the_controls_then_asks_for_the_end()
    {
        using Stage stage = new(Stage.Small with { HasHelp = true });
        stage.Press(Key.Tab);
        stage.Frames(1);
        Assert.NotNull(stage.Studio.Controls.Panel.Focus);
        stage.Press(Key.Escape);
        Assert.False(stage.State.HasHelp);
        Assert.Empty(stage.Requests);
        stage.Press(Key.Escape);
        Assert.Null(stage.Studio.Controls.Panel.Focus);
        Assert.Empty(stage.Requests);
        stage.Press(Key.Escape);
        Assert.Equal([StudioRequest.Close], stage.Requests);
    }
}
