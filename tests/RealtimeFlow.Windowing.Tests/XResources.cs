using System.Runtime.InteropServices;
using System.Text;

namespace RealtimeFlow.Windowing.Tests;

/// <summary>Settings of a display, as a desktop makes them; they hold while this lives.</summary>
internal sealed unsafe partial class XResources : IDisposable
{
    private const nint ResourceManager = 23, Text = 31;

    private readonly nint _display;

    internal XResources(string display, string settings)
    {
        _display = OpenDisplay(display);
        byte[] text = Encoding.ASCII.GetBytes(settings);
        fixed (byte* data = text)
        {
            _ = ChangeProperty(_display, DefaultRootWindow(_display), ResourceManager, Text, 8, mode: 0, data, text.Length);
        }

        _ = Sync(_display, discard: 0);
    }

    public void Dispose() => _ = CloseDisplay(_display);

    [LibraryImport("libX11.so.6", EntryPoint = "XOpenDisplay", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDisplay(string name);

    [LibraryImport("libX11.so.6", EntryPoint = "XDefaultRootWindow")]
    private static partial nint DefaultRootWindow(nint display);

    [LibraryImport("libX11.so.6", EntryPoint = "XChangeProperty")]
    private static partial int ChangeProperty(nint display, nint window, nint property, nint type, int format, int mode, byte* data, int count);

    [LibraryImport("libX11.so.6", EntryPoint = "XSync")]
    private static partial int Sync(nint display, int discard);

    [LibraryImport("libX11.so.6", EntryPoint = "XCloseDisplay")]
    private static partial int CloseDisplay(nint display);
}
