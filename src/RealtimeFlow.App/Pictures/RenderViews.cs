namespace RealtimeFlow.App.Pictures;

/// <summary>The pictures that stand side by side.</summary>
[Flags]
internal enum RenderView
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Particles, counted.</summary>
    Particles = 1,

    /// <summary>The exact density of the flow.</summary>
    Density = 2,

    /// <summary>The density that it learns.</summary>
    Target = 4,
}

/// <summary>The names of views.</summary>
internal static class RenderViews
{
    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Enum.GetValues<RenderView>().Where(view => view != RenderView.None).Select(view => view.ToString().ToLowerInvariant())];

    /// <summary>Reads names with commas between.</summary>
    public static (RenderView Value, string? Expected) Parse(string text)
    {
        RenderView views = RenderView.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Names.Contains(name))
            {
                return (views, $"{Suggestion.List([.. Names])}, or some of them with commas between, not '{text}'{Suggestion.For(name, Names)}");
            }

            views |= Enum.Parse<RenderView>(name, ignoreCase: true);
        }

        return (views, null);
    }
}
