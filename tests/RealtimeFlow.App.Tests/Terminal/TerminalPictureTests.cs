using System.Text;
using RealtimeFlow.App.Terminal;

namespace RealtimeFlow.App.Tests.Terminal;

public sealed class TerminalPictureTests
{
    [Fact]
    public void What_the_terminal_shows_is_what_was_drawn_frame_after_frame()
    {
        System.Random random = new(1);
        TerminalPicture picture = new();
        EmulatedTerminal terminal = new(7, 5);
        picture.Resize(7, 5);
        (char Glyph, int Top, int Bottom)[] wanted = new (char, int, int)[35];
        Array.Fill(wanted, (' ', TerminalPicture.NoColor, TerminalPicture.NoColor));
        terminal.Take(picture.Update());
        for (int frame = 0; frame < 200; frame++)
        {
            for (int change = random.Next(20); change > 0; change--)
            {
                (int x, int y, int color) = (random.Next(7), random.Next(5), random.Next(0x1000000));
                if (random.Next(3) == 0)
                {
                    char letter = (char)('a' + random.Next(26));
                    picture.SetText(x, y, [letter], color);
                    wanted[(y * 7) + x] = (letter, color, TerminalPicture.NoColor);
                }
                else
                {
                    picture.SetPixel(x, 2 * y, color);
                    picture.SetPixel(x, (2 * y) + 1, color ^ 0xFFFFFF);
                    wanted[(y * 7) + x] = ('▀', color, color ^ 0xFFFFFF);
                }
            }

            terminal.Take(picture.Update());
            Assert.Equal(0, picture.Update().Length);
            terminal.AssertLike(wanted);
        }
    }

    [Fact]
    public void Only_cells_that_look_different_are_sent()
    {
        TerminalPicture picture = new();
        picture.Resize(80, 24);
        picture.SetText(0, 0, "text", 0xFFFFFF);
        picture.SetPixel(10, 10, 0x102030);
        picture.SetPixel(10, 11, 0x405060);
        picture.Update();

        picture.SetPixel(10, 10, 0x132330);
        Assert.Equal("", Text(picture));
        picture.SetPixel(10, 10, 0x142030);
        Assert.Equal("\e[?2026h\e[6;11H\e[38;2;20;32;48m\e[48;2;64;80;96m▀\e[?2026l", Text(picture));
        picture.SetText(0, 0, "test", 0xFFFFFF);
        Assert.Equal("\e[?2026h\e[1;3H\e[38;2;255;255;255m\e[49ms\e[?2026l", Text(picture));
    }

    [Fact]
    public void Neighbours_share_the_cursor_and_the_colours()
    {
        TerminalPicture picture = new();
        picture.Resize(3, 2);
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 3; x++)
            {
                picture.SetPixel(x, y, 0x010203);
            }
        }

        Assert.Equal("\e[?2026h\e[1;1H\e[38;2;1;2;3m\e[48;2;1;2;3m▀▀▀\e[2;1H▀▀▀\e[?2026l", Text(picture));
        picture.Forget();
        Assert.NotEqual("", Text(picture));
    }

    [Fact]
    public void Another_size_begins_anew_and_what_is_outside_is_left_out()
    {
        TerminalPicture picture = new();
        picture.Resize(2, 1);
        picture.SetPixel(2, 0, 1);
        picture.SetPixel(-1, 0, 1);
        picture.SetPixel(0, 2, 1);
        picture.SetText(0, 1, "ab", 1);
        Assert.Equal(2, picture.SetText(0, 0, "\nb", 0));
        Assert.Equal("\e[?2026h\e[1;1H\e[49m \e[38;2;0;0;0mb\e[?2026l", Text(picture));
        Assert.Equal(3, picture.SetText(0, 0, "cut", 0));
        Assert.Equal("\e[?2026h\e[1;1H\e[38;2;0;0;0m\e[49mc…\e[?2026l", Text(picture));
        picture.Resize(1, 1);
        Assert.Equal("\e[?2026h\e[1;1H\e[49m \e[?2026l", Text(picture));
        picture.Resize(0, 0);
        picture.SetPixel(0, 0, 1);
        Assert.Equal("", Text(picture));
    }

    [Fact]
    public void A_frame_in_which_all_changes_fits_and_allocates_nothing()
    {
        TerminalPicture picture = new();
        picture.Resize(200, 60);
        long bytes = 0;
        for (int frame = 0; frame < 20; frame++)
        {
            if (frame == 10)
            {
                bytes = GC.GetAllocatedBytesForCurrentThread();
            }

            for (int y = 0; y < 120; y++)
            {
                for (int x = 0; x < 200; x++)
                {
                    picture.SetPixel(x, y, 0x808080 ^ (0x101010 * ((x + y + frame) % 8)));
                }
            }

            Assert.True(picture.Update().Length > 200 * 60);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private static string Text(TerminalPicture picture) => Encoding.UTF8.GetString(picture.Update());
}
