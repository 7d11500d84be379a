using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Numerics.Tensors;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Engine;

/// <summary>A training run without end, and what may happen to it between two steps. One thread at a time.</summary>
internal sealed class LiveRun
{
    private const double FinalRateShare = 0.02;

    // The most parameters for which a step of SOAP costs about as much as a gradient. Of 48 Gaussians on the circle of eight that jumped by 2
    // units, 32 planar layers learned 43 again with it and 33 with Adam at its best, and 40 layers some 46.
    private const int MostForSoap = 512;

    // What is learned may change: with 0.999 as usual, gradients that were large for a moment would keep steps short for long.
    private static readonly TrainerOptions AdamThatForgets = new() { SquareDecay = 0.997 };

    private const int EvaluationParticles = 1 << 16, SteinPoints = 1 << 11, TrialParticles = 1 << 12;

    // So far a number of a target goes in a step: a part of a Gaussian moves by a fortieth of its width, and takes its particles along.
    private const float LongestMove = 0.01f;

    // From where on a move is a jump, after which the flow is softened: a hand that drags moves less in a frame, and sees the flow follow as sharp
    // as it is.
    private const float Jump = 0.5f;

    // Rows that join change what is learned when they have become more by this share.
    private const double NoticedGrowth = 0.1;

    private readonly LiveTrainingOptions _options;
    private readonly IWorkers _workers;
    private readonly FlowDirection _direction;
    private readonly DataSet? _data;
    private readonly FlowEvaluator? _evaluator;
    private readonly LikelihoodEvaluator? _likelihoods;
    private Target? _target;
    private FlowTrainer _trainer;
    private LiveSchedule _schedule;
    private float[] _numbers = [];
    private float[] _goal = [];
    private bool _isMoving;
    private int _noticedRows;
    private int _runs;
    private (Diagnosis? OfTarget, LikelihoodEvaluation? OfData, long Steps) _estimate;

    /// <summary>Learns a target; one that can be edited in a copy of its own.</summary>
    public LiveRun(Target target, LiveTrainingOptions options, IWorkers workers)
    {
        (_options, _workers, _target) = (options, workers, Own(target));
        _evaluator = new FlowEvaluator(workers);
        Restart(FlowShape.Parse(options.Formula, target.Dimension), options.Seed);
    }

    /// <summary>Learns rows of data.</summary>
    public LiveRun(DataSet data, FlowDirection direction, LiveTrainingOptions options, IWorkers workers)
    {
        (_options, _workers, _data, _direction) = (options, workers, data, direction);
        _likelihoods = new LikelihoodEvaluator(workers);
        Restart(FlowShape.Parse(options.Formula, data.Dimension), options.Seed);
    }

    /// <summary>The flow as trained so far.</summary>
    public FlowDistribution Flow => _trainer.Flow;

    /// <summary>What the steps follow.</summary>
    public LiveSchedule Schedule => _schedule;

    /// <summary>The seed of this run.</summary>
    public ulong Seed { get; private set; }

    /// <summary>One step, or none and false as long as there is no row of data to learn from.</summary>
    public bool TryStep()
    {
        if (_isMoving)
        {
            MoveOn();
        }

        if ((_data ?? (_target as DataTarget)?.Data) is DataSet rows)
        {
            rows.Admit();
            Notice(rows.Count);
        }

        if (_data is { Count: 0 })
        {
            return false;
        }

        _trainer.Step(_schedule.At(_trainer.Steps));
        return true;
    }

    /// <summary>Begins again with fresh parameters.</summary>
    [MemberNotNull(nameof(_trainer), nameof(_schedule))]
    public void Restart(FlowShape shape, ulong seed)
    {
        TrainerOptions options = (shape.ParameterCount <= MostForSoap ? TrainerOptions.Soap : AdamThatForgets) with
        {
            Seed = seed,
            LearningRate = _options.LearningRate,
            BatchSize = _options.BatchSize,
            FinalBatchSize = _options.BatchSize << (BitOperations.Log2((uint)(LiveTraining.LargestBatch - 1) / (uint)_options.BatchSize) + 1),
            FinalRateShare = FinalRateShare,
        };
        _trainer = _data is DataSet data
            ? new LikelihoodTrainer(shape, _direction, data, options, _workers)
            : new Trainer(shape, _target!, options, _workers);
        LiveSchedule? before = _schedule;
        _schedule = new LiveSchedule(options, _options.ScheduledSteps);
        if (before != null)
        {
            (_schedule.LearningRate, _schedule.BatchSize, _schedule.HeldBeta) = (before.LearningRate, before.BatchSize, before.HeldBeta);
        }

        Seed = seed;
        _runs++;
        _estimate = default;
    }

    /// <summary>The schedules of rate and β begin again, with the parameters that were reached.</summary>
    public void Anneal()
    {
        _schedule.Begin(_trainer.Steps);
        _trainer.ForgetGradients();
    }

    /// <summary>Learns another target from now on, with the parameters that were reached.</summary>
    public void Replace(Target target)
    {
        _isMoving = false;
        _target = Own(target);
        ((Trainer)_trainer).Replace(_target);
        _trainer.ForgetGradients();
        _schedule.Change(_trainer.Steps, share: 1);
    }

