using RealtimeFlow.Amortized;
using RealtimeFlow.App.Live;
using RealtimeFlow.App.Live.Vae;
using RealtimeFlow.App.Tests.Vae;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live.Vae;

public sealed class VaeStudioTests
{
    // The panels of a model: images, q, p, manifold, samples.
    private const int PanelsOfModel = 5, Frames = 12;

    [Fact]
    public void Both_models_learn_the_same_images_and_each_has_its_pictures_in_a_row()
    {
        using VaeStage stage = new();
        stage.Frames(Frames);
        Assert.Equal(Frames, stage.Studio.Snapshot.Steps);
        Assert.Equal(
            ["K=0 x, decoded", "K=0 q(z|x)", "K=0 true p(z|x)", "K=0 manifold", "K=0 samples", "K=3 x, decoded", "K=3 q(z|x)", "K=3 true p(z|x)", "K=3 manifold", "K=3 samples"],
            stage.Studio.Panels.ToArray().Select(panel => panel.Title));
        Assert.All(stage.Studio.Panels.ToArray(), (panel, i) => Assert.Equal(i % PanelsOfModel is 1 or 2 ? PanelKind.LogDensity : PanelKind.Image, panel.Kind));
        PixelRect[] places = stage.Layout.Panels.ToArray();
        for (int i = 0; i < PanelsOfModel; i++)
        {
            Assert.Equal((places[i].X, places[0].Y, places[i + 5].Y), (places[i + PanelsOfModel].X, places[i].Y, places[PanelsOfModel].Y));
        }
    }

    [Fact]
    public void The_densities_are_those_of_the_models_and_are_seen_where_they_are_large()
    {
        using VaeStage stage = new();
        stage.Frames(Frames);
        stage.Press(Key.Space);
        stage.Frames(Frames);
        byte[] rgba = stage.Studio.Picture();
        for (int i = 0; i < 2; i++)
        {
            PosteriorPictures pictures = stage.Studio.Pictures[i].Posterior!;
            LiveModel model = stage.Studio.Snapshot.Models[i];
            using WorkerPool one = new(1);
            ImagePosterior posterior = new(model.Shape, one);
            posterior.Update(model.Parameters.Span, stage.Subject.HeldOut, 0);

            // At the middle of a pixel, by the inverse of the flow.
            int side = pictures.ApproximateSide, best = Array.IndexOf(pictures.Approximate, pictures.Approximate.Max());
            Assert.Equal(stage.Layout.Panels[1].Width, side);
            PlaneView view = pictures.View;
            float step = (view.Right - view.Left) / side;
            float x = view.Left + (((best % side) + 0.5f) * step), y = view.Bottom + (((best / side) + 0.5f) * step);
            float[] density = new float[1];
            posterior.Flow.LogDensity([x, y], density);
            Assert.Equal(density[0], pictures.Approximate[best]);

            // All of q and of p lies in the view, about half a percent of it at the edge of what counts as dark.
            double area = view.Area;
            Assert.InRange(pictures.Approximate.Sum(z => Math.Exp(z)) * area / pictures.Approximate.Length, 0.98, 1.005);
            Assert.InRange(pictures.True.Sum(z => Math.Exp(z)) * area / pictures.True.Length, 1 - 1e-4, 1 + 1e-4);
            Assert.True(pictures.Divergence > 0);

            float reach = 10 * step;
            double there = stage.Brightness(rgba, (i * PanelsOfModel) + 1, x - reach, x + reach, y - reach, y + reach);
            double corner = stage.Brightness(rgba, (i * PanelsOfModel) + 1, view.Left, view.Left + reach, view.Bottom, view.Bottom + reach);
            Assert.True(there > corner + 60, $"{there} against {corner}");
        }
    }

    [Fact]
    public void A_counted_run_is_a_function_of_seed_and_inputs_alone()
    {
        Assert.Equal(Run(1), Run(2));

        static byte[] Run(int threads)
        {
            using VaeStage stage = new(width: 640, height: 480, threads: threads, stepsAFrame: 2);
            stage.Press(Key.N);
            stage.Frames(3);
            stage.MoveTo(0, 0.4f, 0.6f);
            stage.Press(Key.O);
            return stage.Frames(8).Studio.Picture();
        }
    }

