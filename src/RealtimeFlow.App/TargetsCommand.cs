using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary><c>rtflow targets</c>: what there is to learn.</summary>
internal static class TargetsCommand
{
    public static Command Make()
    {
        Option<bool> json = Options.Json();
        Command command = new("targets", "List the targets, with ln Z where the integral exists.") { json };
        command.SetAction(parsed => List(parsed.InvocationConfiguration.Output, parsed.GetValue(json)));
        return command;
    }

    private static void List(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(Json.Text(new TargetList(
                [.. TargetLibrary.All.Select(target => new TargetRow(target.Name, target.Dimension, target.LogNormalizer, target.Description))])));
            return;
        }

        int width = TargetLibrary.All.Max(target => target.Name.Length);
        output.WriteLine($"{"name".PadRight(width)}   D        ln Z");
        foreach (Target target in TargetLibrary.All)
        {
            string logZ = target.LogNormalizer?.ToString("F5", CultureInfo.InvariantCulture) ?? "-";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name.PadRight(width)}  {target.Dimension,2}  {logZ,10}  {target.Description}"));
        }
    }
}
