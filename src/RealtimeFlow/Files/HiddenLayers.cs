using System.Globalization;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Files;

/// <summary>The hidden layers of a network as a text: <c>maxout:400:4,tanh:100</c>, with the activation, the units and of maxout the window.</summary>
internal static class HiddenLayers
{
    /// <summary>The most layers of a text that is read.</summary>
    public const int Most = 64;

    private static readonly Activation[] Activations = Enum.GetValues<Activation>();

    /// <summary>The name of an activation.</summary>
    public static string NameOf(Activation activation) => activation.ToString().ToLowerInvariant();

    /// <summary>The text of some layers.</summary>
    public static string Text(IEnumerable<DenseShape> layers) => string.Join(',', layers);

    /// <summary>Reads what <see cref="Text"/> writes; null for any other text.</summary>
    public static DenseShape[]? Parse(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        string[] parts = text.Split(',', Most + 1);
        DenseShape[] layers = [.. parts.Select(ParseLayer).OfType<DenseShape>()];
        return layers.Length == parts.Length && layers.Length <= Most ? layers : null;
    }

    private static DenseShape? ParseLayer(string text)
    {
        string[] words = text.Split(':', 4);
        int window = 1;
        if (words.Length < 2
            || !Activations.Any(activation => NameOf(activation) == words[0])
            || !TryParse(words[1], out int units)
            || words.Length != (words[0] == NameOf(Activation.Maxout) ? 3 : 2)
            || (words.Length == 3 && !TryParse(words[2], out window))
            || units % window != 0)
        {
            return null;
        }

        return new DenseShape(units, Activations.First(activation => NameOf(activation) == words[0]), window);
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0 && text[0] != '0' && text[^1] != '\0';
}
