namespace RealtimeFlow.Rendering;

/// <summary>
/// An exposure that follows what is shown and does not flicker. It aims at the density that 99 % of the mass in view lies in places below of
/// (of a Gaussian in the plane that is 99 % of its peak, whatever the view), holds its aim while that stays within a band about it, and glides
/// to a new one. One for each quantity that is shown. Allocates nothing once made.
/// </summary>
public sealed class Exposure
{
    private const double BrightestMass = 0.01;

    // Nats: noise of the percentile within the band is not followed; 1 ± 0.15 of a brightness is hardly seen.
    private const double Band = 0.15;

    // Of the way to the aim in an update; when it is as near as this, in nats, it has arrived.
    private const double Glide = 0.15, Arrived = 0.002;

    // Logarithms are counted in bins of 1/32 nat from −64 to 64: the densities of a float but for the outermost, which share the last bins.
    private const int BinsPerNat = 32, Bins = 128 * BinsPerNat;

    // Cells to look at: enough for the percentile to be known to a percent or so.
    private const int MostCells = 1 << 16;

    private readonly int[] _cellsIn = new int[Bins];
    private double _aim;
    private double _log;

    /// <summary>The exposure; 1 before the first update.</summary>
    public float Value { get; private set; } = 1;

    /// <summary>Whether it has been set by an update since the beginning or <see cref="Reset"/>.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Lets the next update set it at once: what is shown is another thing.</summary>
    public void Reset() => IsSet = false;

    /// <summary>Takes in a panel of the present frame. One without density (or difference) anywhere changes nothing.</summary>
    /// <param name="panel">Counts, log-densities or differences, in memory.</param>
    /// <returns><see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">The panel is an image, or its grid lies on the GPU.</exception>
    public float Update(in Panel panel)
    {
        if (panel.Kind == PanelKind.Image || panel.Grid != null)
        {
            throw new ArgumentException($"No exposure follows '{panel.Title}': its grid {(panel.Grid != null ? "lies on the GPU" : "is an image")}.", nameof(panel));
        }

        Array.Clear(_cellsIn);
        int cells = panel.Columns * panel.Rows;

        // An odd stride meets every column of the usual grids.
        int stride = (cells / MostCells) | 1;
        for (int cell = 0; cell < cells; cell += stride)
        {
            float log = panel.Kind switch
            {
                PanelKind.Counts => MathF.Log(panel.Counts.Span[cell]),
                PanelKind.LogDensity => panel.Values.Span[cell],
                _ => MathF.Log(MathF.Abs(panel.Values.Span[cell])),
            };
            if (float.IsFinite(log))
            {
                _cellsIn[Math.Clamp((int)MathF.Floor(log * BinsPerNat) + (Bins / 2), 0, Bins - 1)]++;
            }
        }

        if (Percentile() is double measured)
        {
            Follow(measured + (panel.Kind == PanelKind.Counts ? Math.Log(panel.DensityPerCount) : 0));
        }

        return Value;
    }

    /// <summary>The logarithm that the brightest part of the mass is above; null where there is no mass.</summary>
    private double? Percentile()
    {
        double mass = 0;
        int top = -1;
        for (int bin = 0; bin < Bins; bin++)
        {
            if (_cellsIn[bin] > 0)
            {
                top = bin;
                mass += _cellsIn[bin] * Math.Exp(Middle(bin));
            }
        }

        double above = 0;
        int reached = top;
        for (int bin = top; bin >= 0 && above < BrightestMass * mass; bin--)
        {
            above += _cellsIn[bin] * Math.Exp(Middle(bin));
            reached = bin;
        }

        return top < 0 ? null : Middle(reached);
    }

    private static double Middle(int bin) => (bin - (Bins / 2) + 0.5) / BinsPerNat;

    private void Follow(double measured)
    {
        if (!IsSet)
        {
            (_aim, _log, IsSet) = (measured, measured, true);
        }
        else if (Math.Abs(measured - _aim) > Band)
        {
            _aim = measured;
        }

        double rest = _aim - _log;
        _log = Math.Abs(rest) < Arrived ? _aim : _log + (Glide * rest);
        Value = (float)Math.Clamp(Math.Exp(_log), float.Epsilon, float.MaxValue);
    }
}
