namespace RealtimeFlow.Targets;

/// <summary>What a hand on a handle changes.</summary>
public enum HandleKind
{
    /// <summary>Where something is: the handle stands at its centre.</summary>
    Position,

    /// <summary>How large a circle is: the handle stands on it, to the right of its centre.</summary>
    Radius,
}

/// <summary>A place on the plane where a target can be taken hold of.</summary>
/// <param name="Kind">What moving it changes.</param>
/// <param name="X">Where it is.</param>
/// <param name="Y">Where it is.</param>
public readonly record struct TargetHandle(HandleKind Kind, float X, float Y);
