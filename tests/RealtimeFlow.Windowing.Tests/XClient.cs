using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace RealtimeFlow.Windowing.Tests;

/// <summary>Another program on a test's display: a file manager, from which files are dragged, and the part of a window manager where none runs.</summary>
internal sealed unsafe partial class XClient : IDisposable
{
    private const int SelectionRequest = 30, SelectionNotify = 31, ClientMessage = 33;

    private const nint Iconic = 3, Normal = 1, DragVersion = 5;

    // Of an XEvent, in machine words; what is common to all: type, serial, send_event, display, window.
    private const int EventWords = 24, Type = 0, Window = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly nint _display;
    private readonly nint _source;

    internal XClient(string display)
    {
        _display = OpenDisplay(display);
        _source = CreateSimpleWindow(_display, DefaultRootWindow(_display), 0, 0, 1, 1, 0, 0, 0);
    }

    /// <summary>Drops files on a window as by the XDND protocol, and waits until it has taken them.</summary>
    /// <param name="window">The window's X number.</param>
    /// <param name="uris">As in a text/uri-list (RFC 2483), each percent-encoded.</param>
    internal void Drop(nint window, params string[] uris)
    {
        nint selection = Atom("XdndSelection"), list = Atom("text/uri-list");
        _ = SetSelectionOwner(_display, selection, _source, time: 0);
        Send(window, "XdndEnter", _source, DragVersion << 24, list, 0, 0);
        Send(window, "XdndPosition", _source, 0, (1 << 16) | 1, 0, Atom("XdndActionCopy"));
        nint* happened = stackalloc nint[EventWords];
        Await(happened, ClientMessage);
        Assert.Equal((Atom("XdndStatus"), 1), (happened[5], happened[8] & 1));
        Send(window, "XdndDrop", _source, 0, 0, 0, 0);

        Await(happened, SelectionRequest);
        (nint requestor, nint target, nint property) = (happened[5], happened[7], happened[8]);
        Assert.Equal(list, target);
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(uris.Select(uri => uri + "\r\n")));
        fixed (byte* data = text)
        {
            _ = ChangeProperty(_display, requestor, property, target, 8, mode: 0, data, text.Length);
        }

        nint* answer = stackalloc nint[EventWords] { SelectionNotify, 0, 0, 0, requestor, selection, target, property, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        _ = SendEvent(_display, requestor, propagate: 0, mask: 0, answer);
        Await(happened, ClientMessage);
        Assert.Equal(Atom("XdndFinished"), happened[5]);
    }

    /// <summary>Minimises a window (Inter-Client Communication Conventions Manual, 4.1.3.1 and 4.1.4).</summary>
    internal void Minimise(nint window)
    {
        _ = UnmapWindow(_display, window);
        SetState(window, Iconic);
    }

    /// <summary>Brings a minimised window back.</summary>
    internal void Restore(nint window)
    {
        SetState(window, Normal);
        _ = MapWindow(_display, window);
        _ = Sync(_display, discard: 0);
    }

    /// <summary>What the button of a window's frame does.</summary>
    internal void Close(nint window) => Send(window, "WM_PROTOCOLS", Atom("WM_DELETE_WINDOW"), 0, 0, 0, 0);

    public void Dispose() => _ = CloseDisplay(_display);

    private nint Atom(string name) => InternAtom(_display, name, onlyIfExists: 0);

    private void SetState(nint window, nint state)
    {
        nint* words = stackalloc nint[2] { state, 0 };
        _ = ChangeProperty(_display, window, Atom("WM_STATE"), Atom("WM_STATE"), 32, mode: 0, (byte*)words, 2);
        _ = Sync(_display, discard: 0);
    }

    private void Send(nint window, string type, params ReadOnlySpan<nint> data)
    {
        nint* message = stackalloc nint[EventWords];
        new Span<nint>(message, EventWords).Clear();
        (message[Type], message[Window], message[5], message[6]) = (ClientMessage, window, Atom(type), 32);
        data.CopyTo(new Span<nint>(message + 7, 5));
        _ = SendEvent(_display, window, propagate: 0, mask: 0, message);
        _ = Sync(_display, discard: 0);
    }

    /// <summary>The next event of a kind; others are passed over.</summary>
    private void Await(nint* happened, int type)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            while (Pending(_display) == 0)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "The window does not answer.");
                Thread.Sleep(1);
            }

            _ = NextEvent(_display, happened);
        }
        while ((int)happened[Type] != type);
    }

    [LibraryImport("libX11.so.6", EntryPoint = "XOpenDisplay", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDisplay(string name);

    [LibraryImport("libX11.so.6", EntryPoint = "XDefaultRootWindow")]
    private static partial nint DefaultRootWindow(nint display);

    [LibraryImport("libX11.so.6", EntryPoint = "XCreateSimpleWindow")]
    private static partial nint CreateSimpleWindow(nint display, nint parent, int x, int y, uint width, uint height, uint border, nuint borderColor, nuint color);

    [LibraryImport("libX11.so.6", EntryPoint = "XInternAtom", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint InternAtom(nint display, string name, int onlyIfExists);

    [LibraryImport("libX11.so.6", EntryPoint = "XSetSelectionOwner")]
    private static partial int SetSelectionOwner(nint display, nint selection, nint owner, nuint time);

    [LibraryImport("libX11.so.6", EntryPoint = "XChangeProperty")]
    private static partial int ChangeProperty(nint display, nint window, nint property, nint type, int format, int mode, byte* data, int count);

    [LibraryImport("libX11.so.6", EntryPoint = "XSendEvent")]
    private static partial int SendEvent(nint display, nint window, int propagate, nint mask, nint* message);

    [LibraryImport("libX11.so.6", EntryPoint = "XPending")]
    private static partial int Pending(nint display);

    [LibraryImport("libX11.so.6", EntryPoint = "XNextEvent")]
    private static partial int NextEvent(nint display, nint* happened);

    [LibraryImport("libX11.so.6", EntryPoint = "XMapWindow")]
    private static partial int MapWindow(nint display, nint window);

    [LibraryImport("libX11.so.6", EntryPoint = "XUnmapWindow")]
    private static partial int UnmapWindow(nint display, nint window);

    [LibraryImport("libX11.so.6", EntryPoint = "XSync")]
    private static partial int Sync(nint display, int discard);

    [LibraryImport("libX11.so.6", EntryPoint = "XCloseDisplay")]
    private static partial int CloseDisplay(nint display);
}
