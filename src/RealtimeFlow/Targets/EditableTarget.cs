namespace RealtimeFlow.Targets;

/// <summary>
/// A target on the plane that a few numbers decide, which may change while it is looked at and learned: by moving handles, or all at once.
/// A change allocates nothing.
/// </summary>
/// <remarks>
/// Not while another thread evaluates it: who learns it has a copy of its own (<see cref="Copy"/>), which takes the numbers over between
/// two steps. ln Z is the same whatever the numbers are.
/// </remarks>
public abstract class EditableTarget : Target
{
    private readonly float[] _numbers;

    /// <param name="name">As in <see cref="Target.Name"/>.</param>
    /// <param name="numbers">What decides it, copied.</param>
    /// <param name="options">What else is known.</param>
    private protected EditableTarget(string name, ReadOnlySpan<float> numbers, TargetOptions options)
        : base(name, dimension: 2, options) => _numbers = numbers.ToArray();

    /// <summary>What decides it.</summary>
    public ReadOnlySpan<float> Numbers => _numbers;

    /// <summary>How many handles it has; none where only all numbers at once can change.</summary>
    public virtual int HandleCount => 0;

    /// <summary>Whether numbers between two sound ones are sound, so that the one can become the other gradually.</summary>
    internal virtual bool IsContinuous => true;

    /// <summary>The numbers, for a handle to change; <see cref="Prepare"/> is to follow.</summary>
    private protected Span<float> Changing => _numbers;

    /// <summary>Replaces all numbers.</summary>
    /// <param name="numbers">As many as <see cref="Numbers"/>.</param>
    /// <exception cref="ArgumentException">Not as many, or one that makes no density: the old ones stay.</exception>
    public void Set(ReadOnlySpan<float> numbers)
    {
        if (numbers.Length != _numbers.Length)
        {
            throw new ArgumentException($"Holds {numbers.Length} numbers: expected {_numbers.Length}.", nameof(numbers));
        }

        if (Defect(numbers) is string defect)
        {
            throw new ArgumentException(defect, nameof(numbers));
        }

        numbers.CopyTo(_numbers);
        Prepare();
    }

    /// <summary>Where a handle is.</summary>
    /// <param name="handle">Its number, 0 to <see cref="HandleCount"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such handle.</exception>
    public virtual TargetHandle Handle(int handle) => throw new ArgumentOutOfRangeException(nameof(handle), handle, $"{Name} has no handles.");

    /// <summary>Takes a handle somewhere, as near as the target can follow.</summary>
    /// <param name="handle">Its number, 0 to <see cref="HandleCount"/> − 1.</param>
    /// <param name="x">Where to; finite.</param>
    /// <param name="y">Where to; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such handle, or a coordinate is not finite.</exception>
    public virtual void Move(int handle, float x, float y) =>
        throw new ArgumentOutOfRangeException(nameof(handle), handle, $"{Name} has no handles.");

    /// <summary>Another target with the same numbers, which changes independently.</summary>
    public abstract EditableTarget Copy();

    /// <summary>What is wrong with numbers, as a sentence, or null.</summary>
    private protected abstract string? Defect(ReadOnlySpan<float> numbers);

    /// <summary>Derives what the evaluation reads from <see cref="Numbers"/>.</summary>
    private protected abstract void Prepare();

    /// <summary>Refuses a handle that there is not.</summary>
    private protected void RequireHandle(int handle)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(handle);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(handle, HandleCount);
    }

    /// <summary>Refuses a place that is none.</summary>
    private protected static void RequirePlace(float x, float y)
    {
        if (!float.IsFinite(x) || !float.IsFinite(y))
        {
            throw new ArgumentOutOfRangeException(nameof(x), FormattableString.Invariant($"({x}, {y}) is no place on the plane."));
        }
    }
}
