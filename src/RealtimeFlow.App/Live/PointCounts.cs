using RealtimeFlow.Engine;

namespace RealtimeFlow.App.Live;

/// <summary>Rows as an image of counts over the plane of their first two coordinates: what is shown of data.</summary>
internal sealed class PointCounts
{
    /// <summary>Bins of a side: wide enough that neighbouring rows fall into one.</summary>
    public const int Bins = 96;

    private const float Growth = 1.5f;

    private readonly List<(float X, float Y)> _points = [];

    /// <summary>Makes an empty image.</summary>
    public PointCounts(PlaneView view) => View = view;

    /// <summary>What is seen: it grows until a row that is added lies within.</summary>
    public PlaneView View { get; private set; }

    /// <summary>Rows in each bin; row 0 is the lowest.</summary>
    public uint[] Counts { get; } = new uint[Bins * Bins];

    /// <summary>Rows so far.</summary>
    public int Total => _points.Count;

    /// <summary>Adds a row.</summary>
    public void Add(float x, float y)
    {
        _points.Add((x, y));
        if (Place(x, y) is int place)
        {
            Counts[place]++;
            return;
        }

        while (Place(x, y) == null && View.Area < float.MaxValue)
        {
            float middleX = (View.Left + View.Right) / 2, middleY = (View.Bottom + View.Top) / 2;
            float across = Growth * (View.Right - middleX), up = Growth * (View.Top - middleY);
            View = new PlaneView(middleX - across, middleX + across, middleY - up, middleY + up);
        }

        Array.Clear(Counts);
        foreach ((float oldX, float oldY) in _points)
        {
            if (Place(oldX, oldY) is int bin)
            {
                Counts[bin]++;
            }
        }
    }

    private int? Place(float x, float y)
    {
        float right = (x - View.Left) / (View.Right - View.Left), up = (y - View.Bottom) / (View.Top - View.Bottom);
        return right is >= 0 and < 1 && up is >= 0 and < 1 ? ((int)(up * Bins) * Bins) + (int)(right * Bins) : null;
    }
}
