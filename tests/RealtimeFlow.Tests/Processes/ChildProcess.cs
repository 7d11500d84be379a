namespace RealtimeFlow.Tests.Processes;

/// <summary>One piece of work in a process of its own, with its own runtime switches.</summary>
internal static class ChildProcess
{
    /// <summary>The first argument of the test executable that makes it a child.</summary>
    public const string Verb = "child";

    public static int Work(string work) => throw new ArgumentOutOfRangeException(nameof(work), work, "No such work.");
}
