using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>A key, with Shift or without: what a person presses for a command. Control, Alt and the like leave a key to the system.</summary>
/// <param name="Key">The key, by its position on a US keyboard.</param>
/// <param name="Shift">Whether Shift is held.</param>
internal readonly record struct Chord(Key Key, bool Shift = false)
{
    /// <summary>As people write it.</summary>
    public override string ToString() => Key is Key.Equal or Key.KeypadAdd ? "+" : $"{(Shift ? "Shift+" : "")}{KeyName(Key)}";

    private static string KeyName(Key key) => key switch
    {
        Key.Space => "Space",
        Key.Escape => "Esc",
        Key.Period => ".",
        Key.Minus or Key.KeypadSubtract => "−",
        Key.LeftBracket => "[",
        Key.RightBracket => "]",
        Key.Left => "←",
        Key.Right => "→",
        >= Key.Number0 and <= Key.Number9 => ((char)key).ToString(),
        _ => key.ToString(),
    };
}
