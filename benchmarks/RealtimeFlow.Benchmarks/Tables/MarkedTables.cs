using System.Text.RegularExpressions;

namespace RealtimeFlow.Benchmarks.Tables;

/// <summary>
/// Tables of a Markdown text that are those of result files: what stands between <c>&lt;!-- bench: FILE # HEADING --&gt;</c> and
/// <c>&lt;!-- /bench --&gt;</c>, each alone on its line, is the first table below that heading of the file, or of all the file where no
/// heading is named.
/// </summary>
internal static partial class MarkedTables
{
    private const string Begin = "<!-- bench:", End = "<!-- /bench -->";

    /// <summary>The text with each marked table as its file has it now.</summary>
    /// <param name="text">The text; lines end in line feeds.</param>
    /// <param name="folder">Where the files are.</param>
    /// <exception cref="FormatException">A mark stands alone, or names a file, a heading or a table that is not there.</exception>
    public static string Fill(string text, string folder)
    {
        string filled = Marked().Replace(text, match =>
        {
            string mark = match.Groups["mark"].Value;
            return $"{mark}\n{Table(mark, Path.Combine(folder, match.Groups["file"].Value), match.Groups["heading"].Value)}\n{End}";
        });
        int pairs = Marked().Count(text);
        return Lines(text, Begin) == pairs && Lines(text, End) == pairs
            ? filled
            : throw new FormatException($"Expected each '{Begin} FILE # HEADING -->' and '{End}' alone on its line, in pairs: {pairs} are.");
    }

    private static string Table(string mark, string path, string heading)
    {
        if (!File.Exists(path))
        {
            throw new FormatException($"{mark}: there is no file {path}.");
        }

        IEnumerable<string> lines = File.ReadAllLines(path);
        if (heading.Length > 0)
        {
            lines = lines.SkipWhile(line => !IsHeading(line) || line.TrimStart('#').Trim() != heading).ToArray();
            if (!lines.Any())
            {
                throw new FormatException($"{mark}: {path} has no heading '{heading}'.");
            }

            lines = lines.Skip(1).TakeWhile(line => !IsHeading(line));
        }

        string[] table = [.. lines.SkipWhile(line => !IsRow(line)).TakeWhile(IsRow)];
        return table.Length > 0 ? string.Join('\n', table) : throw new FormatException($"{mark}: {path} has no table there.");
    }

    private static int Lines(string text, string start) => text.Split('\n').Count(line => line.StartsWith(start, StringComparison.Ordinal));

    private static bool IsHeading(string line) => line.StartsWith('#');

    private static bool IsRow(string line) => line.StartsWith('|');

    // Between the marks are rows of a table, or nothing yet.
    [GeneratedRegex(@"^(?<mark><!-- bench: (?<file>[^#\n]+?)(?: # (?<heading>[^\n]+))? -->)\n(?:\|[^\n]*\n)*<!-- /bench -->$", RegexOptions.Multiline)]
    private static partial Regex Marked();
}
