namespace RealtimeFlow.Engine;

/// <summary>A picture that is recomputed in equal parts, such as rows or slices, as many a frame as <see cref="FramePacing"/> allows.</summary>
public sealed class PacedWork
{
    /// <summary>The coarsest picture: a pixel stands for so many to each side.</summary>
    public const int CoarsestScale = 4;

    // A finer picture has four times the pixels; it comes back when its pass would take well below what made it coarser.
    private const double PixelsOfFiner = 4, Hysteresis = 0.5;

    // So many frames is a pass to be too long, or short enough, before the resolution changes.
    private const int Patience = 20;

    private const int FirstPortion = 16;

    private readonly FramePacing _pacing;
    private readonly double _longestPass;
    private int _parts = 1;
    private bool _isDone;
    private int _patience;
    private double _secondsOfPart;

    internal PacedWork(FramePacing pacing, double weight, double longestPass) =>
        (_pacing, Weight, _longestPass) = (pacing, weight, longestPass);

    /// <summary>Pixels of the screen to each side of a pixel of the picture: 1, 2 or <see cref="CoarsestScale"/>.</summary>
    public int Scale { get; private set; } = 1;

    /// <summary>How many parts the next frame may do, 1 at least.</summary>
    public int Portion => _secondsOfPart == 0
        ? Math.Max(1, _parts / FirstPortion)
        : (int)Math.Clamp(_pacing.AvailableFor(this) / _secondsOfPart, 1, _parts);

    /// <summary>Seconds from one complete picture to the next, as things are.</summary>
    public double PassSeconds => Math.Ceiling((double)_parts / Portion) * _pacing.Period;

    /// <summary>Its share of the time.</summary>
    internal double Weight { get; }

    /// <summary>Whether something of it was done in the last frame.</summary>
    internal bool IsUnderWay { get; private set; }

    /// <summary>The picture has another size from now on: what its parts cost is not known.</summary>
    /// <param name="parts">Of how many parts it is made; positive.</param>
    public void Begin(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        (_parts, _secondsOfPart, _patience) = (parts, 0, 0);
    }

    /// <summary>Takes in what a frame did of it.</summary>
    /// <param name="parts">How many parts, 1 at least.</param>
    /// <param name="seconds">Their time.</param>
    public void Spent(int parts, double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        double each = seconds / parts;
        _secondsOfPart += (_secondsOfPart == 0 ? 1 : FramePacing.Freshness) * (each - _secondsOfPart);
        _isDone = true;
    }

    /// <summary>Whether the picture should have another resolution is decided once a frame.</summary>
    internal void EndFrame()
    {
        (IsUnderWay, _isDone) = (_isDone, false);
        if (_secondsOfPart == 0 || !IsUnderWay)
        {
            return;
        }

        double whole = _secondsOfPart * _parts, frames = _longestPass / _pacing.Period * _pacing.AvailableFor(this);
        bool isTooLong = whole > frames && Scale < CoarsestScale, isShort = whole * PixelsOfFiner < Hysteresis * frames && Scale > 1;
        _patience = isTooLong || isShort ? _patience + 1 : 0;
        if (_patience >= Patience)
        {
            Scale = isTooLong ? 2 * Scale : Scale / 2;
            _patience = 0;
        }
    }
}
