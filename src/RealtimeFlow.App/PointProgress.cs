using System.Diagnostics;
using System.Globalization;

namespace RealtimeFlow.App;

/// <summary>How far work on points is, and how fast.</summary>
internal sealed class PointProgress(TextWriter error) : IDisposable
{
    private readonly ProgressLine _line = new(error);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Since the work began.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Shows a line, where it is time for one.</summary>
    /// <param name="done">Points done.</param>
    /// <param name="expected">Of so many, where that is known.</param>
    public void Show(long done, long? expected)
    {
        if (_line.IsDue)
        {
            string share = expected > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {expected} ({(double)done / expected:P0})") : "";
            _line.Show(string.Create(CultureInfo.InvariantCulture, $"{done} points{share}  {done / Seconds:F0} points/s  {Seconds:F1} s"));
        }
    }

    /// <summary>Leaves the line.</summary>
    public void Dispose() => _line.End();
}
