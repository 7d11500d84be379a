namespace RealtimeFlow.Windowing;

/// <summary>What a person did.</summary>
public enum InputKind
{
    /// <summary>A key went down; <see cref="InputEvent.Key"/>.</summary>
    KeyDown,

    /// <summary>A key is held and repeats; <see cref="InputEvent.Key"/>.</summary>
    KeyRepeat,

    /// <summary>A key went up; <see cref="InputEvent.Key"/>.</summary>
    KeyUp,

    /// <summary>Text was typed; <see cref="InputEvent.Code"/> is the Unicode code point.</summary>
    Character,

    /// <summary>The pointer moved to (X, Y).</summary>
    PointerMove,

    /// <summary>A button went down; <see cref="InputEvent.Code"/>: 0 left, 1 right, 2 middle.</summary>
    ButtonDown,

    /// <summary>A button went up; <see cref="InputEvent.Code"/>: 0 left, 1 right, 2 middle.</summary>
    ButtonUp,

    /// <summary>The wheel turned by (X, Y) steps; away from the user is positive Y.</summary>
    Scroll,

    /// <summary>The window got (<see cref="InputEvent.Code"/> 1) or lost (0) the keyboard.</summary>
    Focus,
}

/// <summary>The keys held beside another.</summary>
[Flags]
public enum KeyModifiers
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Either Shift.</summary>
    Shift = 1,

    /// <summary>Either Control.</summary>
    Control = 2,

    /// <summary>Either Alt.</summary>
    Alt = 4,

    /// <summary>Either Windows or Command key.</summary>
    Super = 8,
}

/// <summary>One event of keyboard or pointer.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Code">Key, button or code point, by <paramref name="Kind"/>.</param>
/// <param name="Modifiers">Keys held beside it.</param>
/// <param name="X">Pointer position from the left in the units of <see cref="IRenderHost.Size"/>, or wheel steps; else 0.</param>
/// <param name="Y">Pointer position from the top, or wheel steps; else 0.</param>
public readonly record struct InputEvent(InputKind Kind, int Code, KeyModifiers Modifiers, double X, double Y)
{
    /// <summary>The key of a key event: GLFW's number, by the position of the key on a US keyboard.</summary>
    public Key Key => (Key)Code;
}
