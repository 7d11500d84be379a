using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary><c>rtflow train</c>: stochastic variational inference until a number of steps, a time or a divergence is reached.</summary>
internal sealed class TrainCommand
{
    private const double DefaultSeconds = 10;

    private readonly Option<string> _target = Options.Target();
    private readonly Option<string> _data = TrainTarget.DataOption();
    private readonly Option<string> _flow = Options.Flow();
    private readonly Option<long?> _steps = Options.Steps("--steps", "stop after so many steps");
    private readonly Option<double?> _seconds = Options.Positive("--seconds", "S", $"stop after so many seconds; without any limit, {DefaultSeconds}");
    private readonly Option<double?> _untilKl = Options.Positive("--until-kl", "X", "stop when KL + 2 standard errors is at most X nats");
    private readonly TrainSettings _settings = new(ofRows: false);
    private readonly Option<int> _threads = Options.Threads();
    private readonly CheckpointOptions _checkpoints = new();
    private readonly Option<string> _resume = Options.File(
        "--resume", "FILE", "go on with the run of a checkpoint: target, flow, options and limits are its own; --steps, --seconds and --until-kl, of the whole run, replace those");
    private readonly Option<string> _model = Options.File("--out", "MODEL", "write what was learned to this file (safetensors)");
    private readonly Option<bool> _json = Options.Json();

    private TrainCommand()
    {
    }

    public static Command Make()
    {
        TrainCommand train = new();
        Command command = new("train", "Learn a target by stochastic variational inference; Ctrl-C ends it early and keeps what was reached.")
        {
            train._target, train._data, train._flow, train._steps, train._seconds, train._untilKl,
        };
        Option[] others =
        [
            .. train._settings.All, train._threads, .. train._checkpoints.All, train._resume, train._model, train._json,
        ];
        Array.ForEach(others, command.Add);
        command.SetAction(train.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        TrainLimits limits = new(parsed.GetValue(_steps), parsed.GetValue(_seconds), parsed.GetValue(_untilKl));
        string? file = parsed.GetValue(_resume);
        Checkpoint? checkpoint = file == null ? null : CheckpointFile.Read(file);
        using TrainTarget target = TrainTarget.Find(checkpoint?.Target ?? NameOfTarget(parsed)) ?? throw (checkpoint == null
            ? new UsageException($"{_data.Name}: expected --target {Suggestion.List(TrainTarget.Takers)} with it, not '{parsed.GetValue(_target)}'")
            : new FileFormatException($"{file}: its run was on another target than there are here"));
        TrainRun run = checkpoint == null ? Begin(parsed, limits, target.Target) : Resume(parsed, limits, target.Target, checkpoint, file!);
        Train(run, target, parsed.GetValue(_model), parsed.GetValue(_json), parsed.InvocationConfiguration);
    }

    private string NameOfTarget(ParseResult parsed) => TrainTarget.Name(parsed.GetRequiredValue(_target), parsed.GetValue(_data));

    private TrainRun Begin(ParseResult parsed, TrainLimits limits, Target target)
    {
        RequireDivergence(target, limits);
        limits = limits == default ? limits with { Seconds = DefaultSeconds } : limits;
        TrainerOptions options = _settings.Read(parsed, TrainerOptions.SuitedLearningRate(limits.ExpectedSteps));
        return options.MinibatchSize == null || target is DataTarget
            ? new TrainRun(
                target,
                TrainSettings.Suited(FlowShape.Parse(parsed.GetRequiredValue(_flow), target.Dimension), options),
                options,
                limits,
                parsed.GetValue(_threads),
                _checkpoints.Read(parsed))
            : throw new UsageException($"--minibatch: {target.Name} has no data rows");
    }

    private TrainRun Resume(ParseResult parsed, TrainLimits limits, Target target, Checkpoint checkpoint, string file)
    {
        if ((Options.IsGiven(parsed, _target) || Options.IsGiven(parsed, _data))
            && !string.Equals(NameOfTarget(parsed), target.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw TrainSettings.Contradiction(Options.IsGiven(parsed, _data) ? _data : _target, file);
        }

        string flow = parsed.GetRequiredValue(_flow);
        if (Options.IsGiven(parsed, _flow) && FlowShape.Parse(flow, target.Dimension).ToString() != checkpoint.Shape.ToString())
        {
            throw TrainSettings.Contradiction(_flow, file);
        }

        _settings.RequireNoOther(parsed, checkpoint.Options, file);
        RequireDivergence(target, limits);
        TrainNote note = TrainNote.Read(checkpoint, file);
        return new TrainRun(
            target, checkpoint, limits == default ? note : note with { Limits = limits }, parsed.GetValue(_threads), _checkpoints.Read(parsed));
    }

    private static void RequireDivergence(Target target, TrainLimits limits)
    {
        if (limits.UntilKl != null && target.LogNormalizer == null)
        {
            throw new UsageException($"--until-kl: {target.Name} has no ln Z and so no KL divergence; take --steps or --seconds");
        }
    }

    private static void Train(TrainRun run, TrainTarget target, string? path, bool json, InvocationConfiguration configuration)
    {
        if (path != null)
        {
            AtomicFile.EnsureWritable(path);
        }

        TrainReport report;
        using (Interruption interruption = new())
        using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, target.Failed))
        {
            run.Train(new ProgressLine(configuration.Error), end.Token);
            target.ThrowIfFailed();
            if (path != null)
            {
                ModelFile.Write(path, run.Flow);
            }

            report = run.Report();
            if (interruption.Token.IsCancellationRequested)
            {
                configuration.Error.WriteLine(Interruption.Told(report.Steps, path, run.CheckpointPath));
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
            target       {run.Target.Name}{(run.Target is DataTarget data ? $", {data.Data.Count} rows" : "")}
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

                warning      k-hat is not below {Diagnosis.ParetoThreshold}: the flow leaves out, or thins out, a part of the target, which F and KL may hardly show.
                             ESS, ln Z and whatever else is weighted by p/q are not to be relied on. Train longer, or with more layers.
                """);
        }

        return path == null ? text : $"{text}{Environment.NewLine}saved        {path}";
    }
}
