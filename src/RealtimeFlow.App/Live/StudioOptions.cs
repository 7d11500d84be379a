namespace RealtimeFlow.App.Live;

/// <summary>How the studio runs, beside what a person sets.</summary>
internal sealed record StudioOptions
{
    /// <summary>Threads that compute.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Training steps in a frame: then what is shown is a function of seed and inputs alone. Null trains against the clock, on threads of
    /// its own.
    /// </summary>
    public int? StepsAFrame { get; init; }

    /// <summary>Steps over which learning rate and β follow their schedules.</summary>
    public int ScheduledSteps { get; init; } = 8_000;

    /// <summary>What draws, for people.</summary>
    public string Device { get; init; } = "";
}
