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
internal sealed class FitCommand
{
    private const double DefaultSeconds = 10, DefaultHeldOut = 0.1;
    private const int DefaultRows = 100_000, MostRows = 100_000_000;
    private const float Freedom = 5;

    private readonly Option<string> _data = FitData.Option();
    private readonly Option<int> _rows = Options.Count("--rows", "N", "how many rows to draw of data that are built in", 2, MostRows, () => DefaultRows);
    private readonly Option<string> _flow = Options.Flow();
    private readonly Option<string> _direction = Options.OneOf(
        "--direction", "how the flow is read: from the data to the base, so that densities are direct, or back, so that samples are", "normalizing", "generative");
    private readonly Option<string> _base = Options.OneOf(
        "--base", FormattableString.Invariant($"the base distribution; student-t, of {Freedom} degrees of freedom, has heavier tails"), "gaussian", "student-t");
    private readonly Option<double> _heldOut = Options.Make(
        "--held-out", "SHARE", "the share of the rows that is not learned, but decides which parameters are kept", Share, () => DefaultHeldOut);
    private readonly Option<int?> _patience = Options.Make<int?>(
        "--patience", "N", "stop after so many looks at the held-out rows, one in 100 steps or more, without a new least loss", text => Options.Whole(text, 1, int.MaxValue, number => (int?)number));
    private readonly Option<long?> _steps = Options.Steps("--steps", "stop after so many steps");
    private readonly Option<double?> _seconds = Options.Positive("--seconds", "S", $"stop after so many seconds; without any limit, {DefaultSeconds}");
    private readonly TrainSettings _settings = new(ofRows: true);
    private readonly Option<int> _threads = Options.Threads();
    private readonly CheckpointOptions _checkpoints = new();
    private readonly Option<string> _resume = Options.File(
        "--resume", "FILE", "go on with the fit of a checkpoint, on the same --data: flow, options and limits are its own; --steps, --seconds and --patience, of the whole fit, replace those");
    private readonly Option<string> _model = Options.File("--out", "MODEL", "write what was learned to this file (safetensors)");
    private readonly Option<bool> _compare = new("--compare-kde") { Description = "also judge a kernel density estimate by the held-out rows, in some seconds" };
    private readonly Option<bool> _json = Options.Json();

    private FitCommand()
    {
    }

    public static Command Make()
    {
        FitCommand fit = new();
        Command command = new("fit", "Learn the density of rows of data by maximum likelihood; Ctrl-C ends it early and keeps what was reached.")
        {
            fit._data, fit._rows, fit._flow, fit._direction, fit._base, fit._heldOut, fit._patience, fit._steps, fit._seconds,
        };
        Option[] others = [.. fit._settings.All, fit._threads, .. fit._checkpoints.All, fit._resume, fit._model, fit._compare, fit._json];
        Array.ForEach(others, command.Add);
        command.SetAction(fit.Run);
        return command;
    }

