using RealtimeFlow.Inference;

namespace RealtimeFlow.Engine;

/// <summary>
/// What the steps of a run without end follow: a schedule to its end, then its final rate; and after a change of what is learned a
/// shorter one, at β = 1, until the flow has followed.
/// </summary>
internal sealed class LiveSchedule(TrainerOptions options, int scheduledSteps)
{
    /// <summary>The steps over which the rate falls again after a change.</summary>
    public const int StepsToFollow = 6000;

    private long _began;
    private long? _changed;

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; set; } = options.LearningRate;

    /// <summary>Particles a step.</summary>
    public int BatchSize { get; set; } = options.BatchSize;

    /// <summary>β, where it does not follow the schedule.</summary>
    public double? HeldBeta { get; set; }

    /// <summary>The schedule begins again with the next step.</summary>
    public void Begin(long step) => (_began, _changed) = (step, null);

    /// <summary>What is learned has changed.</summary>
    public void Change(long step) => _changed = step;

    /// <summary>What a step follows.</summary>
    public StepSettings At(long step)
    {
        double progress = Math.Min(1, (double)(step - _began) / scheduledSteps);
        double rate = options.LearningRateAt(progress);
        if (_changed is long changed && step - changed < StepsToFollow)
        {
            double rest = (double)(step - changed) / StepsToFollow;
            double final = options.LearningRate * options.FinalRateShare;
            rate = Math.Max(rate, final + ((options.LearningRate - final) * 0.5 * (1 + Math.Cos(Math.PI * rest))));
        }

        return new StepSettings(progress, rate * (LearningRate / options.LearningRate), HeldBeta ?? options.BetaAt(progress), BatchSize);
    }
}
