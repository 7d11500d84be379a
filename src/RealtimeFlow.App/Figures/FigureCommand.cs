using System.CommandLine;

namespace RealtimeFlow.App.Figures;

/// <summary><c>rtflow figure</c>: figures of the paper, each by one command, as pictures with their numbers.</summary>
internal static class FigureCommand
{
    public static Command Make()
    {
        Command[] figures = [Figure1Command()];
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
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        return Figure("1", "What 1, 2 and 10 random planar or radial layers make of a Gaussian and of a uniform distribution.", [seed, threads], (parsed, files, _, _) =>
            Figure1.Make(files, parsed.GetValue(seed), parsed.GetValue(threads)));
    }

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
