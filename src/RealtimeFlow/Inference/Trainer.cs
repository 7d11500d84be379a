using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Inference;

/// <summary>
/// Stochastic variational inference: steps down the gradient of the free energy
/// F = E[ln q_0(z_0) − Σ ln det_k − β ln p̃(z_K)] (Rezende &amp; Mohamed 2015, eq. 15 and 20), all of it in closed form, base included.
/// </summary>
/// <remarks>
/// A step allocates nothing. Its result does not depend on threads or vector width: the batch falls into shards of fixed size, a shard
/// sums in sixteen slots, and shards are added in order. One thread at a time may call the methods.
/// </remarks>
public sealed class Trainer
{
    // A few microseconds of work: small enough to spread a batch of 2,048 over four threads.
    private const int ShardSize = 512;

    // The rows of sums beside the gradient: ln q_K, and the energy.
    private const int StatisticRows = 2;

    private readonly IWorkers _workers;
    private readonly Target _target;
    private readonly Optimizer _optimizer;
    private readonly GradientWork _work;
    private readonly float[] _raw;
    private readonly float[] _effective;
    private readonly double[] _totals;
    private readonly double[] _gradient;
    private readonly GradientNoise _noise;

    /// <summary>Makes a trainer with freshly drawn parameters.</summary>
    /// <param name="shape">The flow.</param>
    /// <param name="target">What it shall approximate.</param>
    /// <param name="options">How.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or an option is out of range.</exception>
    public Trainer(FlowShape shape, Target target, TrainerOptions options, IWorkers workers)
        : this(shape, target, options, workers, LaneDispatch.Width)
    {
    }

    internal Trainer(FlowShape shape, Target target, TrainerOptions options, IWorkers workers, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        options.Validate();
        if (shape.Dimension != target.Dimension)
        {
            throw new ArgumentException($"The flow has {shape.Dimension} dimensions, the target {target.Dimension}.", nameof(shape));
        }

        Options = options;
        _workers = workers;
        _target = target;
        _raw = Initialization.Draw(shape, options.Seed);
        _effective = new float[shape.ParameterCount];
        _gradient = new double[shape.ParameterCount];
        _optimizer = Optimizer.Create(options.Optimizer, shape.ParameterCount);
        _noise = new GradientNoise(shape.ParameterCount);
        Constrain(shape);
        Flow = new FlowDistribution(shape, _effective) { Width = width };
        _work = new GradientWork(Flow, target, options, workers.Count);
        _totals = new double[_work.Rows];
    }

    /// <summary>The distribution as trained so far: one object, updated in place by each step.</summary>
    public FlowDistribution Flow { get; }

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>What it is trained on.</summary>
    public Target Target => _target;

    /// <summary>Steps so far, the skipped ones included.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps that were not taken because a gradient was not finite.</summary>
    public long SkippedSteps { get; private set; }

    /// <summary>β of the last step.</summary>
    public double Beta { get; private set; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; private set; }

    /// <summary>F at β = 1 over the last step's batch, in nats: an estimate of −ln Z + KL, before the step.</summary>
    public double FreeEnergy { get; private set; } = double.NaN;

    /// <summary>The Euclidean norm of the last step's gradient by the raw parameters.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>‖E g‖/√(tr Var g) of the gradient g of a step, over about the last hundred steps.</summary>
    public double GradientSignalToNoise => _noise.SignalToNoise;

    /// <summary>The raw parameters, which the constraint maps to those of <see cref="Flow"/>.</summary>
    internal ReadOnlySpan<float> RawParameters => _raw;

    /// <summary>The gradient of the last step by the raw parameters.</summary>
    internal ReadOnlySpan<double> Gradient => _gradient;

