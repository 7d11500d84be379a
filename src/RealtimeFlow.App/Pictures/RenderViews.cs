using System.Numerics;

namespace RealtimeFlow.App.Pictures;

/// <summary>What is seen of a flow: large pictures side by side, and what stands over and beneath them.</summary>
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

    /// <summary>The one less the other.</summary>
    Difference = 8,

    /// <summary>The densities q_0 … q_K, small, beneath the others.</summary>
    Strip = 16,

    /// <summary>A grid of the base, as the flow bends it, over the flow's pictures.</summary>
    Grid = 32,

    /// <summary>The pictures that stand side by side.</summary>
    Large = Particles | Density | Target | Difference,
}

/// <summary>The names of views.</summary>
internal static class RenderViews
{
    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Enum.GetValues<RenderView>().Where(view => BitOperations.IsPow2((int)view)).Select(view => view.ToString().ToLowerInvariant())];

    /// <summary>Reads names with commas between. Without a large picture there is the density.</summary>
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

        return ((views & RenderView.Large) == 0 ? views | RenderView.Density : views, null);
    }
}
