using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Density;
using RealtimeFlow.Random;

namespace RealtimeFlow.App;

/// <summary><c>rtflow sample</c>: points of a model, and the logarithm of their density.</summary>
internal static class SampleCommand
{
    // Every number of a stream has an index below 2^64; some bases take two for a coordinate.
    private const ulong StreamLength = 1UL << 63;

    public static Command Make()
    {
        PointVerb verb = new();
        Option<long> count = Options.Make(
            "--count", "N", "how many points", text => Options.Whole(text, 0, long.MaxValue, number => (long)number));
        count.Required = true;
        Option<ulong> offset = Options.Make(
            "--offset", "K", "begin at point K of the stream: what several runs draw is what one would", text => Options.Whole(text, 0, ulong.MaxValue, number => (ulong)number), () => 0UL);
        Option<ulong> seed = Options.Seed();
        Option<string> sequence = Options.OneOf("--sequence", "how the points relate", [.. Enum.GetValues<RandomSequence>().Select(NameOf)]);
        Option<int?> layer = PointVerb.Layer();
        Option<float> tau = Options.Make("--tau", "t", "how far the last of the layers is gone, from 0 to 1", Tau, () => 1f);
        Option<string> points = Options.File("--out", "FILE", "write the points to this file, [N, D], as .npy, or as .csv where it is named so", required: true);
        Option<string> logDensity = Options.File("--log-density", "FILE", "write ln q of each point to this file, [N]");
        Command command = new("sample", "Draw points of a model, and ln q of each: points K … K+N−1 of the stream of a seed.")
        {
            verb.Model, count, seed, offset, sequence, layer, tau, points, logDensity,
        };
        foreach (Option other in verb.Others)
        {
            command.Add(other);
        }

        command.SetAction(parsed =>
        {
            FlowDistribution model = verb.ReadPrefix(parsed, layer, parsed.GetValue(tau));
            (long number, ulong first) = (parsed.GetValue(count), parsed.GetValue(offset));
            ulong length = StreamLength / (ulong)model.Shape.Dimension;
            if (first > length || (ulong)number > length - first)
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture, $"--offset: a stream has {length} points of dimension {model.Shape.Dimension}, fewer than {first} + {number}"));
            }

            RandomStream stream = new(
                parsed.GetValue(seed), StreamNumbers.Samples, Enum.Parse<RandomSequence>(parsed.GetRequiredValue(sequence), ignoreCase: true));
            if (number > 0)
            {
                RequireReach(model, stream, first + (ulong)number - 1);
            }

            verb.Run(parsed, model, null, number, parsed.GetValue(points), parsed.GetValue(logDensity), (index, block, values) =>
                model.Sample(stream, first + (ulong)index, block, values));
        });
        return command;
    }

    private static string NameOf(RandomSequence sequence) => sequence.ToString().ToLowerInvariant();

    /// <summary>Draws the last point: not every sequence has so many, or of that dimension.</summary>
    private static void RequireReach(FlowDistribution model, RandomStream stream, ulong last)
    {
        try
        {
            model.Sample(stream, last, new float[model.Shape.Dimension]);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"--sequence: {NameOf(stream.Sequence)} has no point {last} in {model.Shape.Dimension} dimensions: take another, or fewer points"));
        }
    }

    private static (float Value, string? Expected) Tau(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float tau) && tau is >= 0 and <= 1
            ? (tau, null)
            : (1, $"a number from 0 to 1, not '{text}'");
}
