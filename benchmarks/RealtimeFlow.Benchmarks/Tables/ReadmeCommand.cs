using RealtimeFlow.App;

namespace RealtimeFlow.Benchmarks.Tables;

/// <summary>The verb <c>readme</c>: the marked tables of README.md become those of the result files.</summary>
internal static class ReadmeCommand
{
    private const string Readme = "README.md";

    /// <summary>Rewrites the tables.</summary>
    /// <returns>The exit code.</returns>
    public static int Run()
    {
        try
        {
            string text = File.ReadAllText(Readme);
            string filled = MarkedTables.Fill(text, Path.Combine("benchmarks", "results"));
            if (filled != text)
            {
                File.WriteAllText(Readme, filled);
            }

            Console.WriteLine(filled == text ? $"{Readme}: all tables are those of the results" : $"{Readme}: written");
            return 0;
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            Console.Error.WriteLine($"readme: {exception.Message}");
            return ExitCodes.Failure;
        }
    }
}
