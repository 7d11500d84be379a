namespace RealtimeFlow.App.Vae;

internal sealed record DataReport(DataSetReport[] Sets);

internal sealed record DataSetReport(string Name, string Title, string Licence, string? Folder, string[] LookedIn, string Cure)
{
    public int? Train { get; init; }

    public int? Test { get; init; }

    public int? Height { get; init; }

    public int? Width { get; init; }

    public double? Mean { get; init; }

    public bool? AsPublished { get; init; }

    public string? TrainDrawn { get; init; }

    public string? TestDrawn { get; init; }

    public string? Defect { get; init; }
}

internal sealed record VaeTrainReport(
    long Steps,
    double Epochs,
    double Seconds,
    double? Bound,
    double? Reconstruction,
    double? Kl,
    double? FreeEnergyHeldout,
    double? GradientNorm,
    long SkippedSteps,
    int Images,
    int ImagesHeldout,
    string Digest);

internal sealed record VaeEvalReport(
    int Images,
    int Samples,
    double? Nll,
    double? NllStderr,
    double? MonteCarloError,
    double? MonteCarloBias,
    double? FreeEnergy,
    double? Reconstruction,
    double? Kl,
    string Digest,
    double Seconds);
