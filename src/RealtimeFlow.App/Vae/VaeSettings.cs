using System.CommandLine;
using RealtimeFlow.Amortized;
using RealtimeFlow.Flows;
using RealtimeFlow.Inference;
using RealtimeFlow.Networks;

namespace RealtimeFlow.App.Vae;

/// <summary>The options that say what a model is and how it is trained: each sets a part of a <see cref="VaePlan"/>, whose defaults are theirs.</summary>
internal sealed class VaeSettings
{
    private const int MostLatents = 1000, MostUnits = 1 << 16, MostHidden = 16, MostBatch = 1 << 16, MostSamples = 1 << 10;
    private const long MostSteps = 1_000_000_000_000;

    private static readonly VaePlan Defaults = new();
    private static readonly AmortizedOptions Training = Defaults.Training;

    private readonly Setting<VaePlan> _sharedFlow = Setting.Of<VaePlan, bool>(
        new Option<bool>("--shared-flow") { Description = "give all images the same layers, instead of making each its own" }, (plan, value) => plan with { SharedFlow = value });
    private readonly Setting<VaePlan> _window = Count("--window", "N", "units of which maxout takes the largest", 2, MostUnits, Defaults.Window, (plan, value) => plan with { Window = value });
    private readonly Setting<VaePlan> _binarize = Setting.Word<VaePlan, Drawn>(
        "--binarize",
        "when grey pixels are made black or white: once and for all, or anew each epoch; with bernoulli",
        Drawn.Static,
        (plan, value) => plan with { Binarization = value == Drawn.Static ? Binarization.Static : Binarization.Dynamic });
    private readonly Setting<VaePlan> _schedule = Setting.Word<VaePlan, RateSchedule>(
        "--schedule", "how the learning rate goes on after --hold", Training.Schedule, (plan, value) => Trained(plan, options => options with { Schedule = value }));
    private readonly Setting<VaePlan>[] _all;

    public VaeSettings() => _all =
    [
        Flow(),
        Setting.Word<VaePlan, FlowConstraint>("--constraint", "how parameters become invertible layers", Defaults.Constraint, (plan, value) => plan with { Constraint = value }),
        _sharedFlow,
        Count("--latents", "D", "latent variables", 1, MostLatents, Defaults.Latents, (plan, value) => plan with { Latents = value }),
        Count("--hidden", "N", "units of a hidden layer", 1, MostUnits, Defaults.Hidden, (plan, value) => plan with { Hidden = value }),
        Count("--layers", "N", "hidden layers of the encoder, and of the decoder", 1, MostHidden, Defaults.Layers, (plan, value) => plan with { Layers = value }),
        Setting.Word<VaePlan, Activation>("--activation", "what hidden layers do", Defaults.Activation, (plan, value) => plan with { Activation = value }),
        _window,
        Setting.Word<VaePlan, PixelLikelihood>("--likelihood", "what a pixel is: black or white, or a grey", Defaults.Likelihood, (plan, value) => plan with { Likelihood = value }),
        _binarize,
        Count(
            "--importance-samples",
            "S",
            "samples of each image; with more than one, the bound is the importance-weighted one",
            1,
            MostSamples,
            Training.ImportanceSamples,
            (plan, value) => Trained(plan, options => options with { ImportanceSamples = value })),
        Count("--batch", "N", "images a step", 1, MostBatch, Training.MinibatchSize, (plan, value) => Trained(plan, options => options with { MinibatchSize = value })),
        Setting.Word<VaePlan, OptimizerKind>(
            "--optimizer",
            "how gradients become steps",
            Training.Optimizer,
            (plan, value) => Trained(plan, options => options with { Optimizer = value }),
            suits: value => value != OptimizerKind.Soap),
        Number(Options.Positive("--learning-rate", "R", $"the largest learning rate{Setting.Absent(Training.LearningRate)}"), (options, value) => options with { LearningRate = value }),
        _schedule,
        Number(
            Options.ShareBelowOne("--hold", "SHARE", $"the share of the run in which the learning rate stays before a cosine begins{Setting.Absent(Training.HoldShare)}"),
            (options, value) => options with { HoldShare = value }),
        Number(
            Options.Share("--final-rate", "SHARE", $"the share of the learning rate that a cosine leaves at the end{Setting.Absent(Training.FinalRateShare)}"),
            (options, value) => options with { FinalRateShare = value }),
        Number(Options.Positive("--epsilon", "E", $"epsilon of Adam and RMSprop{Setting.Absent(Training.Epsilon)}"), (options, value) => options with { Epsilon = value }),
        Number(
            Options.AboveOne("--clip-ratio", "R", $"shorten every gradient that is R times as long as is usual{Setting.Absent(Training.LargestNormRatio!.Value)}"),
            (options, value) => options with { LargestNormRatio = value }),
        Setting.Of<VaePlan, long>(
            Options.Make("--warm-up", "N", $"steps over which beta rises to 1{Setting.Absent(Training.AnnealingSteps)}", text => Options.Whole(text, 0, MostSteps, number => (long)number)),
            (plan, value) => Trained(plan, options => options with { AnnealingSteps = value })),
        Setting.Of<VaePlan, ulong>(Options.Seed(), (plan, value) => Trained(plan, options => options with { Seed = value })),
    ];