    [Fact]
    public void A_frame_allocates_nothing_help_numbers_and_curves_included()
    {
        using VaeStage stage = new(width: 800, height: 600);
        stage.Press(Key.H);
        stage.Frames(30);

        // As in the studio's test: other threads allocate too now and then.
        long least = long.MaxValue;
        for (int i = 0; i < 60 && least > 0; i++)
        {
            stage.MoveTo(0, 0.05f + (i % 8 / 8f), 0.9f);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            stage.Frames(5);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            Thread.Sleep(least > 0 ? 30 : 0);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(1280, 720)]
    [InlineData(800, 600)]
    public void Nothing_covers_anything(int width, int height)
    {
        using VaeStage stage = new(width: width, height: height);
        stage.Frames(2);
        PixelRect[] parts = [.. stage.Layout.Panels, stage.Layout.Hud, stage.Layout.Bottom, stage.Layout.Footer];
        for (int i = 0; i < parts.Length; i++)
        {
            Assert.True(parts[i].X >= 0 && parts[i].Y >= 0 && parts[i].X + parts[i].Width <= width && parts[i].Y + parts[i].Height <= height);
            Assert.False(parts[i].IsEmpty);
            for (int j = 0; j < i; j++)
            {
                bool apart = parts[i].X >= parts[j].X + parts[j].Width || parts[j].X >= parts[i].X + parts[i].Width
                    || parts[i].Y >= parts[j].Y + parts[j].Height || parts[j].Y >= parts[i].Y + parts[i].Height;
                Assert.True(apart, $"{parts[i]} and {parts[j]}");
            }
        }
    }

    [Fact]
    public void The_image_under_the_pointer_is_looked_at_whether_it_is_the_image_or_what_was_made_of_it()
    {
        using VaeStage stage = new();
        stage.Frames(2);

        // The third column; the second pair of rows, first its image and then, of the other model, what that made of it.
        stage.MoveTo(0, 2.5f / 8, 1 - (2.5f / 8));
        Assert.Equal(10, stage.State.Image);
        stage.MoveTo(1, 0, 0);
        Assert.Equal(10, stage.State.Image);
        stage.MoveTo(PanelsOfModel, 4.5f / 8, 1 - (3.5f / 8));
        Assert.Equal(12, stage.State.Image);
        stage.Frames(Frames);
        Assert.All(stage.Studio.Pictures.ToArray(), pictures => Assert.Equal(12, pictures.Posterior!.ShownImage));
    }

    [Fact]
    public void Keys_go_through_the_images_and_stay_within_them()
    {
        using VaeStage stage = new();
        (Key Key, int Image)[] ways = [(Key.Left, 0), (Key.Right, 1), (Key.PageDown, 33), (Key.PageDown, 65), (Key.PageDown, 97), (Key.PageDown, 99), (Key.Right, 99), (Key.PageUp, 67), (Key.Left, 66)];
        foreach ((Key key, int image) in ways)
        {
            stage.Press(key);
            Assert.Equal(image, stage.State.Image);
            stage.Frames(1);
        }

        stage.Studio.Handle(new InputEvent(InputKind.Scroll, 0, KeyModifiers.None, 0, -1));
        Assert.Equal(67, stage.State.Image);

        // The last page has four images: where there is none, none is chosen.
        stage.Press(Key.PageDown);
        stage.Frames(2);
        stage.MoveTo(0, 0.9f, 0.1f);
        Assert.Equal(99, stage.State.Image);
    }

    [Fact]
    public void Every_other_key_does_what_it_says()
    {
        using VaeStage stage = new();
        stage.Frames(2);
        (Key Key, bool Shift, Func<VaeState, VaeState> Set)[] keys =
        [
            (Key.W, false, state => state with { IsWalking = !state.IsWalking }),
            (Key.C, false, state => state with { ColorMap = ColorMap.Magma }),
            (Key.O, false, state => state with { Scale = DensityScale.Logarithmic }),
            (Key.O, false, state => state with { Scale = DensityScale.Linear }),
            (Key.E, false, state => state with { Stops = 0.333333 }),
            (Key.E, true, state => state with { Stops = 0 }),
            (Key.K, false, state => state with { HasCurves = false }),
            (Key.N, false, state => state with { HasNumbers = false }),
            (Key.H, false, state => state with { HasHelp = true }),
            (Key.F1, false, state => state with { HasHelp = false }),
            (Key.Space, false, state => state with { IsPaused = true }),
            (Key.Period, false, state => state),
        ];
        foreach ((Key key, bool shift, Func<VaeState, VaeState> set) in keys)
        {
            VaeState expected = set(stage.State);
            VaeState before = stage.State;
            stage.Press(key, KeyModifiers.Control);
            Assert.Same(before, stage.State);
            stage.Press(key, shift);
            Assert.Equal(expected, stage.State);
        }

        Assert.Equal(2, stage.Studio.Snapshot.Steps);
        stage.Frames(2);
        Assert.Equal(3, stage.Studio.Snapshot.Steps);
        stage.Press(Key.F11);
        stage.Press(Key.P);
        stage.Press(Key.V);
        stage.Press(Key.H);
        stage.Press(Key.Escape);
        stage.Press(Key.Escape);
        Assert.Equal([StudioRequest.FullScreen, StudioRequest.Screenshot, StudioRequest.Record, StudioRequest.Close], stage.Requests);
        Assert.False(stage.State.HasHelp);
    }

    [Fact]
    public void Names_and_keys_are_each_there_once_and_help_tells_of_all()
    {
        Assert.Equal(VaeCommands.All.Count, VaeCommands.All.Select(command => command.Name).Distinct().Count());
        Chord[] chords = [.. VaeCommands.All.SelectMany(command => command.Chords)];
        Assert.Equal(chords.Length, chords.Distinct().Count());
        Assert.All(VaeCommands.Help.Lines, line => Assert.True(line.Keys.Length < 10 && line.Label.Length <= 28, line.Label));
        string help = Rtflow.Run("live", "--help").Output;
        Assert.All(VaeCommands.All, command => Assert.Contains($"{command.Keys} {command.Description}", help, StringComparison.Ordinal));
    }

    [Fact]
    public void When_nothing_is_learned_and_nothing_walks_the_view_comes_to_rest()
    {
        using VaeStage stage = new();
        stage.Frames(2);
        stage.Press(Key.Space);
        stage.Frames(30);
        Assert.False(stage.Studio.IsIdle);
        stage.Press(Key.W);
        Assert.False(stage.Studio.IsIdle);
        stage.Frames(40);
        Assert.True(stage.Studio.IsIdle);
        byte[] before = stage.Frames(1).Studio.Picture();
        stage.Press(Key.N);
        stage.Press(Key.N);
        Assert.False(stage.Studio.IsIdle);
        Assert.Equal(before.Length, stage.Frames(1).Studio.Picture().Length);
    }

    [Fact]
    public void Of_more_latents_the_images_are_seen_without_a_plane()
    {
        using VaeStage stage = new(VaeStage.Clothes(latents: 5));
        stage.Frames(3);
        Assert.Equal(["K=0 x, decoded", "K=0 samples", "K=3 x, decoded", "K=3 samples"], stage.Studio.Panels.ToArray().Select(panel => panel.Title));
        Assert.All(stage.Studio.Pictures.ToArray(), pictures => Assert.Null(pictures.Posterior));
    }

    [Fact]
    public void A_picture_has_the_models_beside_it_and_one_of_them_can_be_opened_and_goes_on_only_when_asked()
    {
        using TemporaryFolder folder = new();
        string name = folder.File("a");
        using (VaeStage stage = new(width: 320, height: 200))
        {
            stage.Frames(2);
            Assert.Equal("the models", stage.Studio.Keep(name, stage.Studio.Picture()));
            Assert.Equal(stage.Studio.Snapshot.Models[0].Parameters.ToArray(), ImageModelFile.Read($"{name}-K=0.safetensors").Parameters.ToArray());
            Assert.True(File.Exists($"{name}.png"));
        }

        VaeSubject opened = VaeSubject.Open($"{name}-K=3.safetensors", VaeFiles.Clothes, seed: 1);
        using VaeStage again = new(opened);
        again.Frames(3);
        Assert.Equal((true, 0, PanelsOfModel), (again.State.IsPaused, again.Studio.Snapshot.Steps, again.Studio.Panels.Length));
        Assert.Equal(ImageModelFile.Read($"{name}-K=3.safetensors").Parameters.ToArray(), again.Studio.Snapshot.Models[0].Parameters.ToArray());
        again.Press(Key.Space);
        again.Frames(2);
        Assert.Equal(2, again.Studio.Snapshot.Steps);
        Assert.NotEqual(ImageModelFile.Read($"{name}-K=3.safetensors").Parameters.ToArray(), again.Studio.Snapshot.Models[0].Parameters.ToArray());
    }

    [Fact]
    public void Any_size_is_drawn_and_the_old_one_comes_back_as_it_was()
    {
        using VaeStage stage = new();
        PixelRect[] panels = stage.Frames(2).Layout.Panels.ToArray();
        foreach ((int width, int height) in new[] { (1, 1), (0, 0), (333, 1), (801, 601), (0, 500) })
        {
            stage.Renderer.Resize(width, height);
            stage.Frames(1);
        }

        stage.Renderer.Resize(1280, 720);
        Assert.Equal(panels, stage.Frames(1).Layout.Panels.ToArray());
    }
}
