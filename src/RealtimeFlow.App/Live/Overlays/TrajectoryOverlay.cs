using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>The ways of a few particles from the base to where the flow takes them.</summary>
internal sealed class TrajectoryOverlay(RandomStream stream)
{
    private const int Count = 160;

    // What lines that cross add up to where they lie evenly: fewer layers or larger panels make each stronger, within these bounds.
    private const float Ink = 0.25f, LeastOpacity = 0.05f, MostOpacity = 0.5f;

    private readonly Trajectories _ways = new(Count, stream);
    private float[] _xs = [], _ys = [];

    /// <summary>Sends the particles through the flow. Allocates nothing, but where the shape changes.</summary>
    public void Update(FlowDistribution flow)
    {
        _ways.Update(flow);
        if (_xs.Length != _ways.Places)
        {
            (_xs, _ys) = (new float[_ways.Places], new float[_ways.Places]);
        }
    }

    /// <summary>Draws the ways into a panel, with a dot where each ends.</summary>
    /// <param name="drawing">Receives it.</param>
    /// <param name="layout">The frame's.</param>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <param name="unitX">What a unit across in the picture is in the first coordinate.</param>
    public void Draw(Drawing drawing, FrameLayout layout, int panel, float unitX)
    {
        if (_xs.Length == 0)
        {
            return;
        }

        drawing.InPanel(panel);
        float dot = 2f * layout.Scale / layout.PixelsPerUnit(panel);
        uint color = Palette.WithOpacity(StudioColors.Way, (byte)(255 * Opacity(layout, panel, unitX)));
        for (int particle = 0; particle < Count; particle++)
        {
            Follow(particle, unitX);
            drawing.Polyline(_xs, _ys, layout.Scale, color);
            drawing.Disc(_xs[^1], _ys[^1], dot, StudioColors.Accent);
        }

        drawing.InPixels();
    }

    private void Follow(int particle, float unitX)
    {
        for (int place = 0; place < _xs.Length; place++)
        {
            _xs[place] = _ways.At(place, 0)[particle] / unitX;
            _ys[place] = _ways.At(place, 1)[particle];
        }
    }

    /// <summary>The opacity of a line by how much of the panel all of them would cover, side by side.</summary>
    private float Opacity(FrameLayout layout, int panel, float unitX)
    {
        PixelRect rect = layout.Panels[panel];
        float side = MathF.Sqrt((float)rect.Width * rect.Height) / layout.PixelsPerUnit(panel), length = 0;
        for (int particle = 0; particle < Count; particle++)
        {
            Follow(particle, unitX);
            for (int place = 1; place < _xs.Length; place++)
            {
                // What leaves the panel by far is drawn as far as the panel reaches.
                float step = float.Hypot(_xs[place] - _xs[place - 1], _ys[place] - _ys[place - 1]);
                length += step < side ? step : side;
            }
        }

        float width = layout.Scale / layout.PixelsPerUnit(panel);
        return Math.Clamp(Ink * side * side / (length * width), LeastOpacity, MostOpacity);
    }
}
