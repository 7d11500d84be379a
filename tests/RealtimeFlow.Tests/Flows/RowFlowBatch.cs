using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Flows;

/// <summary>Rows with raw parameters and points of their own, and what a <see cref="RowFlow"/> makes of them for the loss Σ (ℓ ln det + c · z_K).</summary>
internal sealed class RowFlowBatch
{
    private readonly RowFlow _flow;
    private readonly IWorkers _workers;

    /// <summary>Everything is 0: rows and what is beyond them.</summary>
    public RowFlowBatch(FlowShape shape, FlowConstraint constraint, int rows, int samples, IWorkers workers, LaneWidth width)
    {
        (Shape, Constraint, _workers) = (shape, constraint, workers);
        _flow = new RowFlow(shape, constraint, rows, samples, workers, width);
        Raw = new float[_flow.ParameterCount * _flow.Stride];
        Gradient = new float[Raw.Length];
        Points = new float[shape.Dimension * _flow.PointStride];
        Images = new float[Points.Length];
        Cotangents = new float[Points.Length];
        Origins = new float[Points.Length];
        OriginCotangents = new float[Points.Length];
        LogDet = new float[_flow.PointStride];
        LogDetCotangents = new float[_flow.PointStride];
    }

    public FlowShape Shape { get; }

    public FlowConstraint Constraint { get; }

    public int Rows => _flow.Rows;

    public int Samples => _flow.Samples;

    public float[] Raw { get; }

    public float[] Points { get; }

    /// <summary>z_K, after <see cref="Run"/>.</summary>
    public float[] Images { get; }

    public float[] LogDet { get; }

    /// <summary>c.</summary>
    public float[] Cotangents { get; }

    /// <summary>ℓ.</summary>
    public float[] LogDetCotangents { get; }

    /// <summary>z_0, as recovered.</summary>
    public float[] Origins { get; }

    /// <summary>The derivative by z_0.</summary>
    public float[] OriginCotangents { get; }

    public float[] Gradient { get; }

    /// <summary>Rows with normal numbers times a scale, points N(0, 1), c ~ N(0, 1) and ℓ in −1.5 to −0.5; zeros beyond the rows.</summary>
    public static RowFlowBatch Draw(
        FlowShape shape, FlowConstraint constraint, int rows, int samples, IWorkers workers, LaneWidth width, float scale = 1, ulong seed = 1)
    {
        RowFlowBatch batch = new(shape, constraint, rows, samples, workers, width);
        Fill(batch.Raw, 1, x => scale * x);
        Fill(batch.Points, 2, x => x);
        Fill(batch.Cotangents, 3, x => x);
        Fill(batch.LogDetCotangents, 4, x => -1 + (0.5f * MathF.Tanh(x)));
        return batch;

        void Fill(float[] numbers, ulong number, Func<float, float> form)
        {
            float[] normal = new float[numbers.Length];
            new RandomStream(seed, number).FillNormal(0, normal);
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = i % batch._flow.Stride < rows ? form(normal[i]) : 0;
            }
        }
    }

    /// <summary>Forward and back.</summary>
    public RowFlowBatch Run()
    {
        Points.CopyTo(Images, 0);
        _flow.Constrain(Raw);
        _flow.Forward(Raw, Images, LogDet);
        Images.CopyTo(Origins, 0);
        Cotangents.CopyTo(OriginCotangents, 0);
        _flow.Backward(Raw, Origins, OriginCotangents, LogDetCotangents, Gradient);
        return this;
    }

    /// <summary>Parameters of a row, or their gradient, behind a base's 2 D zeros: laid out as a block.</summary>
    public double[] BlockOf(float[] numbers, int row) =>
        [.. new double[2 * Shape.Dimension], .. Enumerable.Range(0, _flow.ParameterCount).Select(i => (double)numbers[(i * _flow.Stride) + row])];

    /// <summary>A point of a sample of a row, or its cotangent.</summary>
    public double[] PointOf(float[] numbers, int row, int sample) =>
        [.. Enumerable.Range(0, Shape.Dimension).Select(i => (double)numbers[(i * _flow.PointStride) + ColumnOf(row, sample)])];

    /// <summary>The place of a sample of a row.</summary>
    public int ColumnOf(int row, int sample) => (sample * _flow.Stride) + row;

    /// <summary>
    /// The effective parameters as applied. Of a planar layer û is its image of z = 0 where tanh is 1, so that nothing is rounded; of a radial one
    /// they are the reference's.
    /// </summary>
    public double[] Effective(int row)
    {
        int dimension = Shape.Dimension;
        double[] raw = BlockOf(Raw, row), effective = ReferenceConstraint.Effective(Shape, Constraint, raw);
        for (int layer = 0; layer < Shape.LayerCount; layer++)
        {
            if (Shape.Layers[layer] != LayerKind.Planar)
            {
                continue;
            }

            double[] numbers = raw[Shape.Layer(layer)];
            RowFlowBatch one = new(new FlowShape(dimension, LayerKind.Planar), Constraint, 1, 1, _workers, LaneDispatch.Width);
            one.SetRow(0, numbers);
            one.SetRow(0, 2 * dimension, 100);
            double[] u = one.Run().PointOf(one.Images, 0, 0);
            u.CopyTo(effective, Shape.Layer(layer).Start.Value + dimension);
        }

        return effective;
    }

    /// <summary>Sets the raw parameters of a row.</summary>
    public void SetRow(int row, ReadOnlySpan<double> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            SetRow(row, i, numbers[i]);
        }
    }

    /// <summary>Sets one of them.</summary>
    public void SetRow(int row, int parameter, double number) => Raw[(parameter * _flow.Stride) + row] = (float)number;

    /// <summary>The loss of one row in float64, by the reference, of raw parameters (a block) and its points one after the other; ℓ times a factor.</summary>
    public double Loss(int row, double[] block, double[][] points, double ofLogDet = 1)
    {
        ReferenceFlow flow = new(Shape, ReferenceConstraint.Effective(Shape, Constraint, block));
        double loss = 0;
        for (int sample = 0; sample < Samples; sample++)
        {
            double[] z = [.. points[sample]];
            loss += ofLogDet * LogDetCotangents[ColumnOf(row, sample)] * flow.Forward(z);
            loss += Vectors.Dot(PointOf(Cotangents, row, sample), z);
        }

        return loss;
    }
}
