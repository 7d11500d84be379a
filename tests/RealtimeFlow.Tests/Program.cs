using RealtimeFlow.Tests.Processes;
using RealtimeFlow.Tests.Random;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace RealtimeFlow.Tests;

/// <summary>
/// Runs the tests; or, started by one of them with <see cref="ChildProcess.Verb"/>, one piece of work in a process of its own, where
/// no test framework allocates and the runtime's switches are those of the test; or, with <see cref="RandomWords.Verb"/>, prints random words.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [ChildProcess.Verb, string work] ? Task.FromResult(ChildProcess.Work(work))
        : args is [RandomWords.Verb, string seed, string stream] ? Task.FromResult(RandomWords.Print(seed, stream))
        : args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(args);
}
