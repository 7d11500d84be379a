using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using RealtimeFlow.App.Benchmarking;
using RealtimeFlow.App.Figures;
using RealtimeFlow.App.Live;
using RealtimeFlow.App.Pictures;
using RealtimeFlow.App.Recording;
using RealtimeFlow.App.Vae;
using RealtimeFlow.Files;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.App;

/// <summary>The command line: its verbs, and how what goes wrong is told: one line on stderr and an exit code, never a stack trace.</summary>
internal static class Cli
{
    /// <summary>Runs one command line and returns the exit code.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives complaints and progress.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The end of the program: whatever failed is told in one line.")]
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            RootCommand root = MakeRoot();
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is not HelpAction && Complaint(root, parsed) is string complaint)
            {
                throw new UsageException(complaint);
            }

            if (parsed.Action == parsed.CommandResult.Command.Action)
            {
                // Reads the environment: asked first, so that a wrong value is told before any kernel asks.
                _ = LaneDispatch.Width;
            }

            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (WidthComplaint(exception) is string complaint)
        {
            return Tell(error, complaint, ExitCodes.Usage);
        }
        catch (UsageException exception)
        {
            return Tell(error, exception.Message, ExitCodes.Usage);
        }
        catch (ModeUnavailableException exception)
        {
            return Tell(error, exception.Message, ExitCodes.ModeUnavailable);
        }
        catch (Exception exception) when (exception is IOException or FileFormatException)
        {
            return Tell(error, exception.Message, ExitCodes.Failure);
        }
        catch (OperationCanceledException)
        {
            return Tell(error, "interrupted: nothing was written", ExitCodes.Interrupted);
        }
        catch (OutOfMemoryException)
        {
            return Tell(error, "the machine has not enough memory for that: ask for fewer layers, particles or a smaller batch", ExitCodes.Failure);
        }
        catch (Exception exception)
        {
            return Tell(error, $"unexpected {exception.GetType().Name}: {exception.Message}", ExitCodes.Failure);
        }
    }

    private static int Tell(TextWriter error, string message, int exitCode)
    {
        error.WriteLine($"rtflow: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }

    private static RootCommand MakeRoot()
    {
        RootCommand root = new("Normalizing flows that learn in front of you: without a verb, the live window opens.")
        {
            LiveCommand.Make(),
            TrainCommand.Make(),
            FitCommand.Make(),
            TargetsCommand.Make(),
            InspectCommand.Make(),
            SampleCommand.Make(),
            DensityCommand.Make(),
            TransformCommand.Make(),
            FigureCommand.Make(),
            RenderCommand.Make(),
            TourCommand.Make(),
            BenchCommand.Make(),
            VaeCommand.Make(),
            DataCommand.Make(),
        };
        LiveCommand.Complete(root);
        root.Directives.Clear();
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithEnvironment((HelpAction)help.Action!);
        return root;
    }

    /// <summary>What is wrong with a command line, in one line; null where nothing is.</summary>
    private static string? Complaint(RootCommand root, ParseResult parsed)
    {
        if (parsed.Action is HelpWithEnvironment)
        {
            return null;
        }

        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            IEnumerable<string> options = command.Options.Select(option => option.Name);
            return unknown.StartsWith('-')
                ? $"there is no option {unknown}{Suggestion.For(unknown, options)} (rtflow {VerbOf(command)}--help lists them)"
                : command.Subcommands.Count == 0 ? $"{command.Name} takes no '{unknown}' (rtflow {VerbOf(command)}--help says what it takes)"
                : UnknownVerb(command, unknown);
        }

        if (command != root && parsed.RootCommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is OptionResult early)
        {
            return $"{early.Option.Name} stands before the verb: write rtflow {VerbOf(command)}{early.Option.Name} …";
        }

        return parsed.Errors is [ParseError first, ..] ? InOurWords(first) : null;
    }

    /// <summary>The parser's own complaints name the option, but not what it takes.</summary>
    private static string InOurWords(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name}: expected {option.Option.HelpName}, {option.Option.Description}",
        OptionResult { IdentifierTokenCount: > 1 } option => $"{option.Option.Name}: expected once, not {option.IdentifierTokenCount} times",
        CommandResult command when Missing(command) is Option missing => $"{missing.Name}: expected {missing.HelpName}, {missing.Description}",
        ArgumentResult { Tokens.Count: 0 } argument => $"expected {argument.Argument.Name}, {argument.Argument.Description}",
        _ => error.Message,
    };

    private static Option? Missing(CommandResult command) =>
        command.Command.Options.FirstOrDefault(option => option.Required && command.GetResult(option) == null);

    private static string UnknownVerb(Command parent, string word)
    {
        string[] verbs = [.. parent.Subcommands.Select(verb => verb.Name)];
        return $"there is no {(parent is RootCommand ? "verb" : parent.Name)} '{word}': expected {Suggestion.List(verbs)}{Suggestion.For(word, verbs)}";
    }

    /// <summary>The words that lead to a command, each with a space behind it.</summary>
    private static string VerbOf(Command command) =>
        command is RootCommand ? "" : $"{VerbOf(command.Parents.OfType<Command>().First())}{command.Name} ";

    /// <summary>What is wrong with the environment's width, where that is why an exception was thrown.</summary>
    private static string? WidthComplaint(Exception exception) =>
        exception is TypeInitializationException { InnerException: InvalidOperationException inner } ? inner.Message : null;

    /// <summary>The help of the program also says what this machine makes of it, and which variables change that.</summary>
    private sealed class HelpWithEnvironment(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int result = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                parseResult.InvocationConfiguration.Output.WriteLine($"""
                    Vector width here: {WidthHere()}

                    Environment:
                      {LaneDispatch.WidthVariable}=512|256|128|vector|scalar  forces the width of the kernels; results keep their bits
                      {LiveCommand.NoOpenGLVariable}=1  live draws on the CPU alone, as on a machine without OpenGL
                      {ImageArchive.FolderVariable}=FOLDER  where sets of images are, each in a folder of its name; rtflow data lists them
                    """);
            }

            return result;
        }

        private static string WidthHere()
        {
            try
            {
                return LaneDispatch.NameOf(LaneDispatch.Width) + (LaneDispatch.IsForced ? " (forced)" : "");
            }
            catch (TypeInitializationException exception) when (WidthComplaint(exception) != null)
            {
                return WidthComplaint(exception)!;
            }
        }
    }
}
