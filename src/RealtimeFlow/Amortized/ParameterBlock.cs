using System.Runtime.CompilerServices;
using RealtimeFlow.Inference;
using RealtimeFlow.Lanes;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Amortized;

/// <summary>
/// The parameters of a model, their gradient, and the optimizer that moves them: float32, element by element, in one pass over the memory.
/// The bits depend neither on the threads nor on the vector width.
/// </summary>
internal sealed unsafe class ParameterBlock
{
    // 64 KiB of each of the four: longer than handing a shard out takes, and many more shards than threads.
    private const int ShardNumbers = 1 << 14;

    private readonly OptimizerKind _kind;
    private readonly int _count;
    private readonly LaneRows _parameters;
    private readonly LaneRows _gradient;
    private readonly LaneRows _first;
    private readonly LaneRows _second;
    private readonly LaneRows _squares;
    private readonly ShardPass<UpdateKernel<AdamRule>> _adam;
    private readonly ShardPass<UpdateKernel<RmsPropRule>> _rmsProp;
    private readonly ShardPass<UpdateKernel<SgdRule>> _sgd;
    private readonly ShardPass<SquaresKernel> _sumSquares;

    /// <param name="kind">The optimizer.</param>
    /// <param name="count">How many parameters.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="width">The vector width.</param>
    public ParameterBlock(OptimizerKind kind, int count, IWorkers workers, LaneWidth width)
    {
        (_kind, _count) = (kind, count);
        int padded = Network.Stride(count);
        _parameters = new LaneRows(1, padded);
        _gradient = new LaneRows(1, padded);
        _first = new LaneRows(1, padded);
        _second = new LaneRows(1, padded);
        _squares = new LaneRows(Shards, LaneDispatch.Slots);
        _adam = new(workers, width);
        _rmsProp = new(workers, width);
        _sgd = new(workers, width);
        _sumSquares = new(workers, width);
    }

    /// <summary>The parameters.</summary>
    public Span<float> Parameters => _parameters.Span[.._count];

    /// <summary>Their gradient.</summary>
    public Span<float> Gradient => _gradient.Span[.._count];

    /// <summary>What the optimizer keeps first of each parameter: a mean of derivatives, or a velocity.</summary>
    public Span<float> First => _first.Span[.._count];

    /// <summary>What it keeps second: a mean of squares.</summary>
    public Span<float> Second => _second.Span[.._count];

    private int Shards => (_count + ShardNumbers - 1) / ShardNumbers;

    /// <summary>The squared Euclidean norm of the gradient: not finite where a derivative is not, or where its square is no float.</summary>
    public double SquaredNorm()
    {
        _sumSquares.Run(new SquaresKernel { Numbers = _gradient.Start, Length = Network.Stride(_count), Sums = _squares.Start }, Shards);
        double sum = 0;
        foreach (float square in _squares.Span)
        {
            sum += square;
        }

        return sum;
    }

    /// <summary>Moves the parameters against the gradient.</summary>
    /// <param name="share">How much of the gradient is taken.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="step">The number of this step, from 1.</param>
    public void Step(double share, double learningRate, double epsilon, long step)
    {
        switch (_kind)
        {
            case OptimizerKind.Adam:
                Step(_adam, share, learningRate, epsilon, step);
                break;
            case OptimizerKind.RmsProp:
                Step(_rmsProp, share, learningRate, epsilon, step);
                break;
            default:
                Step(_sgd, share, learningRate, epsilon, step);
                break;
        }
    }

    private void Step<TRule>(ShardPass<UpdateKernel<TRule>> pass, double share, double learningRate, double epsilon, long step)
        where TRule : struct, IUpdateRule => pass.Run(
            new UpdateKernel<TRule>
            {
                Parameters = _parameters.Start,
                Gradient = _gradient.Start,
                First = _first.Start,
                Second = _second.Start,
                Length = Network.Stride(_count),
                Share = (float)share,
                Rates = TRule.Rates(learningRate, epsilon, step),
            },
            Shards);

    private struct UpdateKernel<TRule> : IShardKernel
        where TRule : struct, IUpdateRule
    {
        public float* Parameters;
        public float* Gradient;
        public float* First;
        public float* Second;
        public int Length;
        public float Share;
        public UpdateRates Rates;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Do<V>(int shard)
            where V : struct, ILanes<V>
        {
            UpdateRates rates = Rates;
            V share = V.Splat(Share);
            float* parameters = Parameters, gradient = Gradient, firsts = First, seconds = Second;
            nint end = Math.Min(Length, (nint)(shard + 1) * ShardNumbers);
            for (nint i = (nint)shard * ShardNumbers; i < end; i += V.Count)
            {
                V first = V.Load(ref *firsts, i), second = V.Load(ref *seconds, i);
                V step = TRule.Step(share * V.Load(ref *gradient, i), ref first, ref second, rates);
                V.Store(first, ref *firsts, i);
                V.Store(second, ref *seconds, i);
                V.Store(V.Load(ref *parameters, i) - step, ref *parameters, i);
            }
        }
    }

    /// <summary>The sum of squares of a shard, in sixteen slots.</summary>
    private struct SquaresKernel : IShardKernel
    {
        public float* Numbers;
        public int Length;
        public float* Sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Do<V>(int shard)
            where V : struct, ILanes<V>
        {
            nint start = (nint)shard * ShardNumbers, end = Math.Min(Length, start + ShardNumbers);
            for (nint slot = 0; slot < LaneDispatch.Slots; slot += V.Count)
            {
                V sum = V.Splat(0);
                for (nint i = start + slot; i < end; i += LaneDispatch.Slots)
                {
                    V number = V.Load(ref *Numbers, i);
                    sum = V.Fma(number, number, sum);
                }

                V.Store(sum, ref *Sums, (shard * LaneDispatch.Slots) + slot);
            }
        }
    }
}
