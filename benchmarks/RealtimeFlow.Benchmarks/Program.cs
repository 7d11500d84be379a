using System.Globalization;
using RealtimeFlow.App;
using RealtimeFlow.Benchmarks;
using RealtimeFlow.Benchmarks.Curves;
using RealtimeFlow.Benchmarks.Tables;
using RealtimeFlow.Inference;

const string help =
    """
    dotnet run -c Release --project benchmarks/RealtimeFlow.Benchmarks -- VERB, from the top of the checkout

    BenchmarkDotNet, tiering off, with allocated bytes and particle-layers a second; its artifacts go to .artifacts/benchmarks:
      quick [OPTION...]        widths, engine, training and frame, a short run of each: under three minutes
      full [OPTION...]         and dimensions and layers, more rounds: under 25 minutes
      OPTION...                BenchmarkDotNet's own, for example --filter '*Training*', --list flat, --help
      --results                beside any of these: reports also to benchmarks/results/PROCESSOR

    Tables, to benchmarks/results/PROCESSOR:
      peers [--help]           the engine beside its peers in one run
      curves [--quick]         time against particles, layers, dimensions and threads
      summary                  what `rtflow bench` measures, as Bench.md
      readme                   rewrites the tables in README.md that stand between <!-- bench: PROCESSOR/FILE.md # HEADING -->
                               and <!-- /bench --> from those files

    Studies of training, by seeds and not by time:
      stability SEEDS          how often a run fails
      quality SEEDS STEPS [soap]  the KL divergence that is reached
    """;

switch (args)
{
    case []:
        Console.WriteLine(help);
        return 0;
    case ["quick" or "full", .. string[] options]:
        return Suite.Run(args[0], options);
    case [['-', ..], ..]:
        return Suite.Run(args);
    case ["peers", .. string[] options]:
        return PeersCommand.Run(options);
    case ["curves", .. string[] options]:
        return CurvesCommand.Run(options);
    case ["summary"]:
        return SummaryCommand.Run();
    case ["readme"]:
        return ReadmeCommand.Run();
    case ["stability", string seeds]:
        TrainingStudy.Stability(int.Parse(seeds, CultureInfo.InvariantCulture));
        return 0;
    case ["quality", string seeds, string steps, .. { Length: 0 } or ["soap"]]:
        TrainingStudy.Quality(
            int.Parse(seeds, CultureInfo.InvariantCulture),
            int.Parse(steps, CultureInfo.InvariantCulture),
            args.Length > 3 ? TrainerOptions.Soap : new TrainerOptions());
        return 0;
    default:
        Console.Error.WriteLine($"'{string.Join(' ', args)}' is not understood: without arguments the program says what it does.");
        return ExitCodes.Usage;
}
