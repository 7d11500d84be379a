using System.CommandLine;
using System.Globalization;
using RealtimeFlow.App.Vae;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary><c>rtflow inspect MODEL</c>: what a model file holds. A file that is not sound is refused on reading.</summary>
internal static class InspectCommand
{
    public static Command Make()
    {
        Argument<string> model = new("MODEL")
        {
            Description = "a model file, as train --out or vae train --out writes it",
            Validators = { result =>
            {
                if (Options.FileName(result.GetValueOrDefault<string>()).Expected is string expected)
                {
                    result.AddError($"MODEL: expected {expected}");
                }
            } },
        };
        Option<bool> json = Options.Json();
        Command command = new("inspect", "Say what a model file holds, and whether it is sound.") { model, json };
        command.SetAction(parsed => Inspect(parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(model), parsed.GetValue(json)));
        return command;
    }

    private static void Inspect(TextWriter output, string path, bool json)
    {
        if (ImageModelFile.IsAt(path))
        {
            ImageModelSummary found = ImageModelSummary.Of(ImageModelFile.Read(path));
            output.WriteLine(json ? Json.Text(found) : found.Text());
            return;
        }

        FlowDistribution model = ModelFile.Read(path);
        double[] scales = [.. Enumerable.Range(0, model.Shape.LayerCount).Select(model.Scale)];
        int least = Array.IndexOf(scales, scales.DefaultIfEmpty().Min());
        ModelSummary summary = new(
            Sound: true,
            model.Shape.Dimension,
            model.Direction == FlowDirection.Generative ? "generative" : "normalizing",
            new BaseSummary(
                model.Shape.Base.Name,
                model.Shape.Base.DegreesOfFreedom,
                model.Parameters[model.Shape.Location].ToArray(),
                model.Parameters[model.Shape.LogScale].ToArray()),
            model.Shape.LayerCount == 0 ? "" : model.Shape.ToString(),
            model.Shape.LayerCount,
            model.Shape.ParameterCount,
            least < 0 ? null : scales[least],
            least < 0 ? null : least);
        output.WriteLine(json ? Json.Text(summary) : Text(summary, model.Shape.Base));
    }

    private static string Text(ModelSummary summary, BaseKind kind)
    {
        string least = summary.LeastS == null
            ? "none"
            : string.Create(CultureInfo.InvariantCulture, $"{summary.LeastS:g6} in layer {summary.LeastSLayer}");
        string freedom = kind.DegreesOfFreedom == null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" with {kind.DegreesOfFreedom:g6} degrees of freedom");
        return $"""
            sound       yes: every layer is invertible and every number finite
            dimension   {summary.Dimension}
            direction   {summary.Direction}
            base        {kind.Name}{freedom}, {kind.LocationName} {Numbers(summary.Base.Location)}, {kind.ScaleName} {Numbers(summary.Base.LogScale)}
            layers      {(summary.Layers.Length == 0 ? "none, the base alone" : summary.Layers)}
            parameters  {summary.Parameters}
            least s     {least}
            """;
    }

    private static string Numbers(float[] numbers)
    {
        const int most = 8;
        IEnumerable<string> shown = numbers.Take(most).Select(number => number.ToString("g6", CultureInfo.InvariantCulture));
        return $"({string.Join(", ", shown)}{(numbers.Length > most ? ", …" : "")})";
    }
}
