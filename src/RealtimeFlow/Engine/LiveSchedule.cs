using RealtimeFlow.Inference;

namespace RealtimeFlow.Engine;

/// <summary>
/// What the steps of a run without end follow: a schedule to its end, then its final rate. After a change of what is learned the rate
/// falls once more along half a cosine, with larger batches, until the flow has followed; and where a part of a target has jumped, β rises to
/// 1 again from less.
/// </summary>
internal sealed class LiveSchedule(TrainerOptions options, int scheduledSteps)
{
    /// <summary>The steps after a change until the rate is the final one again.</summary>
    public const int StepsToFollow = 4800;

    /// <summary>The share of the largest rate from which it falls after a part of what is learned has moved: more would undo what is right already.</summary>
    public const double ShareToFollow = 0.3;

    // With less noise a flow settles closer: of all that was tried, this is what half a second is best spent on.
    private const int BatchesToFollow = 2;

    // A flow that is softer for a moment gets past optima that are none of the target's: of 96 Gaussians on the circle of eight that jumped by
    // 2 units, 92 were learned again without and 94 with it, nearer by a fifth in the mean.
    private const double LeastBeta = 0.5, SoftShare = 0.2;

    private long _began;
    private long _changed = -StepsToFollow;
    private long _softened = -StepsToFollow;
    private double _share;

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; set; } = options.LearningRate;

    /// <summary>Particles a step.</summary>
    public int BatchSize { get; set; } = options.BatchSize;

    /// <summary>β, where it does not follow the schedule.</summary>
    public double? HeldBeta { get; set; }

    /// <summary>The schedule begins again with the next step.</summary>
    public void Begin(long step) => (_began, _changed, _softened) = (step, step - StepsToFollow, step - StepsToFollow);

    /// <summary>What is learned has changed so much that the flow should be softer for a moment.</summary>
    /// <param name="step">The number of the next step.</param>
    public void Soften(long step) => _softened = step;

    /// <summary>What is learned has changed.</summary>
    /// <param name="step">The number of the next step.</param>
    /// <param name="share">The share of the largest rate that it asks for, 0 to 1.</param>
    public void Change(long step, double share = ShareToFollow)
    {
        // A part that moves while all else is being learned anew takes none of the rate away.
        _share = Math.Max(share, (Rate(step) - Final) / (options.LearningRate - Final));
        _changed = step;
    }

    /// <summary>What a step follows.</summary>
    public StepSettings At(long step)
    {
        double progress = Math.Min(1, (double)(step - _began) / scheduledSteps);
        bool follows = step - _changed < StepsToFollow;
        int batch = follows ? Math.Min(BatchesToFollow * BatchSize, LiveTraining.LargestBatch) : BatchSize;
        double rate = Math.Max(options.LearningRateAt(progress), follows ? Rate(step) : 0);
        return new StepSettings(progress, rate * (LearningRate / options.LearningRate), HeldBeta ?? Math.Min(options.BetaAt(progress), SoftBeta(step)), batch);
    }

    private double Final => options.LearningRate * options.FinalRateShare;

    private static double Rest(long step, long begin, double steps) => Math.Min(1, (step - begin) / steps);

    /// <summary>β since the flow was softened.</summary>
    private double SoftBeta(long step) => LeastBeta + ((1 - LeastBeta) * Rest(step, _softened, SoftShare * StepsToFollow));

    /// <summary>The rate since the last change.</summary>
    private double Rate(long step)
    {
        double rest = Rest(step, _changed, StepsToFollow);
        return Final + ((options.LearningRate - Final) * _share * 0.5 * (1 + Math.Cos(Math.PI * rest)));
    }
}
