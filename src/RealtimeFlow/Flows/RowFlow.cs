using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Flows;

/// <summary>
/// Chains of one shape whose parameters differ from row to row: amortised inference (Rezende &amp; Mohamed 2015, section 4), in which a network
/// gives each data point its own flow. Forward with ln det, and backward to the points and to each row's parameters, for one or more samples
/// a row. Parameters are lanes here, not broadcasts.
/// </summary>
/// <remarks>
/// All memory is by features: parameter i of row r at <c>[i · <see cref="Stride"/> + r]</c>; coordinate i of sample s of row r at
/// <c>[i · <see cref="PointStride"/> + s · <see cref="Stride"/> + r]</c>. Lanes beyond the rows must be finite; nothing depends on them. Results depend
/// neither on the threads nor on the vector width. Allocates nothing after construction.
/// </remarks>
public sealed unsafe class RowFlow
{
    /// <summary>What a layer leaves for Backward, numbers a point.</summary>
    internal const int SavedCount = 2;

    // Product and exponent of the determinants, and of the φ of radial layers.
    private const int ProductRows = 4;

    private readonly FlowConstraint _constraint;
    private readonly LaneWidth _width;
    private readonly IWorkers _workers;
    private readonly LayerKind[] _layers;
    private readonly int[] _parameters;
    private readonly int[] _constants;
    private readonly LaneMemory _constantMemory;
    private readonly LaneMemory _saved;
    private readonly LaneMemory _products;
    private readonly Work _work;
    private readonly int _mostRows;
    private readonly int _mostSamples;
    private RowPass? _last;

    /// <summary>Makes room.</summary>
    /// <param name="shape">The layers; its base plays no part.</param>
    /// <param name="constraint">How raw parameters become those of invertible layers.</param>
    /// <param name="rows">The most rows at a time, at least 1.</param>
    /// <param name="samples">The most samples a row, at least 1.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or there is no such constraint.</exception>
    public RowFlow(FlowShape shape, FlowConstraint constraint, int rows, int samples, IWorkers workers)
        : this(shape, constraint, rows, samples, workers, LaneDispatch.Width)
    {
    }

    internal RowFlow(FlowShape shape, FlowConstraint constraint, int rows, int samples, IWorkers workers, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (!Enum.IsDefined(constraint))
        {
            throw new ArgumentOutOfRangeException(nameof(constraint));
        }

        (Shape, _constraint, _workers, _width) = (shape, constraint, workers, width);
        (_mostRows, _mostSamples) = (LaneDispatch.Padded(rows), samples);
        _layers = [.. shape.Layers];
        _parameters = new int[_layers.Length + 1];
        _constants = new int[_layers.Length + 1];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _parameters[layer + 1] = checked(_parameters[layer] + _layers[layer].ParameterCount(shape.Dimension));
            _constants[layer + 1] = checked(_constants[layer] + _layers[layer].RowConstantCount(shape.Dimension));
        }

