using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>The densities q_0 … q_K as small pictures, recomputed in turns.</summary>
internal sealed class StripGrids(IWorkers workers)
{
    private static readonly string[] Titles =
        [.. Enumerable.Range(0, StudioState.MostLayers + 1).Select(depth => depth.ToString(CultureInfo.InvariantCulture))];

    // Before its turn a picture is dark.
    private static readonly float[] Empty = [float.NegativeInfinity];

    private DensityGrid[] _grids = [];
    private PartialFlow? _flow;
    private int _next;

    /// <summary>Makes the grids anew where they have another number or size; returns whether it did.</summary>
    public bool Fit(int count, int width, int height, PlaneView view)
    {
        if (_grids.Length == count && (_grids[0].Width, _grids[0].Height, _grids[0].View) == (width, height, view))
        {
            return false;
        }

        // No closure: it would be made at each call.
        _grids = new DensityGrid[count];
        for (int depth = 0; depth < count; depth++)
        {
            _grids[depth] = new DensityGrid(width, height, view, workers);
            Array.Fill(_grids[depth].LogDensity, Empty[0]);
        }

        _next = 0;
        return true;
    }

    /// <summary>Recomputes the next few of what training has reached.</summary>
    public void Advance(TrainingSnapshot snapshot, int count)
    {
        _flow ??= new PartialFlow(new FlowDistribution(snapshot.Shape, snapshot.Parameters, snapshot.Direction));
        for (int i = 0; i < Math.Min(count, _grids.Length); i++)
        {
            _flow.Update(snapshot, _next);
            EvaluateNext(_flow.Flow);
        }
    }

    /// <summary>Recomputes all of a flow.</summary>
    public void Evaluate(FlowDistribution flow)
    {
        _flow ??= new PartialFlow(flow);
        for (int i = 0; i < _grids.Length; i++)
        {
            _flow.Update(flow, _next);
            EvaluateNext(_flow.Flow);
        }
    }

    /// <summary>The panels, titled by their depth.</summary>
    public void MakePanels(Span<Panel> panels, PlaneView box)
    {
        for (int depth = 0; depth < panels.Length; depth++)
        {
            panels[depth] = depth < _grids.Length
                ? Panel.OfLogDensity(Titles[depth], _grids[depth].LogDensity, _grids[depth].Width, _grids[depth].Height, box)
                : Panel.OfLogDensity(Titles[depth], Empty, 1, 1, box);
        }
    }

    private void EvaluateNext(FlowDistribution flow)
    {
        _grids[_next].Evaluate(flow);
        _next = (_next + 1) % _grids.Length;
    }
}
