using System.CommandLine;
using RealtimeFlow.Density;
using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary><c>rtflow density</c>: ln q of a model at given points.</summary>
internal static class DensityCommand
{
    public static Command Make()
    {
        PointVerb verb = new();
        Option<string> points = PointVerb.Points();
        Option<string> logDensity = Options.File("--out", "FILE", "write ln q at each point to this file, [N], as .npy, or as .csv where it is named so", required: true);
        Option<int?> layer = PointVerb.Layer();
        Command command = new("density", "Say ln q of a model, in nats, at each of the given points.") { verb.Model, points, logDensity, layer };
        foreach (Option other in verb.Others)
        {
            command.Add(other);
        }

        command.SetAction(parsed =>
        {
            FlowDistribution model = verb.ReadPrefix(parsed, layer);
            using PointReader reader = verb.Open(parsed, points, model);
            verb.Run(parsed, model, reader, reader.Count, null, parsed.GetValue(logDensity), (_, block, values) => model.LogDensity(block, values));
        });
        return command;
    }
}
