using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary><c>rtflow train</c>: stochastic variational inference until a number of steps, a time or a divergence is reached.</summary>
internal static class TrainCommand
{
    private const double DefaultSeconds = 10;
    private const int BatchUnit = 64, LargestBatch = 1 << 22;

    public static Command Make()
    {
        Option<string> target = Options.Target();
        Option<string> flow = Options.Flow();
        Option<long?> steps = Options.Make<long?>("--steps", "N", "stop after so many steps", text => Options.Whole(text, 1, 1_000_000_000_000, number => (long?)number));
        Option<double?> seconds = Options.Positive("--seconds", "S", $"stop after so many seconds; without any limit, {DefaultSeconds}");
        Option<double?> untilKl = Options.Positive("--until-kl", "X", "stop when KL + 2 standard errors is at most X nats");
        Option<string> constraint = Options.OneOf("--constraint", "how parameters become invertible layers", "identity", "paper");
        Option<string> optimizer = Options.OneOf("--optimizer", "how gradients become steps", "adam", "rmsprop");
        Option<int> batch = Batch();
        Option<double?> learningRate = Options.Positive("--learning-rate", "R", $"the largest learning rate [default: {Default(o => o.LearningRate)}]");
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<string> model = Options.File("--out", "MODEL", "write what was learned to this file (safetensors)");
        Option<bool> json = Options.Json();
        Command command = new("train", "Learn a target by stochastic variational inference; Ctrl-C ends it early and keeps what was reached.")
        {
            target, flow, steps, seconds, untilKl, constraint, batch, learningRate, optimizer, seed, threads, model, json,
        };
        command.SetAction(parsed =>
        {
            Target chosen = TargetLibrary.Find(parsed.GetRequiredValue(target))!;
            TrainLimits limits = new(parsed.GetValue(steps), parsed.GetValue(seconds), parsed.GetValue(untilKl));
            if (limits.UntilKl != null && chosen.LogNormalizer == null)
            {
                throw new UsageException($"--until-kl: {chosen.Name} is improper and so has no KL divergence; take --steps or --seconds");
            }

            TrainerOptions options = new()
            {
                BatchSize = parsed.GetValue(batch),
                Constraint = Enum.Parse<FlowConstraint>(parsed.GetRequiredValue(constraint), ignoreCase: true),
                Optimizer = Enum.Parse<OptimizerKind>(parsed.GetRequiredValue(optimizer), ignoreCase: true),
                Seed = parsed.GetValue(seed),
            };
            options = options with { LearningRate = parsed.GetValue(learningRate) ?? options.LearningRate };
            Train(
                new TrainRun(
                    chosen,
                    FlowShape.Parse(parsed.GetRequiredValue(flow), chosen.Dimension),
                    options,
                    limits == default ? limits with { Seconds = DefaultSeconds } : limits,
                    parsed.GetValue(threads)),
                parsed.GetValue(model),
                parsed.GetValue(json),
                parsed.InvocationConfiguration);
        });
        return command;
    }

    private static Option<int> Batch() =>
        Options.Make(
            "--batch",
            "N",
            $"particles a step, a multiple of {BatchUnit}",
            text =>
            {
                (int batch, string? expected) = Options.Whole(text, BatchUnit, LargestBatch, number => (int)number);
                return (batch, expected ?? (batch % BatchUnit == 0 ? null : $"a multiple of {BatchUnit}, not '{text}'"));
            },
            () => Default(o => o.BatchSize));

    private static T Default<T>(Func<TrainerOptions, T> of) => of(new TrainerOptions());

    private static void Train(TrainRun run, string? path, bool json, InvocationConfiguration configuration)
    {
        if (path != null)
        {
            AtomicFile.EnsureWritable(path);
        }

        TrainReport report;
        using (Interruption interruption = new())
        {
            run.Train(new ProgressLine(configuration.Error), interruption.Token);
            if (path != null)
            {
                ModelFile.Write(path, run.Flow);
            }

            report = run.Report();
            if (interruption.Token.IsCancellationRequested)
            {
                configuration.Error.WriteLine(FormattableString.Invariant(
                    $"rtflow: interrupted after {report.Steps} steps, before the end of the schedule{(path == null ? "" : $"; '{path}' holds what was reached")}"));
            }
        }

        configuration.Output.WriteLine(json ? Json.Text(report) : Text(run, report, path));
    }

    private static string Text(TrainRun run, TrainReport report, string? path)
    {
        string kl = report.Kl == null
            ? "unknown: this target has no ln Z"
            : string.Create(CultureInfo.InvariantCulture, $"{report.Kl:F5} ± {report.KlStderr:F5} nats");
        Diagnosis found = run.Diagnosis;
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            target       {run.Target.Name}
            flow         {run.Flow.Shape}
            steps        {report.Steps} in {report.Seconds:F2} s, {report.SkippedSteps} skipped
            free energy  {report.FreeEnergy:F5} nats
            KL           {kl}
            ln Z         {found.Evaluation.ImportanceLogNormalizer:F5} ± {found.Evaluation.ImportanceLogNormalizerError:F5} nats by importance sampling
            ESS          {report.Ess:P1} of the particles
            k-hat        {found.ParetoShape:F2}
            KSD          {report.Ksd:F4}, where as many points of the target give about {found.Stein.Floor:F4}
            least s      {report.MinS.DefaultIfEmpty(1).Min():g4}
            gradient     norm {report.GradientNorm:g3}, signal to noise {report.GradientSnr:g3}
            """);
        if (found.ParetoShape >= Diagnosis.ParetoThreshold)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"""

                warning      k-hat is not below {Diagnosis.ParetoThreshold}: the flow leaves out, or thins out, a part of the target, which F and KL hardly count.
                             ESS, ln Z and whatever else is weighted by p/q are not to be relied on. Train longer, or with more layers.
                """);
        }

        return path == null ? text : $"{text}{Environment.NewLine}saved        {path}";
    }
}
