using RealtimeFlow.Benchmarks.Tables;
using RealtimeFlow.Tests;

namespace RealtimeFlow.App.Tests;

/// <summary>The numbers that the README shows are those that were measured.</summary>
public sealed class ReadmeTableTests : IDisposable
{
    private const string Results =
        """
        # Machine

        | a |
        |---|
        | 1 |

        ## Speed, in all

        Words.

        | b | c |
        |---|---|
        | 2 | 3 |

        More words.

        | d |

        ## Nothing

        ## Speed

        | e |
        """;

    private readonly TemporaryFolder _folder = new();

    public ReadmeTableTests() => File.WriteAllText(_folder.File("Bench.md"), Results);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_marked_table_of_the_readme_is_that_of_its_file()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.Equal(readme, MarkedTables.Fill(readme, Path.Combine(Repository.Root, "benchmarks", "results")));
    }

    [Theory]
    [InlineData("", "| a |\n|---|\n| 1 |")]
    [InlineData(" # Speed, in all", "| b | c |\n|---|---|\n| 2 | 3 |")]
    [InlineData(" # Speed", "| e |")]
    public void What_stands_between_marks_is_the_first_table_below_the_heading(string heading, string table)
    {
        string expected = Marked(heading, table + "\n");

        Assert.Equal(expected, Fill(Marked(heading, "")));
        Assert.Equal(expected, Fill(Marked(heading, "| 1 | 2 |\n| 3 | 4 |\n")));
        Assert.Equal(expected, Fill(expected));
    }

    [Fact]
    public void Every_pair_of_marks_is_filled_and_nothing_else_is_touched() => Assert.Equal(
        "| x |\n" + Marked("", "| a |\n|---|\n| 1 |\n") + Marked(" # Speed", "| e |\n"),
        Fill("| x |\n" + Marked("", "| 0 |\n") + Marked(" # Speed", "")));

    [Theory]
    [InlineData("<!-- bench: None.md -->\n<!-- /bench -->", "None.md")]
    [InlineData("<!-- bench: Bench.md # Spee -->\n<!-- /bench -->", "no heading 'Spee'")]
    [InlineData("<!-- bench: Bench.md # Nothing -->\n<!-- /bench -->", "no table")]
    [InlineData("<!-- bench: Bench.md -->\n| a |\n", "in pairs")]
    [InlineData("<!-- bench: Bench.md -->\nwords\n<!-- /bench -->", "in pairs")]
    [InlineData("<!-- bench: Bench.md -->\n<!-- bench: Bench.md -->\n<!-- /bench -->", "in pairs")]
    [InlineData("| a |\n<!-- /bench -->", "in pairs")]
    public void A_mark_that_cannot_be_filled_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Fill(text)).Message, StringComparison.Ordinal);

    private static string Marked(string heading, string table) => $"Before.\n\n<!-- bench: Bench.md{heading} -->\n{table}<!-- /bench -->\n\nAfter.\n";

    private string Fill(string text) => MarkedTables.Fill(text, _folder.Path);
}
