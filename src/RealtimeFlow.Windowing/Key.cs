namespace RealtimeFlow.Windowing;

/// <summary>
/// Keys by their position on a US keyboard. The numbers are GLFW's and so those of Silk.NET.Input's <c>Key</c>: one is cast to the
/// other. A key that is not listed comes as its number.
/// </summary>
public enum Key
{
    /// <summary>A key without a number.</summary>
    Unknown = -1,

    /// <summary>The space bar.</summary>
    Space = 32,

    /// <summary>'</summary>
    Apostrophe = 39,

    /// <summary>,</summary>
    Comma = 44,

    /// <summary>-</summary>
    Minus = 45,

    /// <summary>.</summary>
    Period = 46,

    /// <summary>/</summary>
    Slash = 47,

    /// <summary>0 above the letters.</summary>
    Number0 = 48,

    /// <summary>1 above the letters.</summary>
    Number1 = 49,

    /// <summary>2 above the letters.</summary>
    Number2 = 50,

    /// <summary>3 above the letters.</summary>
    Number3 = 51,

    /// <summary>4 above the letters.</summary>
    Number4 = 52,

    /// <summary>5 above the letters.</summary>
    Number5 = 53,

    /// <summary>6 above the letters.</summary>
    Number6 = 54,

    /// <summary>7 above the letters.</summary>
    Number7 = 55,

    /// <summary>8 above the letters.</summary>
    Number8 = 56,

    /// <summary>9 above the letters.</summary>
    Number9 = 57,

    /// <summary>;</summary>
    Semicolon = 59,

    /// <summary>=</summary>
    Equal = 61,

    /// <summary>The letter A.</summary>
    A = 65,

    /// <summary>The letter B.</summary>
    B = 66,

    /// <summary>The letter C.</summary>
    C = 67,

    /// <summary>The letter D.</summary>
    D = 68,

    /// <summary>The letter E.</summary>
    E = 69,

    /// <summary>The letter F.</summary>
    F = 70,

    /// <summary>The letter G.</summary>
    G = 71,

    /// <summary>The letter H.</summary>
    H = 72,

    /// <summary>The letter I.</summary>
    I = 73,

    /// <summary>The letter J.</summary>
    J = 74,

    /// <summary>The letter K.</summary>
    K = 75,

    /// <summary>The letter L.</summary>
    L = 76,

    /// <summary>The letter M.</summary>
    M = 77,

    /// <summary>The letter N.</summary>
    N = 78,

    /// <summary>The letter O.</summary>
    O = 79,

    /// <summary>The letter P.</summary>
    P = 80,

    /// <summary>The letter Q.</summary>
    Q = 81,

    /// <summary>The letter R.</summary>
    R = 82,

    /// <summary>The letter S.</summary>
    S = 83,

    /// <summary>The letter T.</summary>
    T = 84,

    /// <summary>The letter U.</summary>
    U = 85,

    /// <summary>The letter V.</summary>
    V = 86,

    /// <summary>The letter W.</summary>
    W = 87,

    /// <summary>The letter X.</summary>
    X = 88,

    /// <summary>The letter Y.</summary>
    Y = 89,

    /// <summary>The letter Z.</summary>
    Z = 90,

    /// <summary>[</summary>
    LeftBracket = 91,

    /// <summary>\</summary>
    BackSlash = 92,

    /// <summary>]</summary>
    RightBracket = 93,

    /// <summary>`</summary>
    GraveAccent = 96,

    /// <summary>Escape.</summary>
    Escape = 256,

    /// <summary>Enter.</summary>
    Enter = 257,

    /// <summary>Tabulator.</summary>
    Tab = 258,

    /// <summary>Backspace.</summary>
    Backspace = 259,

    /// <summary>Insert.</summary>
    Insert = 260,

    /// <summary>Delete.</summary>
    Delete = 261,

    /// <summary>Arrow right.</summary>
    Right = 262,

    /// <summary>Arrow left.</summary>
    Left = 263,

    /// <summary>Arrow down.</summary>
    Down = 264,

    /// <summary>Arrow up.</summary>
    Up = 265,

    /// <summary>Page up.</summary>
    PageUp = 266,

    /// <summary>Page down.</summary>
    PageDown = 267,

    /// <summary>Home.</summary>
    Home = 268,

    /// <summary>End.</summary>
    End = 269,

    /// <summary>Function key 1.</summary>
    F1 = 290,

    /// <summary>Function key 2.</summary>
    F2 = 291,

    /// <summary>Function key 3.</summary>
    F3 = 292,

    /// <summary>Function key 4.</summary>
    F4 = 293,

    /// <summary>Function key 5.</summary>
    F5 = 294,

    /// <summary>Function key 6.</summary>
    F6 = 295,

    /// <summary>Function key 7.</summary>
    F7 = 296,

    /// <summary>Function key 8.</summary>
    F8 = 297,

    /// <summary>Function key 9.</summary>
    F9 = 298,

    /// <summary>Function key 10.</summary>
    F10 = 299,

    /// <summary>Function key 11.</summary>
    F11 = 300,

    /// <summary>Function key 12.</summary>
    F12 = 301,

    /// <summary>0 of the keypad.</summary>
    Keypad0 = 320,

    /// <summary>1 of the keypad.</summary>
    Keypad1 = 321,

    /// <summary>2 of the keypad.</summary>
    Keypad2 = 322,

    /// <summary>3 of the keypad.</summary>
    Keypad3 = 323,

    /// <summary>4 of the keypad.</summary>
    Keypad4 = 324,

    /// <summary>5 of the keypad.</summary>
    Keypad5 = 325,

    /// <summary>6 of the keypad.</summary>
    Keypad6 = 326,

    /// <summary>7 of the keypad.</summary>
    Keypad7 = 327,

    /// <summary>8 of the keypad.</summary>
    Keypad8 = 328,

    /// <summary>9 of the keypad.</summary>
    Keypad9 = 329,

    /// <summary>- of the keypad.</summary>
    KeypadSubtract = 333,

    /// <summary>+ of the keypad.</summary>
    KeypadAdd = 334,

    /// <summary>Enter of the keypad.</summary>
    KeypadEnter = 335,

    /// <summary>Left Shift.</summary>
    ShiftLeft = 340,

    /// <summary>Left Control.</summary>
    ControlLeft = 341,

    /// <summary>Left Alt.</summary>
    AltLeft = 342,

    /// <summary>Right Shift.</summary>
    ShiftRight = 344,

    /// <summary>Right Control.</summary>
    ControlRight = 345,

    /// <summary>Right Alt.</summary>
    AltRight = 346,
}
