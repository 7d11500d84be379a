using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <content>What the commands do.</content>
internal sealed partial class Studio
{
    // A step of depth by key or wheel, in layers.
    internal const double DepthStep = 0.25;

    // A painting begins with nothing darker than this share of its brightest pixel: a hand can paint anywhere.
    private const double PaintingFloor = 1e-4;

    private static readonly double[] Speeds = [1, 3, 10, 30, 100, 300, 1000, 3000];

    private static readonly StudioPanels[] Cycle =
    [
        StudioPanels.Particles | StudioPanels.Density | StudioPanels.Target,
        StudioPanels.Particles,
        StudioPanels.Density,
        StudioPanels.Density | StudioPanels.Target | StudioPanels.Difference,
        StudioPanels.Particles | StudioPanels.Density | StudioPanels.Target | StudioPanels.Difference,
    ];

    /// <summary>Asks the program around the studio for something.</summary>
    internal void Ask(StudioRequest request) => Requested?.Invoke(request);

    /// <summary>Closes what is open over the pictures; where nothing is, the studio.</summary>
    internal void Leave()
    {
        if (State.HasHelp)
        {
            ToggleHelp();
        }
        else if (!_controls.Panel.Blur())
        {
            Ask(StudioRequest.Close);
        }
    }

    /// <summary>Learns something else, from the start.</summary>
    internal void Choose(string subject) =>
        Set(State with { Subject = subject, File = null, Numbers = null, HasBrush = false, Depth = null, IsMorphing = false });

    internal void StepOnce()
    {
        Set(State with { IsPaused = true });
        _training.Run.StepOnce();
    }

    internal void Restart() => _training.Run.Restart();

    internal void Reseed() => Set(State with { Seed = State.Seed + 1 });

    internal void Anneal() => _training.Run.Anneal();

    internal void AddLayers(int count) => _training.AddLayers(count);

    /// <summary>Makes so many of the layers radial, or all.</summary>
    internal void Mix(int radial) => _training.Run.Mix(radial);

    internal void ChangeSpeed(int direction)
    {
        int place = State.StepsPerSecond is double speed ? Math.Max(0, Array.FindLastIndex(Speeds, known => known <= speed)) : Speeds.Length;
        int next = Math.Clamp(place + direction, 0, Speeds.Length);
        Set(State with { StepsPerSecond = next < Speeds.Length ? Speeds[next] : null });
        Say(State.StepsPerSecond is double limit ? FormattableString.Invariant($"{limit:N0} steps a second") : "as fast as it goes");
    }

    /// <summary>Goes some steps through the layers.</summary>
    internal void Scrub(double steps) => ScrubTo((Depth ?? Layers) + (steps * DepthStep));

    /// <summary>Goes to a depth; null, or K and beyond, is the whole flow.</summary>
    internal void ScrubTo(double? depth) =>
        Set(State with { IsMorphing = false } with { Depth = depth is double t && t < Layers ? Math.Max(0, t) : null });

    internal void CyclePanels()
    {
        StudioPanels available = StudioPictures.Available(Subject);
        StudioPanels[] views = [.. Cycle.Select(panels => panels & available).Where(panels => panels != 0).Distinct()];
        int place = Array.IndexOf(views, State.Panels & available);
        Set(State with { Panels = views[(place + 1) % views.Length] });
    }

    internal void CycleColors()
    {
        ColorMap[] maps = Enum.GetValues<ColorMap>();
        ColorMap next = maps[(Array.IndexOf(maps, State.ColorMap) + 1) % maps.Length];
        Set(State with { ColorMap = next });
        Say(next.ToString().ToLowerInvariant());
    }

    internal void Expose(double stops) =>
        Set(State with { Stops = Math.Round(Math.Clamp(State.Stops + stops, -StudioState.MostStops, StudioState.MostStops), 6) });

    internal void CycleNumbers() => Set(State with { Readout = (StudioNumbers)(((int)State.Readout + 1) % 3) });

    internal void ScrollHelp(double steps) => _help.Scroll(steps);

    internal void ToggleHelp() => Set(State with { HasHelp = !State.HasHelp });

    /// <summary>The target as it was before a hand moved it.</summary>
    internal void ResetTarget()
    {
        if (State.Numbers != null)
        {
            Set(State with { Numbers = null });
        }
    }

    /// <summary>Takes the brush up or puts it down. Where what is learned is no picture, it becomes one that looks like it.</summary>
    internal void ToggleBrush()
    {
        if (State.HasBrush || Subject.Editable is ImageDensity)
        {
            Set(State with { HasBrush = !State.HasBrush });
        }
        else if (Subject.Target == null || Subject.Dimension != 2)
        {
            Say("what is learned here is no density on the plane: nothing to paint", warns: true);
        }
        else
        {
            Set(State with { Subject = Live.Subject.Painting, File = null, Numbers = Painted(), HasBrush = true });
        }
    }

    /// <summary>A hand has moved or painted what is learned: the flow follows.</summary>
    internal void FollowHand()
    {
        _training.Follow();
        _settled = 0;
    }

    /// <summary>What a hand has made of the target belongs to what is set.</summary>
    internal void KeepNumbers() => State = State with { Numbers = Subject.Editable?.Numbers.ToArray() };

    /// <summary>What is learned, as the pixels of a painting.</summary>
    private float[] Painted()
    {
        DensityGrid grid = new(Live.Subject.PaintingSide, ImageDensity.HalfSide, _workers);
        grid.Evaluate(Subject.Shown!);
        float most = grid.LogDensity.Max();
        float[] pixels = new float[grid.LogDensity.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            // A picture's rows go down.
            int row = grid.Height - 1 - (i / grid.Width);
            pixels[i] = (float)Math.Max(PaintingFloor, Math.Exp(grid.LogDensity[(row * grid.Width) + (i % grid.Width)] - most));
        }

        return pixels;
    }
}