    private static (double Value, string? Expected) Share(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1
            ? (share, null)
            : (0, $"a number between 0 and 1, not '{text}'");

    private void Run(ParseResult parsed)
    {
        if (parsed.GetValue(_model) is string path)
        {
            AtomicFile.EnsureWritable(path);
        }

        FitLimits limits = new(parsed.GetValue(_steps), parsed.GetValue(_seconds), parsed.GetValue(_patience));
        Fit(parsed, parsed.GetValue(_resume) is string file ? Resume(parsed, limits, file) : Begin(parsed, limits));
    }

    private FitRun Begin(ParseResult parsed, FitLimits limits)
    {
        TrainerOptions options = _settings.Read(parsed, new TrainerOptions().LearningRate);
        FitData data = FitData.Load(parsed.GetRequiredValue(_data), parsed.GetValue(_rows), options.Seed);
        BaseKind kind = parsed.GetRequiredValue(_base) == "gaussian" ? BaseKind.Gaussian : BaseKind.StudentT(Freedom);
        try
        {
            return new FitRun(
                data,
                parsed.GetValue(_heldOut),
                TrainSettings.Suited(FlowShape.Parse(parsed.GetRequiredValue(_flow), data.Rows.Dimension, kind), options),
                Enum.Parse<FlowDirection>(parsed.GetRequiredValue(_direction), ignoreCase: true),
                options,
                limits is { Steps: null, Seconds: null } ? limits with { Seconds = DefaultSeconds } : limits,
                parsed.GetValue(_threads),
                _checkpoints.Read(parsed));
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException($"{data.Name}: {exception.Message}", exception);
        }
    }

    private FitRun Resume(ParseResult parsed, FitLimits limits, string file)
    {
        Checkpoint checkpoint = CheckpointFile.Read(file);
        _settings.RequireNoOther(parsed, checkpoint.Options, file);
        FitData data = FitData.Load(parsed.GetRequiredValue(_data), parsed.GetValue(_rows), checkpoint.Options.Seed);
        FitNote note = FitNote.Read(checkpoint, file, data);
        RequireSame(_flow, FlowShape.Parse(parsed.GetRequiredValue(_flow), data.Rows.Dimension).ToString(), checkpoint.Shape.ToString());
        RequireSame(_direction, parsed.GetRequiredValue(_direction), NameOf(checkpoint.Direction));
        RequireSame(_base, parsed.GetRequiredValue(_base), checkpoint.Shape.Base.Name);
        RequireSame(_heldOut, parsed.GetValue(_heldOut), note.HeldOutShare);
        (long? steps, double? seconds) = limits is { Steps: null, Seconds: null }
            ? (note.Limits.Steps, note.Limits.Seconds)
            : (limits.Steps, limits.Seconds);
        note = note with { Limits = new FitLimits(steps, seconds, limits.Patience ?? note.Limits.Patience) };
        return new FitRun(data, checkpoint, note, parsed.GetValue(_threads), _checkpoints.Read(parsed));

        void RequireSame<T>(Option option, T given, T begun)
        {
            if (Options.IsGiven(parsed, option) && !Equals(given, begun))
            {
                throw TrainSettings.Contradiction(option, file);
            }
        }
    }

    private void Fit(ParseResult parsed, FitRun run)
    {
        string? path = parsed.GetValue(_model);
        TextWriter error = parsed.InvocationConfiguration.Error;
        FitReport report;
        using (Interruption interruption = new())
        {
            run.Train(new ProgressLine(error), interruption.Token);
            if (path != null)
            {
                ModelFile.Write(path, run.Flow);
            }

            report = run.Report();
            if (interruption.Token.IsCancellationRequested)
            {
                error.WriteLine(Interruption.Told(report.Steps, path, run.CheckpointPath));
            }
            else if (parsed.GetValue(_compare))
            {
                report = Compare(run, report, parsed.GetValue(_threads), interruption.Token);
            }
        }

        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? Json.Text(report) : Text(run, report, path));
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

    private static string Text(FitRun run, FitReport report, string? path)
    {
        List<string> lines =
        [
            $"data         {run.Data.Name}: {report.RowsTrain} rows learned, {report.RowsHeldout} held out, D = {run.Flow.Shape.Dimension}",
            $"flow         {run.Flow.Shape}, {NameOf(run.Flow.Direction)}",
            Line($"steps        {report.Steps} in {report.Seconds:F2} s{(report.StoppedEarly ? ", out of patience" : "")}, {report.SkippedSteps} skipped"),
            Line($"NLL learned  {report.NllTrain:F4} nats"),
            Line($"NLL held out {report.NllHeldout:F4} ± {report.NllHeldoutStderr:F4} nats"),
        ];
        Add("KDE, Scott  ", report.NllKdeScott);
        Add("KDE, best h ", report.NllKdeCrossValidated);
        Add("entropy     ", report.Entropy);
        if (path != null)
        {
            lines.Add($"saved        {path}");
        }

        return string.Join(Environment.NewLine, lines);

        void Add(string name, double? number)
        {
            if (number != null)
            {
                lines.Add(Line($"{name} {number:F4} nats"));
            }
        }

        static string Line(FormattableString text) => FormattableString.Invariant(text);
    }

    private static string NameOf(FlowDirection direction) => direction.ToString().ToLowerInvariant();
}
