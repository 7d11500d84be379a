using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Terminal;

/// <summary>
/// What a terminal sends for keys and mouse (ECMA-48, and xterm's control sequences) as the events of a window. Pointer positions are in
/// pixels of a <see cref="TerminalPicture"/>: two to a cell's height.
/// </summary>
internal static class TerminalInput
{
    private const byte Escape = 0x1B, ControlC = 3;

    private const int Motion = 32, Wheel = 64;

    /// <summary>Raises the events of some bytes that came together; what is unknown is left out.</summary>
    /// <returns>Whether Ctrl-C is among them.</returns>
    public static bool Read(ReadOnlySpan<byte> bytes, Action<InputEvent> raise)
    {
        bool interrupted = false;
        while (!bytes.IsEmpty)
        {
            interrupted |= bytes[0] == ControlC;

            // An escape with nothing behind it is the key; the parts of a sequence arrive together.
            bytes = bytes[0] == Escape && bytes.Length > 2 && bytes[1] is (byte)'[' or (byte)'O'
                ? Sequence(bytes[1..], raise)
                : Plain(bytes, raise);
        }

        return interrupted;
    }

    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> bytes, Action<InputEvent> raise)
    {
        byte first = bytes[0];
        (Key key, KeyModifiers modifiers) = (char)first switch
        {
            '\t' => (Key.Tab, KeyModifiers.None),
            '\r' or '\n' => (Key.Enter, KeyModifiers.None),
            '\e' => (Key.Escape, KeyModifiers.None),
            '\x7F' or '\b' => (Key.Backspace, KeyModifiers.None),
            >= 'a' and <= 'z' => (Key.A + (first - 'a'), KeyModifiers.None),
            >= 'A' and <= 'Z' => (Key.A + (first - 'A'), KeyModifiers.Shift),
            >= '0' and <= '9' => (Key.Number0 + (first - '0'), KeyModifiers.None),
            '+' => (Key.Equal, KeyModifiers.Shift),
            '_' => (Key.Minus, KeyModifiers.Shift),
            '{' => (Key.LeftBracket, KeyModifiers.Shift),
            '}' => (Key.RightBracket, KeyModifiers.Shift),
            '<' => (Key.Comma, KeyModifiers.Shift),
            '>' => (Key.Period, KeyModifiers.Shift),
            '?' => (Key.Slash, KeyModifiers.Shift),
            ' ' or '\'' or ',' or '-' or '.' or '/' or ';' or '=' or '[' or '\\' or ']' or '`' => ((Key)first, KeyModifiers.None),
            _ => (Key.Unknown, KeyModifiers.None),
        };
        Press(key, modifiers, raise);
        if (first is >= (byte)' ' and < 0x7F)
        {
            raise(new InputEvent(InputKind.Character, first, modifiers, 0, 0));
        }

        return bytes[1..];
    }

    /// <summary>[ or O, then numbers parted by semicolons, then a letter or ~.</summary>
    private static ReadOnlySpan<byte> Sequence(ReadOnlySpan<byte> bytes, Action<InputEvent> raise)
    {
        Span<int> numbers = stackalloc int[4];
        numbers.Clear();
        int count = 0, at = 1;
        bool isMouse = bytes[0] == '[' && bytes[1] == '<';
        for (at += isMouse ? 1 : 0; at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)';'; at++)
        {
            if (bytes[at] == ';')
            {
                count = Math.Min(count + 1, numbers.Length - 1);
            }
            else
            {
                numbers[count] = Math.Min((10 * numbers[count]) + bytes[at] - '0', 100_000);
            }
        }

        if (at == bytes.Length)
        {
            return [];
        }

        char final = (char)bytes[at];
        if (isMouse)
        {
            Mouse(numbers[0], numbers[1], numbers[2], final == 'M', raise);
        }
        else
        {
            Press(final == '~' ? Numbered(numbers[0]) : Lettered(final), final == 'Z' ? KeyModifiers.Shift : ModifiersOf(numbers[1]), raise);
        }

        return bytes[(at + 1)..];
    }

    private static Key Lettered(char letter) => letter switch
    {
        'A' => Key.Up,
        'B' => Key.Down,
        'C' => Key.Right,
        'D' => Key.Left,
        'F' => Key.End,
        'H' => Key.Home,
        'Z' => Key.Tab,
        >= 'P' and <= 'S' => Key.F1 + (letter - 'P'),
        _ => Key.Unknown,
    };

    private static Key Numbered(int number) => number switch
    {
        1 or 7 => Key.Home,
        2 => Key.Insert,
        3 => Key.Delete,
        4 or 8 => Key.End,
        5 => Key.PageUp,
        6 => Key.PageDown,
        >= 11 and <= 15 => Key.F1 + (number - 11),
        >= 17 and <= 21 => Key.F6 + (number - 17),
        23 or 24 => Key.F11 + (number - 23),
        _ => Key.Unknown,
    };

    /// <summary>xterm's parameter: one more than the sum of 1 for Shift, 2 for Alt, 4 for Control.</summary>
    private static KeyModifiers ModifiersOf(int parameter)
    {
        int bits = Math.Max(0, parameter - 1);
        return ((bits & 1) != 0 ? KeyModifiers.Shift : 0) | ((bits & 2) != 0 ? KeyModifiers.Alt : 0) | ((bits & 4) != 0 ? KeyModifiers.Control : 0);
    }

    private static void Press(Key key, KeyModifiers modifiers, Action<InputEvent> raise)
    {
        if (key != Key.Unknown)
        {
            raise(new InputEvent(InputKind.KeyDown, (int)key, modifiers, 0, 0));
            raise(new InputEvent(InputKind.KeyUp, (int)key, modifiers, 0, 0));
        }
    }

    private static void Mouse(int code, int column, int row, bool pressed, Action<InputEvent> raise)
    {
        KeyModifiers modifiers = ((code & 4) != 0 ? KeyModifiers.Shift : 0) | ((code & 8) != 0 ? KeyModifiers.Alt : 0) | ((code & 16) != 0 ? KeyModifiers.Control : 0);

        // Cells count from 1; the pointer is in the middle of its cell.
        raise(new InputEvent(InputKind.PointerMove, 0, modifiers, column - 0.5, (2 * row) - 1));
        if ((code & Wheel) != 0)
        {
            raise(new InputEvent(InputKind.Scroll, 0, modifiers, 0, (code & 1) == 0 ? 1 : -1));
        }
        else if ((code & Motion) == 0)
        {
            // The terminal counts left, middle, right; a window left, right, middle.
            int button = (code & 3) switch { 0 => 0, 1 => 2, _ => 1 };
            raise(new InputEvent(pressed ? InputKind.ButtonDown : InputKind.ButtonUp, button, modifiers, 0, 0));
        }
    }
}
