using System.Diagnostics;
using RealtimeFlow.App.Benchmarking;

namespace RealtimeFlow.Benchmarks.Curves;

/// <summary>One point of a curve: what it takes, again and again.</summary>
/// <param name="curve">The name of its curve.</param>
/// <param name="x">Where on the axis it stands.</param>
/// <param name="units">What a time is divided by.</param>
/// <param name="work">One repetition.</param>
internal sealed class CostPoint(string curve, int x, double units, Action work)
{
    private const double SliceSeconds = 0.002;

    private readonly List<double> _seconds = [];
    private int _repetitions = 1;

    /// <summary>The name of its curve.</summary>
    public string Curve { get; } = curve;

    /// <summary>Where on the axis it stands.</summary>
    public int X { get; } = x;

    /// <summary>Nanoseconds a unit: the median of the rounds.</summary>
    public double Nanoseconds => Median.Of(_seconds) / units * 1e9;

    /// <summary>Lets the runtime optimise what calls the kernels, and finds how many repetitions make a slice.</summary>
    public void WarmUp()
    {
        work();
        _repetitions = (int)Math.Clamp(SliceSeconds / Time(), 1, 10_000);
    }

    /// <summary>One round.</summary>
    public void Measure() => _seconds.Add(Time());

    private double Time()
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _repetitions; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / _repetitions;
    }
}
