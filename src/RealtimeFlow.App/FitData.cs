using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>The rows that <c>fit</c> learns: of a file, or drawn from a distribution that is built in.</summary>
/// <param name="Name">What people call it: the file, or the distribution.</param>
/// <param name="Rows">All rows.</param>
/// <param name="Entropy">Of their distribution, in nats, where it is known.</param>
internal sealed record FitData(string Name, DataSet Rows, double? Entropy)
{
    private static string[] Names => [.. MadeUpData.All.Select(data => data.Name)];

    /// <summary>The option that names the rows.</summary>
    public static Option<string> Option() => new("--data")
    {
        HelpName = "FILE",
        Description = $"the rows, as .npy (float32 or float64, shape [N, D] or [N]) or .csv (a row a line); or what is built in: {Suggestion.List(Names)}",
        Required = true,
    };

    /// <summary>Draws what is built in, or reads a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="count">How many rows to draw; of a file, all are taken.</param>
    /// <param name="seed">Decides what is drawn.</param>
    /// <exception cref="FileFormatException">The file is not as it should be, or has fewer than two rows.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FitData Load(string name, int count, ulong seed)
    {
        if (MadeUpData.Find(name) is MadeUpData known)
        {
            return new FitData(known.Name, known.Draw(count, seed), known.Entropy);
        }

        if (!Path.Exists(name))
        {
            throw new FileNotFoundException($"'{name}' is no file, nor data built in: {Suggestion.List(Names)}{Suggestion.For(name, Names)}");
        }

        using PointReader reader = PointReader.Open(name);
        float[] rows = Read(reader, name);
        return rows.Length >= 2 * reader.Dimension
            ? new FitData(name, new DataSet(rows, reader.Dimension), null)
            : throw new FileFormatException(string.Create(
                CultureInfo.InvariantCulture, $"{name}: has {rows.Length / reader.Dimension} rows: expected at least 2, to learn some and hold out some"));
    }

    private static float[] Read(PointReader reader, string name)
    {
        const int FirstRows = 4096;
        long most = Array.MaxLength / reader.Dimension, guess = reader.Count ?? FirstRows;
        float[] rows = new float[Math.Min(guess, most) * reader.Dimension];
        int length = 0;
        while (true)
        {
            if (length == rows.Length)
            {
                // One row more shows whether that was all.
                long longer = Math.Min(Math.Max(2L * length, reader.Dimension), most * reader.Dimension);
                if (reader.Count * reader.Dimension == length)
                {
                    return rows;
                }

                if (longer == length)
                {
                    throw new FileFormatException($"{name}: has more rows than fit into memory, {most} of {reader.Dimension} numbers");
                }

                Array.Resize(ref rows, (int)longer);
            }

            int read = reader.Read(rows.AsSpan(length)) * reader.Dimension;
            if (read == 0)
            {
                return rows[..length];
            }

            length += read;
        }
    }
}
