namespace RealtimeFlow.Windowing.Tests;

/// <summary>On a machine that lacks something, the one line says what and how to get it.</summary>
public sealed class HostUnavailableTests
{
    [Fact]
    public void Without_the_GLFW_library_its_package_is_named()
    {
        using MissingLibraries _ = new();
        string message = MessageOf(new GlfwHost(new HostOptions()));
        Assert.StartsWith("No window: the library GLFW 3.3 was not found", message, StringComparison.Ordinal);
        Assert.Contains("apt-get install libglfw3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_EGL_library_its_packages_are_named()
    {
        using MissingLibraries _ = new();
        string message = MessageOf(new EglHeadlessHost(new HostOptions()));
        Assert.StartsWith("No headless OpenGL: the library EGL was not found", message, StringComparison.Ordinal);
        Assert.Contains("apt-get install libegl1 libgl1-mesa-dri", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_display_the_variable_is_named()
    {
        Needs.Linux();
        Needs.Library(NativeLibraries.Glfw);
        foreach (string? display in new[] { null, ":4711" })
        {
            using NativeEnvironment x11 = new("DISPLAY", display);
            using NativeEnvironment wayland = new("WAYLAND_DISPLAY", null);
            string message = MessageOf(new GlfwHost(new HostOptions()));
            Assert.StartsWith("No window: GLFW could not start (0x", message, StringComparison.Ordinal);
            Assert.Contains("DISPLAY", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_a_driver_its_package_is_named_and_with_one_again_it_works()
    {
        Needs.Linux();
        Needs.Library(NativeLibraries.Egl);
        using (new NativeEnvironment("LIBGL_DRIVERS_PATH", "/nowhere"))
        {
            string message = MessageOf(new EglHeadlessHost(new HostOptions()));
            Assert.StartsWith("No headless OpenGL: EGL found no driver (surfaceless: 0x", message, StringComparison.Ordinal);
            Assert.Contains("apt-get install libegl1 libgl1-mesa-dri", message, StringComparison.Ordinal);
        }

        using EglHeadlessHost host = Needs.Headless();
        Assert.True(host.IsInitialized);
    }

    private static string MessageOf(RenderHost host)
    {
        using (host)
        {
            string message = Assert.Throws<HostUnavailableException>(host.Initialize).Message;
            Assert.DoesNotContain('\n', message);
            Assert.False(host.IsInitialized);
            return message;
        }
    }

    /// <summary>Lets the library names be those of files that no machine has.</summary>
    private sealed class MissingLibraries : IDisposable
    {
        internal MissingLibraries() => NativeLibraries.Suffix = ".missing";

        public void Dispose() => NativeLibraries.Suffix = "";
    }
}
