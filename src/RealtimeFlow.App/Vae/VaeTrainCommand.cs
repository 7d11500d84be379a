using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Vae;

/// <summary><c>rtflow vae train</c>: model and inference network learn together until a number of steps, or a time, is reached.</summary>
internal sealed class VaeTrainCommand
{
    private const double DefaultEpochs = 20;

    private readonly Option<string> _data = VaeData.Option();
    private readonly Option<bool> _validate = new("--validate") { Description = "hold out the last sixth of the training images, of 60,000 the last 10,000, and look at their free energy" };
    private readonly Option<long?> _steps = Options.Steps("--steps", "stop after so many steps");
    private readonly Option<double?> _epochs = Options.Positive("--epochs", "E", FormattableString.Invariant($"stop when all images were seen so often; without any limit, {DefaultEpochs}"));
    private readonly Option<double?> _seconds = Options.Positive("--seconds", "S", "stop after so many seconds; alone, the learning rate stays as it is");
    private readonly VaeSettings _settings = new();
    private readonly Option<int> _threads = Options.Threads();
    private readonly CheckpointOptions _checkpoints = new();
    private readonly Option<string> _resume = Options.File(
        "--resume", "FILE", "go on with the run of a checkpoint, on the same --data: model, options and limits are its own; --steps, --epochs and --seconds, of the whole run, replace those");
    private readonly Option<string> _model = Options.File("--out", "MODEL", "write what was learned to this file (safetensors)");
    private readonly Option<bool> _json = Options.Json();

    private VaeTrainCommand() => _steps.Aliases.Add("--updates");

    public static Command Make()
    {
        VaeTrainCommand train = new();
        Command command = new("train", "Learn a model of images and its inference network together; Ctrl-C ends it early and keeps what was reached.")
        {
            train._data, train._validate, train._steps, train._epochs, train._seconds,
        };
        Option[] others = [.. train._settings.All, train._threads, .. train._checkpoints.All, train._resume, train._model, train._json];
        Array.ForEach(others, command.Add);
        command.SetAction(train.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        if (parsed.GetValue(_steps) != null && parsed.GetValue(_epochs) != null)
        {
            throw new UsageException($"{_epochs.Name}: expected instead of {_steps.Name}, not with it");
        }

        if (parsed.GetValue(_model) is string path)
        {
            AtomicFile.EnsureWritable(path);
        }

        Train(parsed, parsed.GetValue(_resume) is string file ? Resume(parsed, file) : Begin(parsed));
    }

    private VaeRun Begin(ParseResult parsed)
    {
        VaePlan plan = _settings.Read(parsed);
        TrainCheckpoints? checkpoints = _checkpoints.Read(parsed);
        bool hasLimit = parsed.GetValue(_steps) != null || parsed.GetValue(_epochs) != null || parsed.GetValue(_seconds) != null;
        double? epochs = hasLimit ? parsed.GetValue(_epochs) : DefaultEpochs;
        if (epochs == null)
        {
            // What the command line lacks is told before any image is read.
            _settings.Fit(parsed, plan, parsed.GetValue(_steps));
        }

        return new VaeRun(
            VaeData.Find(parsed.GetRequiredValue(_data)),
            plan.Seen,
            images =>
            {
                VaeLimits limits = Limits(parsed, epochs, images, plan.Training.MinibatchSize);
                return (limits, _settings.Fit(parsed, plan, limits.Steps));
            },
            parsed.GetValue(_validate),
            parsed.GetValue(_threads),
            checkpoints);
    }

    private VaeRun Resume(ParseResult parsed, string file)
    {
        ImageCheckpoint checkpoint = ImageCheckpointFile.Read(file);
        VaeNote note = VaeNote.Read(checkpoint, file);
        _settings.RequireNoOther(parsed, note.Plan, file);
        if (Options.IsGiven(parsed, _validate) && !note.Validates)
        {
            throw TrainSettings.Contradiction(_validate, file);
        }

        TrainCheckpoints? checkpoints = _checkpoints.Read(parsed);
        return new VaeRun(
            VaeData.Find(parsed.GetRequiredValue(_data)),
            checkpoint,
            images => Limits(parsed, parsed.GetValue(_epochs), images, checkpoint.Run.Options.MinibatchSize),
            note,
            file,
            parsed.GetValue(_threads),
            checkpoints);
    }

    private VaeLimits Limits(ParseResult parsed, double? epochs, int images, int minibatch) =>
        new(parsed.GetValue(_steps) ?? (epochs == null ? null : (long)Math.Ceiling(epochs.Value * images / minibatch)), parsed.GetValue(_seconds));

    private void Train(ParseResult parsed, VaeRun run)
    {
        string? path = parsed.GetValue(_model);
        InvocationConfiguration configuration = parsed.InvocationConfiguration;
        VaeTrainReport report;
        using (Interruption interruption = new())
        {
            run.Train(new ProgressLine(configuration.Error), interruption.Token);
            if (path != null)
            {
                ImageModelFile.Write(path, run.Model);
            }

            report = run.Report();
            if (interruption.Token.IsCancellationRequested)
            {
                configuration.Error.WriteLine(Interruption.Told(report.Steps, path, run.CheckpointPath));
            }
        }

        configuration.Output.WriteLine(parsed.GetValue(_json) ? Json.Text(report) : Text(run, report, path));
    }

    private static string Text(VaeRun run, VaeTrainReport report, string? path)
    {
        LatentGaussianModel model = run.Model.Shape;
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            data         {run.Data.Name}: {report.Images} images learned, {report.ImagesHeldout} held out, {run.Model.Images.Height} × {run.Model.Images.Width}
            model        {model.Latents} latent variables, {(model.Posterior.LayerCount == 0 ? "no flow" : $"{model.Posterior}, {(model.SharesLayers ? "shared" : "each image's own")}")}; {model.ParameterCount} numbers
            steps        {report.Steps}, {report.Epochs:F1} epochs, in {report.Seconds:F1} s, {report.SkippedSteps} skipped
            minibatch    bound {report.Bound:F2} nats, −ln p(x|z) {report.Reconstruction:F2}, KL {report.Kl:F2}
            """);
        if (report.FreeEnergyHeldout is double heldOut)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"{Environment.NewLine}held out     free energy {heldOut:F2} nats");
        }

        return path == null ? text : $"{text}{Environment.NewLine}saved        {path}";
    }
}
