using System.Runtime.InteropServices;

namespace RealtimeFlow.App.Terminal;

/// <summary>The functions of a Unix C library that take the keyboard of a terminal.</summary>
internal static unsafe partial class TerminalNative
{
    /// <summary>More bytes than any system's <c>struct termios</c> has: 60 with glibc, 72 on macOS.</summary>
    internal const int SettingsSize = 256;

    internal const int StandardInput = 0;
    internal const int Now = 0;
    internal const short InputReady = 1;

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    internal static partial int GetSettings(int file, byte* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    internal static partial int SetSettings(int file, int when, byte* settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    internal static partial void MakeRaw(byte* settings);

    [LibraryImport("libc", EntryPoint = "poll")]
    internal static partial int Poll(PollFile* files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    internal static partial nint Read(int file, byte* bytes, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFile
    {
        internal int File;
        internal short Events;
        internal short Happened;
    }
}
