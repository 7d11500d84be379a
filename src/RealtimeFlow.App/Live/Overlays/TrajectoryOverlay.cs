using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>The ways of a few particles from the base to where the flow takes them.</summary>
internal sealed class TrajectoryOverlay(RandomStream stream)
{
    private const int Count = 160;

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
        for (int particle = 0; particle < Count; particle++)
        {
            for (int place = 0; place < _xs.Length; place++)
            {
                _xs[place] = _ways.At(place, 0)[particle] / unitX;
                _ys[place] = _ways.At(place, 1)[particle];
            }

            drawing.Polyline(_xs, _ys, layout.Scale, StudioColors.Way);
            drawing.Disc(_xs[^1], _ys[^1], dot, StudioColors.Accent);
        }

        drawing.InPixels();
    }
}
