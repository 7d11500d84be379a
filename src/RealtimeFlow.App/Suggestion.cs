namespace RealtimeFlow.App;

/// <summary>What somebody may have meant.</summary>
internal static class Suggestion
{
    /// <summary>"; did you mean X?" with the nearest of the known words, or nothing where none is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        string? nearest = known.MinBy(name => Distance(word, name));
        return nearest != null && Distance(word, nearest) <= nearest.Length / 2 ? $"; did you mean {nearest}?" : "";
    }

    /// <summary>Names as people list them: "a, b or c".</summary>
    public static string List(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.Take(names.Count - 1))} or {names[^1]}";

    /// <summary>The Levenshtein distance: the fewest letters to insert, delete or replace.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        foreach ((int i, char letter) in a.Index())
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int replaced = diagonal + (letter == b[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, 1 + Math.Min(row[j], diagonal));
            }
        }

        return row[^1];
    }
}
