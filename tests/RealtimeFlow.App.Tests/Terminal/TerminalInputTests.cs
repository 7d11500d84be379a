using System.Text;
using RealtimeFlow.App.Terminal;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Terminal;

public sealed class TerminalInputTests
{
    [Theory]
    [InlineData("a", Key.A, KeyModifiers.None)]
    [InlineData("R", Key.R, KeyModifiers.Shift)]
    [InlineData("7", Key.Number7, KeyModifiers.None)]
    [InlineData(" ", Key.Space, KeyModifiers.None)]
    [InlineData(".", Key.Period, KeyModifiers.None)]
    [InlineData("+", Key.Equal, KeyModifiers.Shift)]
    [InlineData("-", Key.Minus, KeyModifiers.None)]
    [InlineData("[", Key.LeftBracket, KeyModifiers.None)]
    [InlineData("]", Key.RightBracket, KeyModifiers.None)]
    [InlineData("\r", Key.Enter, KeyModifiers.None)]
    [InlineData("\t", Key.Tab, KeyModifiers.None)]
    [InlineData("\e[Z", Key.Tab, KeyModifiers.Shift)]
    [InlineData("\e", Key.Escape, KeyModifiers.None)]
    [InlineData("\x7F", Key.Backspace, KeyModifiers.None)]
    [InlineData("\e[A", Key.Up, KeyModifiers.None)]
    [InlineData("\eOB", Key.Down, KeyModifiers.None)]
    [InlineData("\e[1;2C", Key.Right, KeyModifiers.Shift)]
    [InlineData("\e[1;5D", Key.Left, KeyModifiers.Control)]
    [InlineData("\eOP", Key.F1, KeyModifiers.None)]
    [InlineData("\e[11~", Key.F1, KeyModifiers.None)]
    [InlineData("\e[15~", Key.F5, KeyModifiers.None)]
    [InlineData("\e[17~", Key.F6, KeyModifiers.None)]
    [InlineData("\e[23~", Key.F11, KeyModifiers.None)]
    [InlineData("\e[5~", Key.PageUp, KeyModifiers.None)]
    [InlineData("\e[1~", Key.Home, KeyModifiers.None)]
    public void A_key_is_what_it_is_in_a_window(string sent, Key key, KeyModifiers modifiers)
    {
        InputEvent[] events = [.. Events(sent).Where(e => e.Kind != InputKind.Character)];
        Assert.Equal([new InputEvent(InputKind.KeyDown, (int)key, modifiers, 0, 0), new InputEvent(InputKind.KeyUp, (int)key, modifiers, 0, 0)], events);
    }

    [Fact]
    public void Several_keys_at_once_come_in_order_and_what_is_unknown_is_left_out()
    {
        InputEvent[] events = Events("x\e[A\u0001\e[99~é\e[200;1;1;1;1;1~2\e[1;");
        Assert.Equal([Key.X, Key.Up, Key.Number2], events.Where(e => e.Kind == InputKind.KeyDown).Select(e => e.Key));
        Assert.Equal(['x', '2'], events.Where(e => e.Kind == InputKind.Character).Select(e => (char)e.Code));
    }

    [Fact]
    public void Buttons_drags_and_the_wheel_have_a_place_in_pixels_of_half_a_cell()
    {
        Assert.Equal(
            [
                new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, 9.5, 9),
                new InputEvent(InputKind.ButtonDown, 0, KeyModifiers.None, 0, 0),
                new InputEvent(InputKind.PointerMove, 0, KeyModifiers.Shift, 10.5, 11),
                new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, 10.5, 11),
                new InputEvent(InputKind.ButtonUp, 1, KeyModifiers.None, 0, 0),
                new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, 0.5, 1),
                new InputEvent(InputKind.Scroll, 0, KeyModifiers.None, 0, -1),
            ],
            Events("\e[<0;10;5M\e[<36;11;6M\e[<2;11;6m\e[<65;1;1M"));
    }

    [Fact]
    public void Ctrl_C_is_an_interruption()
    {
        Assert.True(TerminalInput.Read("ab\u0003"u8, _ => { }));
        Assert.False(TerminalInput.Read("ab\e"u8, _ => { }));
    }

    [Fact]
    public void No_bytes_make_it_fail()
    {
        System.Random random = new(1);
        byte[] bytes = new byte[64];
        byte[] usual = [0x1B, (byte)'[', (byte)'<', (byte)'O', (byte)';', (byte)'1', (byte)'9', (byte)'M', (byte)'~'];
        for (int time = 0; time < 20_000; time++)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(3) == 0 ? (byte)random.Next(256) : usual[random.Next(usual.Length)];
            }

            TerminalInput.Read(bytes.AsSpan(0, random.Next(bytes.Length)), _ => { });
        }
    }

    private static InputEvent[] Events(string sent)
    {
        List<InputEvent> events = [];
        TerminalInput.Read(Encoding.UTF8.GetBytes(sent), events.Add);
        return [.. events];
    }
}
