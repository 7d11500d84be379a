using RealtimeFlow.Engine;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary>A subject that is being learned: a target or rows, which may become more, and what is shown of it.</summary>
/// <remarks>What training reads and what the pictures read are apart: the one thread never sees the other's change.</remarks>
internal sealed class OpenSubject : IDisposable
{
    private readonly PlaneView _view;
    private readonly RowStream? _stream;
    private readonly DataSet? _shownRows;
    private readonly float[] _row = [];

    /// <summary>A target, known once and for all or edited by hand.</summary>
    public OpenSubject(Target target)
    {
        (Target, Dimension, _view) = (target, target.Dimension, PlaneView.Square(target.ViewRadius));
        Shown = target.Dimension == 2 ? target : null;
    }

    /// <summary>A posterior of rows that arrive.</summary>
    /// <param name="posterior">Makes it over rows.</param>
    /// <param name="stream">The rows.</param>
    /// <param name="view">What of the plane of its first two coordinates is seen.</param>
    public OpenSubject(Func<DataSet, Target> posterior, RowStream stream, PlaneView view)
    {
        (_stream, _row, _view) = (stream, new float[stream.Dimension], view);
        Rows = new DataSet(stream.Dimension);
        _shownRows = new DataSet(stream.Dimension);
        Target = posterior(Rows);
        Dimension = Target.Dimension;
        Shown = Dimension == 2 ? posterior(_shownRows) : null;
    }

    /// <summary>Rows to be foretold.</summary>
    /// <param name="rows">Those there are.</param>
    /// <param name="stream">Those that arrive; null for none.</param>
    /// <param name="view">What of the plane of their first two coordinates is seen at first.</param>
    public OpenSubject(DataSet rows, RowStream? stream, PlaneView view)
    {
        (Dimension, Rows, _stream, _view) = (rows.Dimension, rows, stream, view);
        _row = new float[rows.Dimension];
        Points = new PointCounts(view);
        ReadOnlySpan<float> points = rows.Points;
        for (int row = 0; row < rows.Count; row++)
        {
            Points.Add(points[row], points[rows.Count + row]);
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>What is learned by variational inference; null where rows are foretold.</summary>
    public Target? Target { get; }

    /// <summary>The rows that training reads; null where there are none.</summary>
    public DataSet? Rows { get; }

    /// <summary>The rows that are foretold, as they are shown; null where there is a target.</summary>
    public PointCounts? Points { get; }

    /// <summary>The density that is shown of what is learned, in the units of the picture; null where nobody knows it.</summary>
    public Target? Shown { get; init; }

    /// <summary>What a hand can move or paint; null where it cannot.</summary>
    public EditableTarget? Editable => Target as EditableTarget;

    /// <summary>What of the plane of the first two coordinates is seen.</summary>
    public PlaneView View
    {
        get => Points?.View ?? _view;
        init => _view = value;
    }

    /// <summary>What a unit across in the picture is in the first coordinate.</summary>
    public float UnitX { get; init; } = 1;

    /// <summary>The view in the units of the picture.</summary>
    public PlaneView Box => new(View.Left / UnitX, View.Right / UnitX, View.Bottom, View.Top);

    /// <summary>Rows that have arrived.</summary>
    public int Arrived { get; private set; }

    /// <summary>Takes the rows that have arrived; returns whether there were any.</summary>
    /// <param name="time">Seconds since the first row was looked for.</param>
    /// <exception cref="Files.FileFormatException">A row is not as it should be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool TakeRows(double time)
    {
        int before = Arrived;
        while (_stream?.TryTake(time, _row) == true)
        {
            Rows!.Append(_row);
            _shownRows?.Append(_row);
            Points?.Add(_row[0], _row[1]);
            Arrived++;
        }

        _shownRows?.Admit();
        return Arrived > before;
    }

    public void Dispose() => _stream?.Dispose();
}