        _constantMemory = Room(_constants[^1], _mostRows);
        _saved = Room(SavedCount * _layers.Length, checked(_mostRows * samples));
        _products = Room(ProductRows, _mostRows * samples);
        _work = new Work(this);
        Begin(rows, samples);
    }

    /// <summary>The layers.</summary>
    public FlowShape Shape { get; }

    /// <summary>Raw numbers of all layers of a row, arranged as those of <see cref="FlowShape"/> behind the base's.</summary>
    public int ParameterCount => _parameters[^1];

    /// <summary>The rows at work.</summary>
    public int Rows { get; private set; }

    /// <summary>Samples of each.</summary>
    public int Samples { get; private set; }

    /// <summary>From a parameter to the next: the rows, rounded up to a multiple of 16.</summary>
    public int Stride { get; private set; }

    /// <summary>From a coordinate to the next: <see cref="Samples"/> · <see cref="Stride"/>.</summary>
    public int PointStride => Samples * Stride;

    /// <summary>The rows that follow.</summary>
    /// <param name="rows">How many: 1 to as many as there is room for.</param>
    /// <param name="samples">Samples of each, likewise.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not as many.</exception>
    public void Begin(int rows, int samples = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, _mostRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, _mostSamples);
        (Rows, Samples, Stride) = (rows, samples, LaneDispatch.Padded(rows));
        _last = null;
    }

    /// <summary>Applies the constraint to each row's parameters, for <see cref="Forward"/> and <see cref="Backward"/>.</summary>
    /// <param name="raw">[<see cref="ParameterCount"/>, stride].</param>
    /// <exception cref="ArgumentException">Not as many numbers.</exception>
    public void Constrain(ReadOnlySpan<float> raw)
    {
        Require(raw.Length, ParameterCount * Stride, nameof(raw));
        fixed (float* parameters = raw)
        {
            _work.Run(RowPass.Constrain, parameters);
        }

        _last = RowPass.Constrain;
    }

    /// <summary>Sends the points through the layers.</summary>
    /// <param name="raw">The parameters of the last <see cref="Constrain"/>.</param>
    /// <param name="points">[D, point stride]: z_0, which becomes z_K.</param>
    /// <param name="logDeterminant">[point stride]: receives Σ ln det.</param>
    /// <exception cref="ArgumentException">Not as many numbers.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="Constrain"/> since <see cref="Begin"/>.</exception>
    public void Forward(ReadOnlySpan<float> raw, Span<float> points, Span<float> logDeterminant)
    {
        Require(raw.Length, ParameterCount * Stride, nameof(raw));
        Require(points.Length, Shape.Dimension * PointStride, nameof(points));
        Require(logDeterminant.Length, PointStride, nameof(logDeterminant));
        if (_last == null)
        {
            throw new InvalidOperationException("The rows have no parameters yet: Constrain comes before Forward.");
        }

        fixed (float* parameters = raw, at = points, logDet = logDeterminant)
        {
            _work.Points = at;
            _work.LogDeterminant = logDet;
            _work.Run(RowPass.Forward, parameters);
        }

        _last = RowPass.Forward;
    }

    /// <summary>Takes points and cotangents back, after <see cref="Forward"/>, and gives each row the gradient of its raw parameters.</summary>
    /// <param name="raw">The parameters of the last <see cref="Constrain"/>.</param>
    /// <param name="points">[D, point stride]: z_K, which becomes z_0 again, up to rounding.</param>
    /// <param name="cotangents">[D, point stride]: the derivative of the loss by z_K, which becomes that by z_0.</param>
    /// <param name="logDeterminantCotangents">[point stride]: the derivative by each Σ ln det; −1 for a free energy.</param>
    /// <param name="gradient">[<see cref="ParameterCount"/>, stride]: receives the derivative by the raw parameters, summed over a row's samples in order.</param>
    /// <exception cref="ArgumentException">Not as many numbers.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="Forward"/> since the last call, or since <see cref="Constrain"/>.</exception>
    public void Backward(
        ReadOnlySpan<float> raw,
        Span<float> points,
        Span<float> cotangents,
        ReadOnlySpan<float> logDeterminantCotangents,
        Span<float> gradient)
    {
        Require(raw.Length, ParameterCount * Stride, nameof(raw));
        Require(points.Length, Shape.Dimension * PointStride, nameof(points));
        Require(cotangents.Length, points.Length, nameof(cotangents));
        Require(logDeterminantCotangents.Length, PointStride, nameof(logDeterminantCotangents));
        Require(gradient.Length, raw.Length, nameof(gradient));
        if (_last != RowPass.Forward)
        {
            throw new InvalidOperationException("Each Backward needs a Forward before it.");
        }

        fixed (float* parameters = raw, at = points, back = cotangents, logDet = logDeterminantCotangents, sums = gradient)
        {
            _work.Points = at;
            _work.Cotangents = back;
            _work.LogDeterminant = logDet;
            _work.Gradient = sums;
            _work.Run(RowPass.Backward, parameters);
        }

        _last = RowPass.Constrain;
    }

    /// <summary>Multiplies a positive factor into a product, whose exponent is kept apart so that no length of chain leaves the range of a float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply<V>(float* products, float* exponents, nint column, V factor)
        where V : struct, ILanes<V>
    {
        V product = V.Load(ref *products, column) * factor;
        V isFinite = V.LessThan(product, V.Splat(float.PositiveInfinity));
        V exponent = V.SubtractInt(V.ShiftRightInt(product, 23), V.SplatBits(127));
        V mantissa = (product & V.SplatBits(0x007F_FFFF)) | V.Splat(1);
        V.Store(V.Select(isFinite, mantissa, product), ref *products, column);
        V.Store(V.AddInt(V.Load(ref *exponents, column), exponent & isFinite), ref *exponents, column);
    }

    /// <summary>Adds to a row of a gradient, or begins it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add<V>(V value, float* gradient, nint place, bool isFirst)
        where V : struct, ILanes<V> =>
        V.Store(isFirst ? value : V.Load(ref *gradient, place) + value, ref *gradient, place);

    private static LaneMemory Room(int numbers, int stride) => new(checked(Math.Max(numbers, 1) * stride * sizeof(float)));

    private static void Require(int count, int expected, string name)
    {
        if (count != expected)
        {
            throw new ArgumentException($"Holds {count} numbers: expected {expected}.", name);
        }
    }

    /// <summary>
    /// A shard a thread: layer after layer, all its rows pass through one, so that parameters are read from memory as they lie, line after
    /// line. Rows by sixteens through all layers take one line here and one there: backward, 40 layers in 40 dimensions took twice as long.
    /// </summary>
    private sealed class Work(RowFlow flow) : IShardedWork
    {
        private RowPass _pass;
        private float* _raw;

        public float* Points { get; set; }

        public float* Cotangents { get; set; }

        public float* LogDeterminant { get; set; }

        public float* Gradient { get; set; }

        private int Blocks => flow.Stride / LaneDispatch.Slots;

        private int Shards => Math.Min(Blocks, flow._workers.Count);

        public void Run(RowPass pass, float* raw)
        {
            _pass = pass;
            _raw = raw;
            flow._workers.Run(this, Shards);
        }

        public void Do(int shard, int worker)
        {
            int row = shard * Blocks / Shards * LaneDispatch.Slots, end = (shard + 1) * Blocks / Shards * LaneDispatch.Slots;
            switch (_pass)
            {
                case RowPass.Constrain:
                    for (int layer = 0; layer < flow._layers.Length; layer++)
                    {
                        Layer(layer, row, end, 0);
                    }

                    break;
                case RowPass.Forward:
                    Forward(row, end);
                    break;
                default:
                    for (int layer = flow._layers.Length - 1; layer >= 0; layer--)
                    {
                        for (int sample = 0; sample < flow.Samples; sample++)
                        {
                            Layer(layer, row, end, sample);
                        }
                    }

                    break;
            }
        }

        private void Forward(int row, int end)
        {
            nint stride = flow.PointStride;
            for (int sample = 0; sample < flow.Samples; sample++)
            {
                float* products = Products(row, sample);
                for (int i = 0; i < ProductRows; i++)
                {
                    new Span<float>(products + (i * stride), end - row).Fill(i % 2 == 0 ? 1 : 0);
                }
            }

            for (int layer = 0; layer < flow._layers.Length; layer++)
            {
                for (int sample = 0; sample < flow.Samples; sample++)
                {
                    Layer(layer, row, end, sample);
                }
            }

            for (int sample = 0; sample < flow.Samples; sample++)
            {
                float* logDet = LogDeterminant + (sample * flow.Stride) + row;
                LogarithmKernel logarithm = new(Products(row, sample), stride, end - row, logDet, flow.Shape.Dimension);
                LaneDispatch.Run(flow._width, ref logarithm);
            }
        }

        private float* Products(int row, int sample) => (float*)flow._products.Start + ((nint)sample * flow.Stride) + row;

        private void Layer(int layer, int row, int end, int sample)
        {
            nint stride = flow.Stride, pointStride = flow.PointStride, column = (sample * stride) + row;
            float* products = Products(row, sample);
            RowRun run = new()
            {
                Dimension = flow.Shape.Dimension,
                Columns = end - row,
                Constraint = flow._constraint,
                Stride = stride,
                Raw = _raw + (flow._parameters[layer] * stride) + row,
                Constants = (float*)flow._constantMemory.Start + (flow._constants[layer] * stride) + row,
                Gradient = Gradient + (flow._parameters[layer] * stride) + row,
                IsFirst = sample == 0,
                PointStride = pointStride,
                Points = Points + column,
                Cotangents = Cotangents + column,
                LogDetCotangents = LogDeterminant + column,
                Saved = (float*)flow._saved.Start + (SavedCount * layer * pointStride) + column,
                Product = products,
                Exponent = products + pointStride,
                RadialProduct = products + (2 * pointStride),
                RadialExponent = products + (3 * pointStride),
            };
            flow._layers[layer].PassRows(_pass, flow._width, in run);
        }
    }

    private readonly struct LogarithmKernel(float* products, nint stride, nint columns, float* logarithm, int dimension) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V>
        {
            V others = V.Splat(dimension - 1);
            for (nint column = 0; column < columns; column += V.Count)
            {
                V log = LaneMath.LogOfScaled(V.Load(ref *products, column), V.Load(ref *products, stride + column));
                V radial = LaneMath.LogOfScaled(V.Load(ref *products, (2 * stride) + column), V.Load(ref *products, (3 * stride) + column));
                V.Store(V.Fma(others, radial, log), ref *logarithm, column);
            }
        }
    }
}