    private enum Drawn
    {
        Static,
        Dynamic,
    }

    /// <summary>The options, in the order in which help lists them.</summary>
    public IEnumerable<Option> All => _all.Select(setting => setting.Option);

    /// <summary>What the command line says, and the defaults where it says nothing.</summary>
    /// <exception cref="UsageException">Two options contradict each other.</exception>
    public VaePlan Read(ParseResult parsed)
    {
        VaePlan plan = _all.Read(parsed, Defaults);
        if (plan.Activation == Activation.Maxout && plan.Hidden % plan.Window != 0)
        {
            throw new UsageException($"{_window.Option.Name}: expected a divisor of the {plan.Hidden} units of a hidden layer, not {plan.Window}");
        }

        if (plan.SharedFlow && plan.Flow == VaePlan.NoFlow)
        {
            throw new UsageException($"{_sharedFlow.Option.Name}: --flow {VaePlan.NoFlow} has no layers to share");
        }

        if (_window.IsGiven(parsed) && plan.Activation != Activation.Maxout)
        {
            throw new UsageException($"{_window.Option.Name}: only --activation maxout has windows");
        }

        return _binarize.IsGiven(parsed) && plan.Likelihood == PixelLikelihood.Gaussian
            ? throw new UsageException($"{_binarize.Option.Name}: expected --likelihood bernoulli with it; a gaussian one is of greys")
            : plan;
    }

    /// <summary>A plan for a run of so many steps, or of nobody knows how many: its schedules are fitted to that.</summary>
    /// <exception cref="UsageException">The command line asks for one that needs a length, and there is none.</exception>
    public VaePlan Fit(ParseResult parsed, VaePlan plan, long? steps)
    {
        if (steps == null && _schedule.IsGiven(parsed) && plan.Training.Schedule == RateSchedule.Cosine)
        {
            throw new UsageException($"{_schedule.Option.Name}: expected --steps or --epochs with cosine, which needs a length");
        }

        return Trained(plan, options => steps is long length ? options with { Steps = length } : options with { Schedule = RateSchedule.Constant });
    }

    /// <summary>Refuses a command line that says otherwise than the plan of a run that it resumes.</summary>
    public void RequireNoOther(ParseResult parsed, VaePlan plan, string file) => _all.RequireNoOther(parsed, plan, file);

    private static VaePlan Trained(VaePlan plan, Func<AmortizedOptions, AmortizedOptions> set) => plan with { Training = set(plan.Training) };

    private static Setting<VaePlan> Number(Option<double?> option, Func<AmortizedOptions, double, AmortizedOptions> set) =>
        Setting.Number<VaePlan>(option, (plan, value) => Trained(plan, options => set(options, value)));

    private static Setting<VaePlan> Count(
        string name, string helpName, string description, int least, int most, int whenAbsent, Func<VaePlan, int, VaePlan> set) =>
        Setting.Of(Options.Count(name, helpName, description, least, most, () => whenAbsent), set);

    private static Setting<VaePlan> Flow()
    {
        Option<string> option = Options.Make(
            "--flow",
            "FORMULA",
            $"the layers of the posterior in order, as in planar:16,radial:16; {VaePlan.NoFlow} for a Gaussian",
            text =>
            {
                try
                {
                    return (text == VaePlan.NoFlow ? text : FlowShape.Parse(text, dimension: 1).ToString(), null);
                }
                catch (FormatException exception)
                {
                    return (text, $"{VaePlan.NoFlow}, or layers: {exception.Message}");
                }
            },
            () => Defaults.Flow);
        return Setting.Of<VaePlan, string>(option, (plan, value) => plan with { Flow = value });
    }
}
