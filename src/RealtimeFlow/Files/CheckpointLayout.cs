using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Files;

/// <summary>
/// Which tensors a checkpoint has: blocks of one number a parameter, in the order of the block that the flow's shape describes, the degrees
/// of freedom of a Student-t base, and what the optimizer keeps.
/// </summary>
internal sealed class CheckpointLayout : TensorLayout
{
    /// <summary>The slots that every checkpoint has; the optimizer's follow.</summary>
    public const int Parameters = 0, DegreesOfFreedom = 1, Kept = 2, GradientMean = 3, GradientSquare = 4, AverageSum = 5, OptimizerState = 6;

    private readonly (string Name, int Length)[] _tensors;

    /// <param name="base">The kind of the base.</param>
    /// <param name="parameters">The number of parameters.</param>
    /// <param name="kept">The number of parameters that are kept beside them, all or none; of a file that is read, all.</param>
    /// <param name="options">How they are trained.</param>
    public CheckpointLayout(BaseKind @base, int parameters, int kept, TrainerOptions options) => _tensors =
    [
        ("parameters", parameters),
        ("base.degrees_of_freedom", @base.DegreesOfFreedom == null ? 0 : 1),
        ("kept", kept),
        ("gradient.mean", parameters),
        ("gradient.square", parameters),
        ("average.sum", options.AverageDecay == null ? 0 : parameters),
        .. Optimizer.Create(options, 0).States.Select(state => ($"optimizer.{state.Name}", state.Length(parameters))),
    ];

    /// <inheritdoc/>
    public override string Description => "a checkpoint with these options";

    /// <inheritdoc/>
    public override int Slots => _tensors.Length;

    /// <inheritdoc/>
    public override int Find(ReadOnlySpan<byte> name)
    {
        for (int slot = 0; slot < _tensors.Length; slot++)
        {
            if (_tensors[slot].Length > 0 && Ascii.Equals(name, _tensors[slot].Name))
            {
                return slot;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override string NameOf(int slot) => _tensors[slot].Name;

    /// <inheritdoc/>
    public override int LengthOf(int slot) => _tensors[slot].Length;

    /// <inheritdoc/>
    public override bool IsOptional(int slot) => slot == Kept;

    /// <inheritdoc/>
    public override int BytesOf(int slot) => slot <= Kept ? sizeof(float) : sizeof(double);
}
