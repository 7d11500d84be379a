using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary>The options that say how to train: each sets a part of <see cref="TrainerOptions"/>, whose defaults are theirs.</summary>
internal sealed class TrainSettings
{
    private const int BatchUnit = 64, LargestBatch = 1 << 22;

    private static readonly TrainerOptions Defaults = new();

    private readonly Setting<TrainerOptions>[] _all;

    /// <param name="ofRows">Whether a step sees rows of data, and so its loss is their likelihood; else particles, and a free energy.</param>
    public TrainSettings(bool ofRows) => _all =
    [
        Word("--constraint", "how parameters become invertible layers", o => o.Constraint, (o, value) => o with { Constraint = value }),
        .. ofRows ? [] : OfFreeEnergy(),
        Batch("--batch", $"{(ofRows ? "rows" : "particles")} a step, a multiple of {BatchUnit} [default: {Defaults.BatchSize}]", (o, value) => o with { BatchSize = value }),
        Batch("--final-batch", "the batch at the end: it doubles after equal parts of the run", (o, value) => o with { FinalBatchSize = value }),
        Word("--optimizer", "how gradients become steps", o => o.Optimizer, (o, value) => o with { Optimizer = value }),
        Number(Options.Positive("--learning-rate", "R", $"the largest learning rate [default: {Defaults.LearningRate}{(ofRows ? "" : ", less where more than 10,000 steps are to come")}]"), (o, value) => o with { LearningRate = value }),
        Word("--schedule", "how the learning rate goes on after the warm-up", o => o.Schedule, (o, value) => o with { Schedule = value }),
        Number(
            Options.ShareBelowOne("--warm-up", "SHARE", $"the share of the run over which the learning rate rises from 0{Setting.Absent(Defaults.WarmUpShare)}"),
            (o, value) => o with { WarmUpShare = value }),
        Number(
            Options.ShareBelowOne("--hold", "SHARE", $"the share of the rest in which the learning rate stays before a cosine begins{Setting.Absent(Defaults.HoldShare)}"),
            (o, value) => o with { HoldShare = value }),
        Number(Options.Positive("--epsilon", "E", $"epsilon of Adam, SOAP and RMSprop [default: {Defaults.Epsilon}; with soap: {TrainerOptions.Soap.Epsilon}]"), (o, value) => o with { Epsilon = value }),
        Number(
            Options.ShareBelowOne("--square-decay", "BETA2", $"the decay of the mean of squared gradients of Adam and SOAP [default: {Defaults.SquareDecay}; with soap: {TrainerOptions.Soap.SquareDecay}]"),
            (o, value) => o with { SquareDecay = value }),
        Number(Options.Positive("--clip", "NORM", "shorten every gradient that is longer"), (o, value) => o with { LargestGradientNorm = value }),
        Number(
            Options.AboveOne("--clip-ratio", "R", $"shorten every gradient that is R times as long as is usual{Setting.Absent(Defaults.LargestNormRatio!.Value)}"),
            (o, value) => o with { LargestNormRatio = value }),
        Number(
            Options.ShareBelowOne("--average", "DECAY", "keep the running average of the parameters, not the last ones; 0.999 averages about 1,000 steps"),
            (o, value) => o with { AverageDecay = value }),
        Seed(),
    ];

    /// <summary>The options, in the order in which help lists them.</summary>
    public IEnumerable<Option> All => _all.Select(setting => setting.Option);

    /// <summary>A shape, where the optimizer can have as many parameters.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static FlowShape Suited(FlowShape shape, TrainerOptions options) =>
        Optimizer.Defect(options.Optimizer, shape.ParameterCount) is string defect ? throw new UsageException($"--optimizer: {defect}") : shape;

