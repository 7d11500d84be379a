using System.CommandLine;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Figures;

/// <summary><c>rtflow figure</c>: figures of the paper, each by one command, as pictures with their numbers.</summary>
internal static class FigureCommand
{
    private const long Figure3Steps = 20_000, VarianceSteps = 20_000, QuickSteps = 200;
    private const int Figure3Seeds = 5, QuickSeeds = 2, VarianceBatches = 1000, QuickBatches = 50;

    public static Command Make()
    {
        Command[] figures = [Figure1Command(), Figure3Command(), VarianceCommand()];
        Command command = new("figure", "Draw a figure of Rezende & Mohamed 2015, or one of this engine's own: PNG, and its numbers as CSV.");
        foreach (Command figure in figures)
        {
            command.Add(figure);
        }

        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            foreach (Command figure in figures)
            {
                output.WriteLine($"rtflow figure {figure.Name,-9} {figure.Description}");
            }
        });
        return command;
    }

    private static Command Figure1Command()
    {
        // A seed whose random layers show what such layers do, within the view.
        Option<ulong> seed = Options.Seed(whenAbsent: 12);
        Option<int> threads = Options.Threads();
        return Figure("1", "What 1, 2 and 10 random planar or radial layers make of a Gaussian and of a uniform distribution.", [seed, threads], (parsed, files, _, _) =>
            Figure1.Make(files, parsed.GetValue(seed), parsed.GetValue(threads)));
    }

    private static Command Figure3Command()
    {
        Option<long?> steps = Steps(Figure3Steps);
        Option<int?> seeds = Options.Make<int?>(
            "--seeds", "N", $"runs of every flow, with seeds S … S+N−1 [default: {Figure3Seeds}]", text => Options.Whole(text, 1, 1000, number => (int?)number));
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<bool> quick = Quick();
        return Figure(
            "3",
            "Four densities, what planar flows and NICE make of them, and the KL that is left by kind and length of the flow.",
            [steps, seeds, seed, threads, quick],
            (parsed, files, progress, interrupted) => Figure3.Make(
                files,
                parsed.GetValue(steps) ?? (parsed.GetValue(quick) ? QuickSteps : Figure3Steps),
                parsed.GetValue(seeds) ?? (parsed.GetValue(quick) ? QuickSeeds : Figure3Seeds),
                parsed.GetValue(seed),
                parsed.GetValue(threads),
                progress,
                interrupted));
    }

    private static Command VarianceCommand()
    {
        Option<Target?> target = Options.Make<Target?>(
            "--target", "NAME", "one target instead of u1 … u4; rtflow targets lists them", text => (TargetLibrary.Find(text), TargetLibrary.Find(text) == null ? $"the name of a target, not '{text}'" : null));
        Option<string> flow = Options.Flow();
        Option<long?> steps = Steps(VarianceSteps);
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<bool> quick = Quick();
        return Figure(
            "variance",
            "The variance of the total and of the path gradient along a training run, beside the KL.",
            [target, flow, steps, seed, threads, quick],
            (parsed, files, progress, interrupted) => FigureVariance.Make(
                files,
                parsed.GetValue(target) is Target one ? [one] : Figure3.Targets,
                parsed.GetRequiredValue(flow),
                parsed.GetValue(steps) ?? (parsed.GetValue(quick) ? QuickSteps : VarianceSteps),
                parsed.GetValue(quick) ? QuickBatches : VarianceBatches,
                parsed.GetValue(seed),
                parsed.GetValue(threads),
                progress,
                interrupted));
    }

    private static Option<long?> Steps(long whenAbsent) => Options.Make<long?>(
        "--steps", "N", $"steps of every training run [default: {whenAbsent}]", text => Options.Whole(text, 1, 1_000_000_000, number => (long?)number));

    private static Option<bool> Quick() => new("--quick") { Description = "few steps and seeds, to see the files: what is learned is poor" };

    private static Command Figure(
        string name, string description, Option[] options, Action<ParseResult, FigureFiles, ProgressLine, CancellationToken> make)
    {
        Option<string> folder = Options.Make(
            "--out", "FOLDER", "the folder for the files, made where there is none", Options.FileName, () => ".");
        Command command = new(name, description) { folder };
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            using FigureFiles files = new(parsed.GetRequiredValue(folder));
            using Interruption interruption = new();
            ProgressLine progress = new(parsed.InvocationConfiguration.Error);
            make(parsed, files, progress, interruption.Token);
            progress.End();
            files.Commit(interruption.Token);
            files.Paths.ForEach(parsed.InvocationConfiguration.Output.WriteLine);
        });
        return command;
    }
}
