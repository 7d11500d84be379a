using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;

namespace RealtimeFlow.App;

/// <summary><c>rtflow fit</c>: maximum likelihood on rows of data until a number of steps, a time or the end of a patience is reached.</summary>
internal static class FitCommand
{
    private const double DefaultSeconds = 10, DefaultHeldOut = 0.1;
    private const int DefaultRows = 100_000, MostRows = 100_000_000;
    private const int BatchUnit = 64, LargestBatch = 1 << 22;
    private const float Freedom = 5;

    public static Command Make()
    {
        Option<string> data = FitData.Option();
        Option<int> rows = Options.Count("--rows", "N", "how many rows to draw of data that are built in", 2, MostRows, () => DefaultRows);
        Option<string> flow = Options.Flow();
        Option<string> direction = Options.OneOf(
            "--direction", "how the flow is read: from the data to the base, so that densities are direct, or back, so that samples are", "normalizing", "generative");
        Option<string> @base = Options.OneOf("--base", $"the base distribution; student-t, of {Freedom} degrees of freedom, has heavier tails", "gaussian", "student-t");
        Option<double> heldOut = Options.Make(
            "--held-out", "SHARE", "the share of the rows that is not learned, but decides which parameters are kept", Share, () => DefaultHeldOut);
        Option<int?> patience = Options.Make<int?>(
            "--patience", "N", "stop after so many looks at the held-out rows, one in 100 steps or more, without a new least loss", text => Options.Whole(text, 1, int.MaxValue, number => (int?)number));
        Option<long?> steps = Options.Make<long?>("--steps", "N", "stop after so many steps", text => Options.Whole(text, 1, 1_000_000_000_000, number => (long?)number));
        Option<double?> seconds = Options.Positive("--seconds", "S", $"stop after so many seconds; without any limit, {DefaultSeconds}");
        Option<int> batch = Batch();
        Option<double?> learningRate = Options.Positive("--learning-rate", "R", $"the largest learning rate [default: {Default(o => o.LearningRate)}]");
        Option<string> optimizer = Options.OneOf("--optimizer", "how gradients become steps", "adam", "rmsprop");
        Option<ulong> seed = Options.Seed();
        Option<int> threads = Options.Threads();
        Option<string> model = Options.File("--out", "MODEL", "write what was learned to this file (safetensors)");
        Option<bool> compare = new("--compare-kde") { Description = "also judge a kernel density estimate by the held-out rows, in some seconds" };
        Option<bool> json = Options.Json();
        Command command = new("fit", "Learn the density of rows of data by maximum likelihood; Ctrl-C ends it early and keeps what was reached.")
        {
            data, rows, flow, direction, @base, heldOut, patience, steps, seconds, batch, learningRate, optimizer, seed, threads, model, compare, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(model) is string path)
            {
                AtomicFile.EnsureWritable(path);
            }

            TrainerOptions options = new()
            {
                BatchSize = parsed.GetValue(batch),
                Optimizer = Enum.Parse<OptimizerKind>(parsed.GetRequiredValue(optimizer), ignoreCase: true),
                Seed = parsed.GetValue(seed),
            };
            options = options with { LearningRate = parsed.GetValue(learningRate) ?? options.LearningRate };
            FitLimits limits = new(parsed.GetValue(steps), parsed.GetValue(seconds), parsed.GetValue(patience));
            if (limits is { Steps: null, Seconds: null })
            {
                limits = limits with { Seconds = DefaultSeconds };
            }

            FitData loaded = FitData.Load(parsed.GetRequiredValue(data), parsed.GetValue(rows), options.Seed);
            BaseKind kind = parsed.GetRequiredValue(@base) == "gaussian" ? BaseKind.Gaussian : BaseKind.StudentT(Freedom);
            FlowShape shape = FlowShape.Parse(parsed.GetRequiredValue(flow), loaded.Rows.Dimension, kind);
            FlowDirection reading = Enum.Parse<FlowDirection>(parsed.GetRequiredValue(direction), ignoreCase: true);
            FitRun run = MakeRun(loaded, parsed.GetValue(heldOut), shape, reading, options, limits, parsed.GetValue(threads));
            Fit(run, loaded, parsed.GetValue(model), parsed.GetValue(compare), parsed.GetValue(threads), parsed.GetValue(json), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static Option<int> Batch() =>
        Options.Make(
            "--batch",
            "N",
            $"rows a step, a multiple of {BatchUnit}",
            text =>
            {
                (int batch, string? expected) = Options.Whole(text, BatchUnit, LargestBatch, number => (int)number);
                return (batch, expected ?? (batch % BatchUnit == 0 ? null : $"a multiple of {BatchUnit}, not '{text}'"));
            },
            () => Default(o => o.BatchSize));

    private static T Default<T>(Func<TrainerOptions, T> of) => of(new TrainerOptions());

    private static (double Value, string? Expected) Share(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1
            ? (share, null)
            : (0, $"a number between 0 and 1, not '{text}'");

    private static FitRun MakeRun(
        FitData data, double heldOut, FlowShape shape, FlowDirection direction, TrainerOptions options, FitLimits limits, int threads)
    {
        try
        {
            return new FitRun(data.Rows, heldOut, shape, direction, options, limits, threads);
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException($"{data.Name}: {exception.Message}", exception);
        }
    }

    private static void Fit(FitRun run, FitData data, string? path, bool compare, int threads, bool json, InvocationConfiguration configuration)
    {
        FitReport report;
        using (Interruption interruption = new())
        {
            run.Train(new ProgressLine(configuration.Error), interruption.Token);
            if (path != null)
            {
                ModelFile.Write(path, run.Flow);
            }

            report = run.Report() with { Entropy = data.Entropy };
            if (interruption.Token.IsCancellationRequested)
            {
                configuration.Error.WriteLine(FormattableString.Invariant(
                    $"rtflow: interrupted after {report.Steps} steps, before the end of the schedule{(path == null ? "" : $"; '{path}' holds what was reached")}"));
            }
            else if (compare)
            {
                report = Compare(run, report, threads, interruption.Token);
            }
        }

        configuration.Output.WriteLine(json ? Json.Text(report) : Text(run, data, report, path));
    }

    private static FitReport Compare(FitRun run, FitReport report, int threads, CancellationToken interrupted)
    {
        using WorkerPool workers = new(threads);
        KernelDensity estimate = new(run.Training, workers);
        double scott = estimate.NegativeLogLikelihood(run.HeldOut, 1, interrupted);
        double validated = estimate.NegativeLogLikelihood(run.HeldOut, estimate.CrossValidatedFactor(interrupted), interrupted);
        return interrupted.IsCancellationRequested
            ? report
            : report with { NllKdeScott = Json.Number(scott), NllKdeCrossValidated = Json.Number(validated) };
    }

    private static string Text(FitRun run, FitData data, FitReport report, string? path)
    {
        List<string> lines =
        [
            $"data         {data.Name}: {report.RowsTrain} rows learned, {report.RowsHeldout} held out, D = {run.Flow.Shape.Dimension}",
            $"flow         {run.Flow.Shape}, {run.Flow.Direction.ToString().ToLowerInvariant()}",
            Line($"steps        {report.Steps} in {report.Seconds:F2} s{(report.StoppedEarly ? ", out of patience" : "")}, {report.SkippedSteps} skipped"),
            Line($"NLL learned  {report.NllTrain:F4} nats"),
            Line($"NLL held out {report.NllHeldout:F4} ± {report.NllHeldoutStderr:F4} nats"),
        ];
        Add(report.NllKdeScott, "KDE, Scott  ");
        Add(report.NllKdeCrossValidated, "KDE, cross-v");
        Add(report.Entropy, "entropy     ");
        if (path != null)
        {
            lines.Add($"saved        {path}");
        }

        return string.Join(Environment.NewLine, lines);

        void Add(double? number, string name)
        {
            if (number != null)
            {
                lines.Add(Line($"{name} {number:F4} nats"));
            }
        }

        static string Line(FormattableString text) => FormattableString.Invariant(text);
    }
}