    /// <summary>One step of stochastic gradient descent.</summary>
    /// <param name="progress">The part of the run that is over, 0 to 1: decides β and the learning rate.</param>
    public void Step(double progress)
    {
        Beta = Options.BetaAt(progress);
        LearningRate = Options.LearningRateAt(progress);
        ComputeGradient();
        Steps++;
        if (!TensorPrimitives.IsFiniteAll<double>(_gradient) || !double.IsFinite(FreeEnergy))
        {
            SkippedSteps++;
            return;
        }

        _noise.Add(_gradient);
        _optimizer.Step(_raw, _gradient, LearningRate);
        Constrain(Flow.Shape);
        Flow.SetTrusted(_effective);
    }

    /// <summary>Steps until a time is over, at least one.</summary>
    /// <param name="budget">The time.</param>
    /// <param name="progress">As for <see cref="Step"/>.</param>
    /// <returns>How many steps were made.</returns>
    public int StepFor(TimeSpan budget, double progress)
    {
        long start = Stopwatch.GetTimestamp();
        int steps = 0;
        do
        {
            Step(progress);
            steps++;
        }
        while (Stopwatch.GetElapsedTime(start) < budget);
        return steps;
    }

    private void ComputeGradient()
    {
        FlowShape shape = Flow.Shape;
        _work.FirstParticle = (ulong)Steps * (ulong)Options.BatchSize;
        _work.Beta = (float)Beta;
        _workers.Run(_work, _work.Shards);
        _work.AddUp(_totals);

        double perParticle = 1.0 / Options.BatchSize;
        int dimension = shape.Dimension;
        TensorPrimitives.Multiply(_totals, perParticle, _totals);
        _totals.AsSpan(0, 2 * dimension).CopyTo(_gradient);
        for (int i = dimension; i < 2 * dimension; i++)
        {
            // ln q_0 holds −ln σ.
            _gradient[i] -= 1;
        }

        int sumRows = Chain.SumRows(dimension);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<double> gradient = _gradient.AsSpan(shape.Layer(layer));
            LayerKind kind = shape.Layers[layer];
            kind.CollectGradient(
                dimension,
                _effective.AsSpan(shape.Layer(layer)),
                _totals.AsSpan((2 * dimension) + (layer * sumRows), sumRows),
                gradient);
            kind.PullBack(dimension, Options.Constraint, _raw.AsSpan(shape.Layer(layer)), gradient);
        }

        double norm2 = 0;
        foreach (double g in _gradient)
        {
            norm2 += g * g;
        }

