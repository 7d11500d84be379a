using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <summary>How training and the frames have gone, as small curves side by side.</summary>
internal sealed class StudioCurves
{
    // A point for so many frames: the curves show about half a minute.
    private const int FramesAPoint = 6;

    // A label and a value side by side.
    private const int LeastColumns = 15;

    private readonly ScrollingPlot[] _plots =
    [
        new("KL or loss", "F3"),
        new("ESS", "P0"),
        new("k-hat", "F2"),
        new("gradient", "G2", isLogarithmic: true),
        new("steps/s", "N0"),
        new("sample ms", "F1"),
        new("density ms", "F1"),
        new("draw ms", "F1"),
    ];

    private int _frames;

    /// <summary>The curves.</summary>
    public IReadOnlyList<ScrollingPlot> Plots => _plots;

    /// <summary>Forgets everything: something else is learned.</summary>
    public void Clear() => Array.ForEach(_plots, plot => plot.Clear());

    /// <summary>Takes a frame in.</summary>
    public void Add(StudioTraining training, in FrameFacts facts)
    {
        if (_frames++ % FramesAPoint != 0)
        {
            return;
        }

        TrainingSnapshot snapshot = training.Snapshot;
        _plots[0].Add(StudioReadout.Objective(training).Value);
        _plots[1].Add(snapshot.Diagnosis?.Evaluation.EffectiveSampleSize ?? double.NaN);
        _plots[2].Add(snapshot.Diagnosis?.ParetoShape ?? double.NaN);
        _plots[3].Add(snapshot.GradientNorm);
        _plots[4].Add(facts.StepsPerSecond);
        _plots[5].Add(1000 * facts.ParticleSeconds);
        _plots[6].Add(1000 * facts.DensitySeconds);
        _plots[7].Add(1000 * facts.DrawSeconds);
    }

    /// <summary>The height that they want.</summary>
    public int Height(int width, (int Width, int Height) character) => RowsIn(width, character) * RowHeight(character);

    /// <summary>Draws them into the room there is.</summary>
    public void Draw(Drawing drawing, FrameLayout layout)
    {
        PixelRect room = layout.Bottom;
        int rows = RowsIn(room.Width, layout.Character), inRow = (_plots.Length + rows - 1) / rows;
        int gap = layout.Character.Width, width = (room.Width - ((inRow - 1) * gap)) / inRow, height = room.Height / rows;
        for (int i = 0; i < _plots.Length; i++)
        {
            PixelRect place = new(room.X + (i % inRow * (width + gap)), room.Y + (i / inRow * height), width, height - (layout.Character.Height / 2));
            _plots[i].Draw(drawing, layout, place);
        }
    }

    private int RowsIn(int width, (int Width, int Height) character) =>
        (_plots.Length * LeastColumns * character.Width) <= width ? 1 : 2;

    private static int RowHeight((int Width, int Height) character) => 4 * character.Height;
}