    /// <summary>What the command line says, and the defaults where it says nothing.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="learningRate">The default of the learning rate.</param>
    public TrainerOptions Read(ParseResult parsed, double learningRate)
    {
        TrainerOptions options = _all.Read(parsed, Defaults with { LearningRate = learningRate });
        if (options.Optimizer == OptimizerKind.Soap)
        {
            options = _all.Read(parsed, TrainerOptions.Soap with { LearningRate = learningRate });
        }

        return options.FinalBatchSize is not int final || (final % options.BatchSize == 0 && BitOperations.IsPow2(final / options.BatchSize))
            ? options
            : throw new UsageException($"--final-batch: expected the batch of {options.BatchSize} times a power of two, not {final}");
    }

    /// <summary>Refuses a command line that says otherwise than the options of a run that it resumes.</summary>
    public void RequireNoOther(ParseResult parsed, TrainerOptions options, string file) => _all.RequireNoOther(parsed, options, file);

    /// <summary>What is told of an option that the run in a file was not begun with.</summary>
    public static UsageException Contradiction(Option option, string file) =>
        new($"{option.Name}: contradicts '{file}', whose run was begun with another; leave it out to go on with that");

    private static Setting<TrainerOptions>[] OfFreeEnergy() =>
    [
        Word(
            "--estimator",
            "how the gradient is estimated, and of which bound",
            o => o.Estimator,
            (o, value) => o with { Estimator = value },
            value => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}")),
        Samples(),
        Minibatch(),
        Number(
            Options.Share("--annealing", "SHARE", $"the share of the run over which beta rises to 1{Setting.Absent(Defaults.AnnealingShare)}"),
            (o, value) => o with { AnnealingShare = value }),
        Word("--sequence", "how the particles of training relate to each other", o => o.Sequence, (o, value) => o with { Sequence = value }),
    ];

    private static Setting<TrainerOptions> Samples()
    {
        string[] sizes = ["1", "2", "4", "8", "16", "32", "64"];
        Option<int> option = Options.Make("--importance-samples", "S", $"the particles of a group of the importance-weighted bound, a power of two to 64 [default: {Defaults.ImportanceSamples}]", text =>
            sizes.Contains(text) ? (int.Parse(text, CultureInfo.InvariantCulture), null) : (0, $"{Suggestion.List(sizes)}, not '{text}'"));
        return new Setting<TrainerOptions>(option, (parsed, options) => options with { ImportanceSamples = parsed.GetValue(option) });
    }

    private static Setting<TrainerOptions> Word<T>(
        string name, string description, Func<TrainerOptions, T> get, Func<TrainerOptions, T, TrainerOptions> set, Func<T, string>? spell = null)
        where T : struct, Enum => Setting.Word(name, description, get(Defaults), set, spell);

    private static Setting<TrainerOptions> Number(Option<double?> option, Func<TrainerOptions, double, TrainerOptions> set) => Setting.Number(option, set);

    private static Setting<TrainerOptions> Batch(string name, string description, Func<TrainerOptions, int, TrainerOptions> set)
    {
        Option<int> option = Options.Make(name, "N", description, text =>
        {
            (int batch, string? expected) = Options.Whole(text, BatchUnit, LargestBatch, number => (int)number);
            return (batch, expected ?? (batch % BatchUnit == 0 ? null : $"a multiple of {BatchUnit}, not '{text}'"));
        });
        return new Setting<TrainerOptions>(option, (parsed, options) => set(options, parsed.GetValue(option)));
    }

    private static Setting<TrainerOptions> Minibatch()
    {
        Option<int> option = Options.Make("--minibatch", "N", "rows of the target's data that a step sees [default: all of them]", text =>
            Options.Whole(text, 1, 1 << 20, number => (int)number));
        return new Setting<TrainerOptions>(option, (parsed, options) => options with { MinibatchSize = parsed.GetValue(option) });
    }

    private static Setting<TrainerOptions> Seed()
    {
        Option<ulong> option = Options.Seed();
        return new Setting<TrainerOptions>(option, (parsed, options) => options with { Seed = parsed.GetValue(option) });
    }
}
