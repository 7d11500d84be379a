using System.Diagnostics;
using System.Text.Json;

namespace RealtimeFlow.App.Tests;

/// <summary>Runs the program: in this process through its entry, or as a process of its own.</summary>
internal sealed record Rtflow(int ExitCode, string Output, string Error)
{
    /// <summary>The program's assembly, beside that of the tests.</summary>
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "rtflow.dll");

    public static Rtflow Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int exitCode = Cli.Run(args, output, error);
        return new Rtflow(exitCode, output.ToString(), error.ToString());
    }

    public static Process Start(string? folder, (string Name, string? Value)[] environment, params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [Assembly, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static Rtflow RunProcess(string? folder, (string Name, string? Value)[] environment, params string[] args)
    {
        using Process process = Start(folder, environment, args);
        return End(process);
    }

    public static Rtflow End(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill();
            Assert.Fail($"rtflow did not end; it said: {output}{error.Result}");
        }

        return new Rtflow(process.ExitCode, output, error.Result);
    }

    /// <summary>The one JSON object on the output.</summary>
    public JsonElement Json()
    {
        Assert.Equal(0, ExitCode);
        using JsonDocument document = JsonDocument.Parse(Output);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        return document.RootElement.Clone();
    }

    /// <summary>A complaint is one line on stderr, no stack trace, and nothing on stdout.</summary>
    public void AssertComplaint(int exitCode, params string[] words)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Output));
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("rtflow: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", line, StringComparison.Ordinal);
        foreach (string word in words)
        {
            Assert.Contains(word, line, StringComparison.Ordinal);
        }
    }
}
