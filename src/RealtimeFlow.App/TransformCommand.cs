using System.CommandLine;
using RealtimeFlow.Density;
using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary><c>rtflow transform</c>: given points through the bare chain of a model, or back.</summary>
internal static class TransformCommand
{
    public static Command Make()
    {
        PointVerb verb = new();
        Option<string> points = PointVerb.Points();
        Option<string> images = Options.File("--out", "FILE", "write the images to this file, [N, D], as .npy, or as .csv where it is named so", required: true);
        Option<string> logDeterminant = Options.File("--log-det", "FILE", "write the log-determinant of the map applied, at each point, to this file, [N]");
        Option<bool> inverse = new("--inverse") { Description = "apply the inverse" };
        Command command = new("transform", "Send points through the layers of a model in the order of its file, whatever its direction, or back.")
        {
            verb.Model, points, images, logDeterminant, inverse,
        };
        foreach (Option other in verb.Others)
        {
            command.Add(other);
        }

        command.SetAction(parsed =>
        {
            FlowDistribution model = verb.Read(parsed);
            using PointReader reader = verb.Open(parsed, points, model);
            bool back = parsed.GetValue(inverse);
            verb.Run(parsed, model, reader, reader.Count, parsed.GetValue(images), parsed.GetValue(logDeterminant), (_, block, values) =>
            {
                if (back)
                {
                    model.InverseTransform(block, block, values);
                }
                else
                {
                    model.Transform(block, block, values);
                }
            });
        });
        return command;
    }
}