    /// <summary>The target's numbers become these, gradually where they can.</summary>
    public void Move(ReadOnlySpan<float> numbers)
    {
        EditableTarget target = (EditableTarget)_target!;
        _schedule.Change(_trainer.Steps);
        if (!target.IsContinuous)
        {
            target.Set(numbers);
            return;
        }

        numbers.CopyTo(_goal);
        _isMoving = true;
        if (TensorPrimitives.Distance(numbers, target.Numbers) > Jump)
        {
            _schedule.Soften(_trainer.Steps);
        }
    }

    /// <summary>One layer more, behind all others: the identity as yet.</summary>
    public void Insert(LayerKind kind)
    {
        _trainer.Insert(Flow.Shape.LayerCount, kind);
        _schedule.Change(_trainer.Steps);
    }

    /// <summary>One layer less: that without which the flow is least the worse.</summary>
    public void Remove()
    {
        if (LeastNeeded(_ => true) is int layer)
        {
            _trainer.Remove(layer);
            _schedule.Change(_trainer.Steps);
        }
    }

    /// <summary>As many radial layers among all as are wanted: layers of one kind that are least needed give way to identities of the other.</summary>
    public void Mix(int radial)
    {
        for (int most = Flow.Shape.LayerCount; most > 0; most--)
        {
            int now = Flow.Shape.Layers.Count(kind => kind == LayerKind.Radial);
            if (now == radial)
            {
                return;
            }

            LayerKind from = now < radial ? LayerKind.Planar : LayerKind.Radial, to = now < radial ? LayerKind.Radial : LayerKind.Planar;
            if (LeastNeeded(kind => kind == from) is not int layer)
            {
                return;
            }

            _trainer.Remove(layer);
            _trainer.Insert(layer, to);
            _schedule.Change(_trainer.Steps);
        }
    }

    /// <summary>Estimates how good the flow is, on particles that training never sees, or on all rows.</summary>
    public void Estimate() => _estimate = (
        _evaluator?.Diagnose(Flow, _target!, Monitoring(), EvaluationParticles, SteinPoints),
        _data is DataSet { Count: > 0 } data ? _likelihoods!.Evaluate(Flow, data) : null,
        _trainer.Steps);

    /// <summary>Writes down what has been reached.</summary>
    public void WriteTo(TrainingSnapshot snapshot)
    {
        snapshot.Take(_trainer, _trainer.Steps == 0 ? _schedule.At(0) : _trainer.Settings, _runs);
        snapshot.Take(_estimate.OfTarget, _estimate.OfData, _estimate.Steps);
    }

    private RandomStream Monitoring() => new(Seed, StreamNumbers.Monitoring);

    private void Notice(int rows)
    {
        if (rows > _noticedRows * (1 + NoticedGrowth))
        {
            if (_noticedRows > 0)
            {
                _schedule.Change(_trainer.Steps);
            }

            _noticedRows = rows;
        }
    }

    /// <summary>A target of which nobody else changes the numbers.</summary>
    private Target Own(Target target)
    {
        if (target is not EditableTarget edited)
        {
            return target;
        }

        EditableTarget copy = edited.Copy();
        (_numbers, _goal) = ([.. copy.Numbers], [.. copy.Numbers]);
        return copy;
    }

    /// <summary>Takes the target's numbers a step nearer to where they shall be.</summary>
    private void MoveOn()
    {
        TensorPrimitives.Subtract(_goal, _numbers, _numbers);
        float farthest = TensorPrimitives.MaxMagnitude(_numbers), share = LongestMove / MathF.Abs(farthest);
        EditableTarget target = (EditableTarget)_target!;
        if (share < 1)
        {
            TensorPrimitives.MultiplyAdd(_numbers, share, target.Numbers, _numbers);
        }
        else
        {
            _goal.CopyTo(_numbers, 0);
            _isMoving = false;
        }

        target.Set(_numbers);
    }

    /// <summary>The layer of some kinds without which the loss is least; null where there is none.</summary>
    private int? LeastNeeded(Func<LayerKind, bool> isAsked)
    {
        FlowShape shape = Flow.Shape;
        float[] parameters = new float[shape.ParameterCount];
        FlowDistribution without = Flow.Copy();
        (int? layer, double least) = (null, double.PositiveInfinity);
        for (int i = 0; i < shape.LayerCount; i++)
        {
            if (!isAsked(shape.Layers[i]))
            {
                continue;
            }

            Flow.Parameters.CopyTo(parameters);
            shape.Layers[i].Attenuate(shape.Dimension, 0, parameters.AsSpan(shape.Layer(i)));
            without.SetTrusted(parameters);
            double loss = Loss(without);
            if (layer == null || loss < least)
            {
                (layer, least) = (i, loss);
            }
        }

        return layer;
    }

    private double Loss(FlowDistribution flow) =>
        _target is Target target ? _evaluator!.Evaluate(flow, target, Monitoring(), TrialParticles).FreeEnergy
        : _data is DataSet { Count: > 0 } data ? _likelihoods!.Evaluate(flow, data).NegativeLogLikelihood
        : 0;
}
