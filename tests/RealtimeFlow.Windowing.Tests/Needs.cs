namespace RealtimeFlow.Windowing.Tests;

/// <summary>What a test needs of the machine: where it is missing the test is skipped and counted, but in continuous integration it fails.</summary>
internal static class Needs
{
    internal static readonly bool ContinuousIntegration = Environment.GetEnvironmentVariable("CI") == "true";

    internal static void Linux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The native environment and Xvfb are Linux's.");

    internal static void Library(string name)
    {
        try
        {
            NativeLibraries.Require(name);
        }
        catch (HostUnavailableException exception) when (!ContinuousIntegration)
        {
            Assert.Skip(exception.Message);
        }
    }

    internal static void Program(string name)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
        Assert.SkipUnless(found || ContinuousIntegration, $"{name} is not installed (Debian, Ubuntu: apt-get install xvfb xdotool imagemagick).");
    }

    /// <summary>A headless host with its context current.</summary>
    internal static EglHeadlessHost Headless(HostOptions? options = null)
    {
        EglHeadlessHost host = new(options ?? new HostOptions());
        try
        {
            MesaThreads.Limit(1);
            host.Initialize();
        }
        catch (HostUnavailableException exception) when (!ContinuousIntegration)
        {
            Assert.Skip(exception.Message);
        }

        return host;
    }
}
