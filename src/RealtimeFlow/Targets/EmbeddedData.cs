using System.Reflection;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Targets;

/// <summary>The data embedded in this assembly: see Data/README.md.</summary>
internal static class EmbeddedData
{
    private const int BillLength = 0, BillDepth = 1, FlipperLength = 2, BodyMass = 3, Male = 4;

    private static readonly DataSet Penguins = Read("penguins.csv");

    /// <summary>Body mass by flipper length and bill length, which are correlated at 0.65: and so are, negatively, their slopes.</summary>
    public static DataSet Masses() => new(Select(_ => true, FlipperLength, BillLength, BodyMass), 3);

    /// <summary>Sex by two lengths, a depth and the mass, for three rows of four.</summary>
    public static DataSet Sexes() => Sexes(row => !IsHeldOut(row));

    /// <summary>The rows that <see cref="Sexes()"/> lacks.</summary>
    public static DataSet SexesHeldOut() => Sexes(IsHeldOut);

    /// <summary>
    /// Flipper lengths of one row of 32, of two kinds of species: eleven, whose posterior has two modes that a flow finds. It falls into one
    /// of the two where there are twice as many.
    /// </summary>
    public static DataSet Flippers() => new(Select(row => row % 32 == 0, FlipperLength), 1);

    /// <summary>A word in white on black.</summary>
    public static DataSet Word() => Read("flow.csv");

    private static bool IsHeldOut(int row) => row % 4 == 3;

    private static DataSet Sexes(Predicate<int> rows) =>
        new(Select(rows, BillLength, BillDepth, FlipperLength, BodyMass, Male), 5);

    /// <summary>Some rows and columns of the penguins, each column but the label less its mean and divided by its standard deviation.</summary>
    private static float[] Select(Predicate<int> rows, params ReadOnlySpan<int> columns)
    {
        List<float> selected = [];
        for (int row = 0; row < Penguins.Count; row++)
        {
            if (rows(row))
            {
                foreach (int column in columns)
                {
                    ReadOnlySpan<float> values = Penguins.Coordinate(column);
                    (double mean, double deviation) = column == Male ? (0, 1) : Moments(values);
                    selected.Add((float)((values[row] - mean) / deviation));
                }
            }
        }

        return [.. selected];
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (float value in values)
        {
            sum += value;
            squares += (double)value * value;
        }

        double mean = sum / values.Length;
        return (mean, Math.Sqrt((squares / values.Length) - (mean * mean)));
    }

    private static DataSet Read(string name)
    {
        using PointReader reader = PointReader.Open(
            Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"The resource {name} is not embedded in this assembly."),
            name);
        DataSet rows = new(reader.Dimension);
        rows.Append(reader);
        rows.Admit();
        return rows;
    }
}
