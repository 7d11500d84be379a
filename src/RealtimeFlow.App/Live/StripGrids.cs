using System.Globalization;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>The densities q_0 … q_K as small pictures, recomputed in turns.</summary>
internal sealed class StripGrids(IWorkers workers)
{
    // Small pictures that a frame recomputes while all else goes on.
    private const int AFrame = 2;

    private static readonly string[] Titles =
        [.. Enumerable.Range(0, StudioState.MostLayers + 1).Select(depth => depth.ToString(CultureInfo.InvariantCulture))];

    private DensityGrid[] _grids = [];
    private PartialFlow? _flow;
    private int _next;

    /// <summary>Makes the grids anew where they have another number or size.</summary>
    public void Fit(int count, int width, int height, PlaneView view)
    {
        if (_grids.Length != count || (_grids[0].Width, _grids[0].Height, _grids[0].View) != (width, height, view))
        {
            _grids = [.. Enumerable.Range(0, count).Select(_ => new DensityGrid(width, height, view, workers))];
            _next = 0;
        }
    }

    /// <summary>Recomputes the next few, or all.</summary>
    public void Advance(TrainingSnapshot snapshot, bool all)
    {
        for (int i = 0; i < (all ? _grids.Length : Math.Min(AFrame, _grids.Length)); i++)
        {
            _flow ??= new PartialFlow(new Density.FlowDistribution(snapshot.Shape, snapshot.Parameters, snapshot.Direction));
            _flow.Update(snapshot, _next);
            _grids[_next].Evaluate(_flow.Flow);
            _next = (_next + 1) % _grids.Length;
        }
    }

    /// <summary>The panels, titled by their depth.</summary>
    public void MakePanels(Span<Panel> panels, ViewBox box)
    {
        for (int depth = 0; depth < panels.Length; depth++)
        {
            panels[depth] = depth < _grids.Length
                ? Panel.OfLogDensity(Titles[depth], _grids[depth].LogDensity, _grids[depth].Width, _grids[depth].Height, box)
                : Panel.OfLogDensity(Titles[depth], Empty, 1, 1, box);
        }
    }

    private static readonly float[] Empty = new float[1];
}
