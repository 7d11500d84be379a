using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Overlays;

/// <summary>A square grid of the base, sent through the flow: where it is wide the density is thin.</summary>
internal sealed class GridOverlay
{
    // Lines at every half standard deviation out to three, each of so many points.
    private const int LinesToASide = 6, Lines = (2 * LinesToASide) + 1, Points = 97;
    private const float Spacing = 0.5f, Reach = LinesToASide * Spacing;

    private readonly float[] _xs = new float[Points], _ys = new float[Points];
    private float[] _points = [];

    /// <summary>Sends the grid through the flow. Allocates nothing, but where the dimension changes.</summary>
    public void Update(FlowDistribution flow)
    {
        FlowShape shape = flow.Shape;
        const int Count = 2 * Lines * Points;
        if (_points.Length != shape.Dimension * Count)
        {
            _points = new float[shape.Dimension * Count];
        }

        ReadOnlySpan<float> location = flow.Parameters[shape.Location], logScale = flow.Parameters[shape.LogScale];
        for (int i = 0; i < shape.Dimension; i++)
        {
            float scale = MathF.Exp(logScale[i]);
            for (int point = 0; point < Count; point++)
            {
                // Lines upright first, then level ones; of further dimensions the middle.
                int line = point / Points % Lines, along = point % Points;
                bool isUpright = point < Lines * Points;
                float fixedPlace = (line - LinesToASide) * Spacing, place = ((2f * along / (Points - 1)) - 1) * Reach;
                float epsilon = i > 1 ? 0 : (i == 0) == isUpright ? fixedPlace : place;
                _points[(i * Count) + point] = location[i] + (scale * epsilon);
            }
        }

        if (flow.Direction == FlowDirection.Generative)
        {
            flow.Transform(_points, _points);
        }
        else
        {
            flow.InverseTransform(_points, _points);
        }
    }

    /// <summary>Draws it into a panel.</summary>
    /// <param name="drawing">Receives it.</param>
    /// <param name="layout">The frame's.</param>
    /// <param name="panel">The panel's place in the frame.</param>
    /// <param name="unitX">What a unit across in the picture is in the first coordinate.</param>
    public void Draw(Drawing drawing, FrameLayout layout, int panel, float unitX)
    {
        if (_points.Length == 0)
        {
            return;
        }

        const int Count = 2 * Lines * Points;
        drawing.InPanel(panel);
        for (int line = 0; line < 2 * Lines; line++)
        {
            for (int i = 0; i < Points; i++)
            {
                _xs[i] = _points[(line * Points) + i] / unitX;
            }

            _points.AsSpan(Count + (line * Points), Points).CopyTo(_ys);
            bool isAxis = line % Lines == LinesToASide;
            drawing.Polyline(_xs, _ys, (isAxis ? 1.6f : 1f) * layout.Scale, StudioColors.Grid);
        }

        drawing.InPixels();
    }
}
