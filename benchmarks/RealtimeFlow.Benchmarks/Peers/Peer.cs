using System.Diagnostics;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>One way to do a piece of work.</summary>
/// <param name="Name">Who does it.</param>
/// <param name="Form">How: what a reader must know to judge the number.</param>
/// <param name="Operations">What one call does: particle-layers or numbers.</param>
/// <param name="Seconds">Does it once and says how long that took.</param>
internal sealed record Peer(string Name, string Form, long Operations, Func<double> Seconds)
{
    /// <summary>The largest errors against a float64 reference, as the table shows them; empty where nothing is compared.</summary>
    public string Error { get; init; } = "";

    /// <summary>Does work of this process once.</summary>
    public static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
