using System.Numerics.Tensors;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>Another target on the plane, moved as a whole; it has one handle, which moves it. The view stays.</summary>
public sealed unsafe class MovedTarget : EditableTarget
{
    private readonly Target _target;
    private readonly TilePool _tiles = new(2, savedLayers: 0);

    /// <summary>Makes a target that has not moved yet, and has its name.</summary>
    /// <param name="target">The target; of the plane, and not one with rows that may become more.</param>
    /// <exception cref="ArgumentException">It has another dimension.</exception>
    public MovedTarget(Target target)
        : this(target ?? throw new ArgumentNullException(nameof(target)), [0, 0])
    {
    }

    private MovedTarget(Target target, ReadOnlySpan<float> numbers)
        : base(target.Name, numbers, new TargetOptions { Description = target.Description, ViewRadius = target.ViewRadius })
    {
        if (target.Dimension != 2)
        {
            throw new ArgumentException($"{target.Name} has {target.Dimension} dimensions; the plane has 2.", nameof(target));
        }

        _target = target;
    }

    /// <inheritdoc/>
    public override double? LogNormalizer => _target.LogNormalizer;

    /// <inheritdoc/>
    public override int HandleCount => 1;

    /// <inheritdoc/>
    public override TargetHandle Handle(int handle)
    {
        RequireHandle(handle);
        return new TargetHandle(HandleKind.Position, Numbers[0], Numbers[1]);
    }

    /// <inheritdoc/>
    public override void Move(int handle, float x, float y)
    {
        RequireHandle(handle);
        RequirePlace(x, y);
        (Changing[0], Changing[1]) = (x, y);
    }

    /// <inheritdoc/>
    public override EditableTarget Copy() => new MovedTarget(_target, Numbers);

    /// <inheritdoc/>
    internal override void Evaluate(FlowTile tile, nint columns, LaneWidth width)
    {
        // In a tile of its own: the points are to stay as they are to the last bit.
        FlowTile moved = _tiles.Rent();
        int taken = (int)columns;
        for (int start = 0; start < taken; start += moved.Columns)
        {
            int here = Math.Min(taken - start, moved.Columns);
            for (int i = 0; i < 2; i++)
            {
                TensorPrimitives.Subtract(tile.Row(i).Slice(start, here), Numbers[i], moved.Row(i)[..here]);
            }

            _target.Evaluate(moved, here, width);
            moved.ValueRow[..here].CopyTo(tile.ValueRow[start..]);
            for (int i = 0; i < 2; i++)
            {
                float* from = moved.Cotangents + (i * moved.Stride), to = tile.Cotangents + (i * tile.Stride) + start;
                new Span<float>(from, here).CopyTo(new Span<float>(to, here));
            }
        }

        _tiles.Return(moved);
    }

    /// <inheritdoc/>
    private protected override string? Defect(ReadOnlySpan<float> numbers) =>
        float.IsFinite(numbers[0]) && float.IsFinite(numbers[1]) ? null : $"({numbers[0]}, {numbers[1]}) is no place on the plane.";

    /// <inheritdoc/>
    private protected override void Prepare()
    {
    }
}
