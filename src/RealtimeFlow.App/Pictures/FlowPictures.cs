using RealtimeFlow.App.Live;
using RealtimeFlow.App.Live.Overlays;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Pictures;

/// <summary>The pictures of a flow, side by side, drawn on the CPU: the same pixels on every machine.</summary>
internal sealed class FlowPictures : IDisposable
{
    private readonly IFlowOverTime _flow;
    private readonly RenderView _view;
    private readonly ColorMap _colors;
    private readonly SoftwareRenderer _renderer = new();
    private readonly Drawing _drawing = new();
    private readonly GridOverlay _grid = new();
    private readonly Panel[] _panels;
    private readonly int _stripCount;
    private readonly ParticleSystem _particles;
    private readonly DensityPictures _densities;
    private readonly StripGrids _strip;

    /// <param name="flow">The flow, as it is at first.</param>
    /// <param name="view">What is seen of it: one of the large pictures at least.</param>
    /// <param name="particles">How many particles.</param>
    /// <param name="seed">Decides them.</param>
    /// <param name="size">Of the picture, in pixels.</param>
    /// <param name="colors">The colour map.</param>
    /// <param name="workers">The threads to use.</param>
    public FlowPictures(
        IFlowOverTime flow, RenderView view, int particles, ulong seed, (int Width, int Height) size, ColorMap colors, WorkerPool workers)
    {
        (_flow, _view, _colors, Size) = (flow, view, colors, size);
        _renderer.Resize(size.Width, size.Height);
        Rgba = new byte[4 * size.Width * size.Height];
        _stripCount = view.HasFlag(RenderView.Strip) ? flow.Flow.Shape.LayerCount + 1 : 0;
        _panels = new Panel[int.PopCount((int)(view & RenderView.Large)) + _stripCount];

        // The sides of the panels: a grid of as many cells is drawn one to one.
        _panels.AsSpan().Fill(Panel.OfCounts(" ", new uint[1], 1, 1, 1, flow.View));
        _renderer.Arrange(Frame());
        int side = SideOf(0);
        _particles = new ParticleSystem(particles, new RandomStream(seed, StreamNumbers.Particles), side, side, flow.View, workers);
        _densities = new DensityPictures(side, side, flow.View, workers);
        _strip = new StripGrids(workers);
        if (_stripCount > 0)
        {
            int small = SideOf(_panels.Length - 1);
            _strip.Fit(_stripCount, small, small, flow.View);
        }

        if (flow.Target is Target target)
        {
            _densities.AdvanceTarget(target, 0, side);
        }

        MakePanels();
    }

    /// <summary>Width and height in pixels.</summary>
    public (int Width, int Height) Size { get; }

    /// <summary>The last picture: RGBA, the top row first.</summary>
    public byte[] Rgba { get; }

    /// <summary>ln p at the pixels of a square; where ln Z is not known, normalised over what is seen.</summary>
    public static float[] DensityOf(Target target, int side, PlaneView view, WorkerPool workers)
    {
        DensityPictures pictures = new(side, side, view, workers);
        pictures.AdvanceTarget(target, 0, side);
        return pictures.Target;
    }

    /// <summary>Draws the flow as it is now.</summary>
    public void Draw()
    {
        if (Shows(RenderView.Particles))
        {
            _particles.Advance(_flow.Flow);
        }

        if (Shows(RenderView.Density) || Shows(RenderView.Difference))
        {
            _densities.Flow.Evaluate(_flow.Flow);
        }

        if (Shows(RenderView.Difference))
        {
            _densities.Subtract();
        }

        _strip.Evaluate(_flow.Flow);
        FrameInfo frame = Frame();
        _renderer.Arrange(frame);
        _drawing.Begin(_renderer.Layout);
        if (Shows(RenderView.Grid))
        {
            _grid.Update(_flow.Flow);
            for (int panel = 0; panel < _panels.Length - _stripCount; panel++)
            {
                if (_panels[panel].Title != TargetTitle)
                {
                    _grid.Draw(_drawing, _renderer.Layout, panel, unitX: 1);
                }
            }
        }

        _renderer.Render(frame);
        _renderer.ReadPixels(Rgba);
    }

    public void Dispose() => _renderer.Dispose();

    private string TargetTitle => _flow.Target?.LogNormalizer == null ? "target, normalised over the view" : "target";

    private bool Shows(RenderView view) => _view.HasFlag(view);

    private int SideOf(int panel) => Math.Max(1, _renderer.Layout.Panels[panel].Width);

    private FrameInfo Frame() => new()
    {
        Panels = _panels,
        Strip = _stripCount,
        Exposure = _flow.Exposure,
        DifferenceExposure = _flow.Exposure / 2,
        ColorMap = _colors,
        Hud = _flow.Words,
        Drawing = _drawing,
    };

    private void MakePanels()
    {
        int panel = 0, side = _particles.Width;
        if (Shows(RenderView.Particles))
        {
            _panels[panel++] = Panel.OfCounts("particles", _particles.Counts, side, side, _particles.Count, _flow.View);
        }

        if (Shows(RenderView.Density))
        {
            _panels[panel++] = Panel.OfLogDensity("exact density of the flow", _densities.Flow.LogDensity, side, side, _flow.View);
        }

        if (Shows(RenderView.Target))
        {
            _panels[panel++] = Panel.OfLogDensity(TargetTitle, _densities.Target, side, side, _flow.View);
        }

        if (Shows(RenderView.Difference))
        {
            _panels[panel++] = Panel.OfDifference("density less target", _densities.Difference, side, side, _flow.View);
        }

        _strip.MakePanels(_panels.AsSpan(panel), _flow.View);
    }
}
