using System.Globalization;
using RealtimeFlow.App.Figures;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Pictures;

/// <summary>A model from its base to its last layer, each moment an exact density.</summary>
internal sealed class GrownFlow : IFlowOverTime
{
    // The points that decide what is looked at, and the share of them that may lie outside on either side.
    private const int ViewPoints = 1 << 16;
    private const double Outside = 0.002;

    // Around what is looked at, and of the video at its beginning and its end: a share that stands still.
    private const float Margin = 0.12f;
    private const double Still = 0.08;

    private const int ExposurePixels = 256;

    // Depths, evenly apart, at which all is to be in view.
    private const int ViewDepths = 9;

    private readonly FlowDistribution _whole;
    private readonly PartialFlow _part;

    /// <param name="flow">The model, on the plane.</param>
    /// <param name="target">What it learned; or null.</param>
    /// <param name="wholeWay">Whether all the way from the base is to be in view, and not its end alone.</param>
    public GrownFlow(FlowDistribution flow, Target? target, bool wholeWay)
    {
        (_whole, Target) = (flow, target);
        _part = new PartialFlow(flow);
        View = target == null ? ViewOf(flow, wholeWay) : PlaneView.Square(target.ViewRadius);
        using WorkerPool one = new(1);
        DensityGrid density = new(ExposurePixels, ExposurePixels, View, one);
        density.Evaluate(flow);
        Exposure = (float)new DensityPanel(density.LogDensity, 1).Brightest;
    }

    public FlowDistribution Flow => _part.Flow;

    public Target? Target { get; }

    public PlaneView View { get; }

    public float Exposure { get; }

    public string Words => string.Create(CultureInfo.InvariantCulture, $"flow\t{_whole.Shape}\tdepth\t{_part.Depth:F2} of {_whole.Shape.LayerCount}");

    /// <summary>The depth grows evenly, and stands still at either end: a video that loops has a place to rest.</summary>
    public void Advance(double time, CancellationToken interrupted)
    {
        interrupted.ThrowIfCancellationRequested();
        _part.Update(_whole, Math.Clamp((time - Still) / (1 - (2 * Still)), 0, 1) * _whole.Shape.LayerCount);
    }

    /// <summary>The square that shows all but a few of the flow's points, and of those on the way to it.</summary>
    private static PlaneView ViewOf(FlowDistribution flow, bool wholeWay)
    {
        float[] points = new float[2 * ViewPoints];
        Span<(float Low, float High)> range = [(float.MaxValue, float.MinValue), (float.MaxValue, float.MinValue)];
        for (int depth = wholeWay ? 0 : ViewDepths; depth <= ViewDepths; depth++)
        {
            flow.Prefix(flow.Shape.LayerCount * depth / ViewDepths).Sample(new RandomStream(0, StreamNumbers.Monitoring), 0, points);
            for (int coordinate = 0; coordinate < 2; coordinate++)
            {
                Span<float> values = points.AsSpan(coordinate * ViewPoints, ViewPoints);
                values.Sort();
                int left = (int)(Outside * ViewPoints);
                range[coordinate] = (Math.Min(range[coordinate].Low, values[left]), Math.Max(range[coordinate].High, values[^(left + 1)]));
            }
        }

        float radius = (0.5f + Margin) * Math.Max(range[0].High - range[0].Low, range[1].High - range[1].Low);
        (float x, float y) = (0.5f * (range[0].Low + range[0].High), 0.5f * (range[1].Low + range[1].High));
        return new PlaneView(x - radius, x + radius, y - radius, y + radius);
    }
}
