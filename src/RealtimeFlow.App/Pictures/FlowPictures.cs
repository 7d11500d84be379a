using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Pictures;

/// <summary>The pictures of a flow, side by side, drawn on the CPU: the same pixels on every machine.</summary>
internal sealed class FlowPictures : IDisposable
{
    private readonly IFlowOverTime _flow;
    private readonly SoftwareRenderer _renderer = new();
    private readonly ColorMap _colors;
    private readonly ParticleSystem? _particles;
    private readonly DensityGrid? _density;
    private readonly Panel[] _panels;

    /// <param name="flow">The flow, as it is at first.</param>
    /// <param name="view">What stands side by side.</param>
    /// <param name="particles">How many particles.</param>
    /// <param name="seed">Decides them.</param>
    /// <param name="size">Of the picture, in pixels.</param>
    /// <param name="colors">The colour map.</param>
    /// <param name="workers">The threads to use.</param>
    public FlowPictures(
        IFlowOverTime flow, RenderView view, int particles, ulong seed, (int Width, int Height) size, ColorMap colors, WorkerPool workers)
    {
        (_flow, _colors, Size) = (flow, colors, size);
        _renderer.Resize(size.Width, size.Height);
        Rgba = new byte[4 * size.Width * size.Height];
        ViewBox box = new(flow.View.Left, flow.View.Right, flow.View.Bottom, flow.View.Top);
        _panels = new Panel[int.PopCount((int)view)];
        int side = PanelSide(box);
        int panel = 0;
        if (view.HasFlag(RenderView.Particles))
        {
            _particles = new ParticleSystem(particles, new RandomStream(seed, StreamNumbers.Particles), side, side, flow.View, workers);
            _panels[panel++] = Panel.OfCounts("particles", _particles.Counts, side, side, _particles.Count, box);
        }

        if (view.HasFlag(RenderView.Density))
        {
            _density = new DensityGrid(side, side, flow.View, workers);
            _panels[panel++] = Panel.OfLogDensity("exact density of the flow", _density.LogDensity, side, side, box);
        }

        if (view.HasFlag(RenderView.Target))
        {
            string title = flow.Target!.LogNormalizer == null ? "target, normalised over the view" : "target";
            _panels[panel] = Panel.OfLogDensity(title, DensityOf(flow.Target, side, flow.View, workers), side, side, box);
        }
    }

    /// <summary>Width and height in pixels.</summary>
    public (int Width, int Height) Size { get; }

    /// <summary>The last picture: RGBA, the top row first.</summary>
    public byte[] Rgba { get; }

    /// <summary>ln p at the pixels of a square; where ln Z is not known, normalised over what is seen.</summary>
    public static float[] DensityOf(Target target, int side, PlaneView view, WorkerPool workers)
    {
        DensityGrid grid = new(side, side, view, workers);
        grid.Evaluate(target);
        if (target.LogNormalizer == null)
        {
            float logMass = (float)Math.Log(grid.LogDensity.Sum(value => Math.Exp(value)) * view.Area / grid.LogDensity.Length);
            foreach (ref float value in grid.LogDensity.AsSpan())
            {
                value -= logMass;
            }
        }

        return grid.LogDensity;
    }

    /// <summary>Draws the flow as it is now.</summary>
    public void Draw()
    {
        _particles?.Advance(_flow.Flow);
        _density?.Evaluate(_flow.Flow);
        _renderer.Render(new FrameInfo { Panels = _panels, Exposure = _flow.Exposure, ColorMap = _colors, Hud = _flow.Words });
        _renderer.ReadPixels(Rgba);
    }

    public void Dispose() => _renderer.Dispose();

    /// <summary>The side of a panel in pixels: a grid of as many cells is drawn one to one.</summary>
    private int PanelSide(ViewBox box)
    {
        _panels.AsSpan().Fill(Panel.OfCounts(" ", new uint[1], 1, 1, 1, box));
        _renderer.Render(new FrameInfo { Panels = _panels, Exposure = 1, Hud = _flow.Words });
        return Math.Max(1, _renderer.Layout.Panels[0].Width);
    }
}
