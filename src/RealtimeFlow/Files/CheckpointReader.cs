using System.Globalization;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Files;

/// <summary>Reads one checkpoint, taking nothing on trust: no allocation exceeds what the file's length justifies.</summary>
internal sealed class CheckpointReader(Stream stream)
{
    private readonly TensorReader _tensors = new(stream);
    private readonly CheckpointMetadata _metadata = new();
    private CheckpointLayout _layout = null!;

    public Checkpoint Read()
    {
        _tensors.ReadHeader(ReadLayout);
        FlowShape shape = new(
            _metadata.Dimension, _tensors.ReadBase(_metadata.Base, CheckpointLayout.DegreesOfFreedom), _metadata.Layers);
        float[] raw = new float[shape.ParameterCount];
        _tensors.ReadNumbers<float>(CheckpointLayout.Parameters, raw);
        RequireFlow(CheckpointLayout.Parameters, shape, raw);
        return new Checkpoint(shape, _metadata.Direction, _metadata.Options, _metadata.State)
        {
            Target = _metadata.Target,
            Note = _metadata.Note,
            Raw = raw,
            KeptParameters = ReadKept(shape),
            GradientMean = ReadDoubles(CheckpointLayout.GradientMean),
            GradientSquare = ReadDoubles(CheckpointLayout.GradientSquare, isSigned: false),
            AverageSum = ReadAverage(shape),
            OptimizerState = ReadOptimizer(shape.ParameterCount),
        };
    }

    private CheckpointLayout ReadLayout(ref TensorHeader header, long headerLength, long dataLength)
    {
        _metadata.Read(ref header, headerLength);
        int parameters = CountParameters(dataLength);
        if (Optimizer.Defect(_metadata.Options.Optimizer, parameters) is string defect)
        {
            throw TensorHeader.Refuse("parameters", defect);
        }

        _layout = new CheckpointLayout(_metadata.Base, parameters, parameters, _metadata.Options);
        return _layout;
    }

    /// <summary>The numbers in the block of parameters, as many as the file can have at most: beyond that nothing is counted any more.</summary>
    private int CountParameters(long dataLength)
    {
        long count = 2L * _metadata.Dimension, most = dataLength / sizeof(float);
        for (int layer = 0; layer < _metadata.Layers.Length && count <= most; layer++)
        {
            count += _metadata.Layers[layer].ParameterCount(_metadata.Dimension);
        }

        return count <= most ? (int)count : throw TensorHeader.Refuse(
            "parameters", $"the file has {dataLength} bytes of tensors, too few for this dimension and these layers: truncated");
    }

    private float[] ReadKept(FlowShape shape)
    {
        if (!_tensors.Has(CheckpointLayout.Kept))
        {
            return [];
        }

        float[] kept = new float[shape.ParameterCount];
        _tensors.ReadNumbers<float>(CheckpointLayout.Kept, kept);
        return shape.Defect(kept) is string defect
            ? throw TensorHeader.Refuse(_layout.NameOf(CheckpointLayout.Kept), defect)
            : kept;
    }

    private double[] ReadAverage(FlowShape shape)
    {
        double[] sum = ReadDoubles(CheckpointLayout.AverageSum);
        double weight = _metadata.State.AverageWeight;
        if (sum.Length > 0 && weight > 0)
        {
            RequireFlow(CheckpointLayout.AverageSum, shape, Array.ConvertAll(sum, number => (float)(number / weight)));
        }

        return sum;
    }

    private double[][] ReadOptimizer(int parameters)
    {
        Optimizer optimizer = Optimizer.Create(_metadata.Options, parameters);
        double[][] states = [.. optimizer.States.Select((state, i) => ReadDoubles(CheckpointLayout.OptimizerState + i, state.IsSigned))];
        optimizer.Restore(states);
        return optimizer.StateDefect() is string defect ? throw TensorHeader.Refuse("optimizer", defect) : states;
    }

    private double[] ReadDoubles(int slot, bool isSigned = true)
    {
        double[] numbers = new double[_layout.LengthOf(slot)];
        _tensors.ReadNumbers<double>(slot, numbers);
        int negative = isSigned ? -1 : Array.FindIndex(numbers, number => number < 0);
        return negative < 0 ? numbers : throw TensorHeader.Refuse(
            _layout.NameOf(slot),
            string.Create(CultureInfo.InvariantCulture, $"number {negative} is {numbers[negative]:g6}: expected none below 0"));
    }

    private void RequireFlow(int slot, FlowShape shape, float[] raw)
    {
        if (RawFlow.Defect(shape, _metadata.Options.Constraint, raw) is string defect)
        {
            throw TensorHeader.Refuse(_layout.NameOf(slot), defect);
        }
    }
}
