using RealtimeFlow.Tests.Processes;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace RealtimeFlow.Tests;

/// <summary>
/// Runs the tests; or, started by one of them with <see cref="ChildProcess.Verb"/>, one piece of work in a process of its own, where
/// no test framework allocates and the runtime's switches are those of the test.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [ChildProcess.Verb, string work] ? Task.FromResult(ChildProcess.Work(work))
        : args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(args);
}
