using System.Text.RegularExpressions;
using RealtimeFlow.Tests;

namespace RealtimeFlow.App.Tests;

/// <summary>What the README tells people to type does what it says.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_command_of_the_readme_runs()
    {
        using TemporaryFolder folder = new();
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] commands = [.. Command().Matches(readme).Select(match => match.Groups["arguments"].Value.Trim())];

        Assert.Contains(commands, arguments => arguments.StartsWith("train", StringComparison.Ordinal));
        foreach (string arguments in commands)
        {
            // The benchmark has a test of its own; the bare command needs no OpenGL to do its job, and here gets none.
            if (!arguments.StartsWith("bench", StringComparison.Ordinal))
            {
                string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                bool bare = words.Length == 0;
                Rtflow run = Rtflow.RunProcess(folder.Path, bare ? [("RTFLOW_NO_OPENGL", "1")] : [], words);

                Assert.True(run.ExitCode == 0 || NeedsMissingOpenGL(run), $"rtflow {arguments}: {run.ExitCode}, {run.Error}");
                Assert.True(!bare || File.Exists(folder.File("rtflow.png")), "The bare command wrote no picture.");
            }
        }
    }

    [GeneratedRegex(@"^dotnet run -c Release --project src/RealtimeFlow\.App(?: --(?<arguments> .*))?$", RegexOptions.Multiline)]
    private static partial Regex Command();

    /// <summary>A machine without a driver may refuse --headless, with the code for that; continuous integration has one.</summary>
    private static bool NeedsMissingOpenGL(Rtflow run) =>
        run.ExitCode == 3 && Environment.GetEnvironmentVariable("CI") != "true";
}