        GradientNorm = Math.Sqrt(norm2);
        FreeEnergy = _totals[^2] + _totals[^1];
    }

    private void Constrain(FlowShape shape)
    {
        _raw.AsSpan(0, 2 * shape.Dimension).CopyTo(_effective);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Range place = shape.Layer(layer);
            shape.Layers[layer].Constrain(shape.Dimension, Options.Constraint, _raw.AsSpan(place), _effective.AsSpan(place));
        }
    }

    /// <summary>The sums over one batch, shard by shard.</summary>
    private sealed unsafe class GradientWork : IShardedWork
    {
        private readonly FlowDistribution _flow;
        private readonly Target _target;
        private readonly RandomStream _stream;
        private readonly int _batch;
        private readonly FlowTile[] _tiles;
        private readonly float[][] _slots;
        private readonly double[] _sums;

        public GradientWork(FlowDistribution flow, Target target, TrainerOptions options, int workers)
        {
            _flow = flow;
            _target = target;
            _stream = new RandomStream(options.Seed, StreamNumbers.Training);
            _batch = options.BatchSize;
            int dimension = flow.Shape.Dimension;
            Rows = (2 * dimension) + (flow.Shape.LayerCount * Chain.SumRows(dimension)) + StatisticRows;
            Shards = (_batch + ShardSize - 1) / ShardSize;
            _sums = new double[Shards * Rows];
            _tiles = new FlowTile[workers];
            _slots = new float[workers][];
            for (int i = 0; i < workers; i++)
            {
                _tiles[i] = new FlowTile(dimension, flow.Shape.LayerCount);
                _slots[i] = GC.AllocateArray<float>(Rows * LaneDispatch.Slots, pinned: true);
            }
        }

        public int Rows { get; }

        public int Shards { get; }

        public ulong FirstParticle { get; set; }

        public float Beta { get; set; }

        public void Do(int shard, int worker)
        {
            FlowTile tile = _tiles[worker];
            float[] slots = _slots[worker];
            Array.Clear(slots);
            float* sums = (float*)Unsafe.AsPointer(ref slots[0]);
            float* statistics = sums + ((Rows - StatisticRows) * LaneDispatch.Slots);
            int end = Math.Min((shard + 1) * ShardSize, _batch);
            for (int start = shard * ShardSize; start < end;)
            {
                nint columns = Math.Min(end - start, tile.Columns);
                _flow.ForwardTile(tile, columns, in _stream, FirstParticle + (ulong)start);
                _flow.FinishLogDensity(tile, columns);
                Accumulate(tile, columns, statistics);
                _target.Evaluate(tile, columns, _flow.Width);
                Accumulate(tile, columns, statistics + LaneDispatch.Slots);
                ScaleCotangents(tile, columns);
                _flow.BackwardTile(tile, columns, sums);
                start += (int)columns;
            }

            Fold(slots, _sums.AsSpan(shard * Rows, Rows));
        }

        /// <summary>The sums of all shards, added in their order.</summary>
        public void AddUp(Span<double> totals)
        {
            totals.Clear();
            for (int shard = 0; shard < Shards; shard++)
            {
                TensorPrimitives.Add(totals, _sums.AsSpan(shard * Rows, Rows), totals);
            }
        }

        private static void Fold(ReadOnlySpan<float> slots, Span<double> sums)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                // Four chains of additions run side by side; the order is fixed all the same.
                ReadOnlySpan<float> slot = slots.Slice(i * LaneDispatch.Slots, LaneDispatch.Slots);
                double a = slot[0], b = slot[1], c = slot[2], d = slot[3];
                for (int j = 4; j < slot.Length; j += 4)
                {
                    a += slot[j];
                    b += slot[j + 1];
                    c += slot[j + 2];
                    d += slot[j + 3];
                }

                sums[i] = (a + b) + (c + d);
            }
        }

        private void Accumulate(FlowTile tile, nint columns, float* slots)
        {
            AccumulateKernel kernel = new(tile.Values, columns, slots);
            LaneDispatch.Run(_flow.Width, ref kernel);
        }

        private void ScaleCotangents(FlowTile tile, nint columns)
        {
            if (Beta != 1)
            {
                for (int i = 0; i < tile.Dimension; i++)
                {
                    ScaleKernel kernel = new(tile.Cotangents + (i * tile.Stride), columns, Beta);
                    LaneDispatch.Run(_flow.Width, ref kernel);
                }
            }
        }

        private readonly struct AccumulateKernel(float* values, nint columns, float* slots) : ILaneKernel
        {
            public void Run<V>()
                where V : struct, ILanes<V> => Loop<V>(values, columns, slots);

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void Loop<V>(float* values, nint columns, float* slots)
                where V : struct, ILanes<V>
            {
                for (int slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
                {
                    V sum = V.Load(ref *slots, slot);
                    for (nint column = slot; column < columns; column += LaneDispatch.Slots)
                    {
                        sum += V.Load(ref *values, column);
                    }

                    V.Store(sum, ref *slots, slot);
                }
            }
        }

        private readonly struct ScaleKernel(float* values, nint columns, float factor) : ILaneKernel
        {
            public void Run<V>()
                where V : struct, ILanes<V> => Loop<V>(values, columns, factor);

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void Loop<V>(float* values, nint columns, float factor)
                where V : struct, ILanes<V>
            {
                for (nint column = 0; column < columns; column += V.Count)
                {
                    V.Store(V.Splat(factor) * V.Load(ref *values, column), ref *values, column);
                }
            }
        }
    }
}
