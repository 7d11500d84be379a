using System.Diagnostics;

namespace RealtimeFlow.Tests.Processes;

/// <summary>One piece of work in a process of its own, with its own runtime switches.</summary>
internal static class ChildProcess
{
    /// <summary>The first argument of the test executable that makes it a child.</summary>
    public const string Verb = "child";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Does the work, in the child.</summary>
    public static int Work(string work)
    {
        switch (work)
        {
            case nameof(BitsOfEverything):
                BitsOfEverything.Print();
                return 0;
            case nameof(BytesAllocated):
                BytesAllocated.Print();
                return 0;
            default:
                throw new ArgumentOutOfRangeException(nameof(work), work, "No such work.");
        }
    }

    /// <summary>Starts a child and returns the lines it printed.</summary>
    /// <param name="work">The name of the work.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    public static string[] Run(string work, params (string Name, string Value)[] environment)
    {
        // The executable of the tests, or dotnet with the assembly, as this process was started.
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        start.ArgumentList.Add(Verb);
        start.ArgumentList.Add(work);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{work} did not end within {Limit}.");
        }

        Assert.True(process.ExitCode == 0, $"{work} ended with {process.ExitCode}: {errors.Result}");
        return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
