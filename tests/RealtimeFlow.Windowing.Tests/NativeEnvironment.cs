using System.Runtime.InteropServices;

namespace RealtimeFlow.Windowing.Tests;

/// <summary>A variable of the process's native environment, which native libraries read, set for the length of a test.</summary>
internal sealed partial class NativeEnvironment : IDisposable
{
    private readonly string _name;
    private readonly string? _before;

    internal NativeEnvironment(string name, string? value)
    {
        _name = name;
        _before = Get(name);
        Set(value);
    }

    internal static string? Get(string name) => Marshal.PtrToStringUTF8(GetEnvironment(name));

    public void Dispose() => Set(_before);

    private void Set(string? value) => Assert.Equal(0, value is null ? UnsetEnvironment(_name) : SetEnvironment(_name, value, 1));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetEnvironment(string name);
}
