using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealtimeFlow.App.Vae;

namespace RealtimeFlow.App;

/// <summary>The objects that <c>--json</c> prints. A number that is unknown, or not finite, is null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TargetList))]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(ImageModelSummary))]
[JsonSerializable(typeof(TrainReport))]
[JsonSerializable(typeof(TrainNote))]
[JsonSerializable(typeof(FitReport))]
[JsonSerializable(typeof(FitNote))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(ArrayReport))]
[JsonSerializable(typeof(RenderReport))]
[JsonSerializable(typeof(Live.StudioState))]
[JsonSerializable(typeof(Live.LiveReport))]
[JsonSerializable(typeof(DataReport))]
[JsonSerializable(typeof(VaeTrainReport))]
[JsonSerializable(typeof(VaeEvalReport))]
[JsonSerializable(typeof(VaeNote))]
internal sealed partial class Json : JsonSerializerContext
{
    /// <summary>One JSON object as text.</summary>
    public static string Text<T>(T report) => JsonSerializer.Serialize(report, typeof(T), Default);

    /// <summary>A number that JSON can hold.</summary>
    public static double? Number(double? number) => number is double value && double.IsFinite(value) ? value : null;
}

internal sealed record TargetList(TargetRow[] Targets);

internal sealed record TargetRow(string Name, int Dimension, double? LogZ, string Description);

internal sealed record ModelSummary(
    bool Sound,
    int Dimension,
    string Direction,
    BaseSummary Base,
    string Layers,
    int LayerCount,
    int Parameters,
    double? LeastS,
    int? LeastSLayer);

internal sealed record BaseSummary(string Name, float? DegreesOfFreedom, float[] Location, float[] LogScale);

internal sealed record ArrayReport(long Count, int Dimension, double Seconds);

internal sealed record RenderReport(int Frames, int Width, int Height, double Seconds, string Out)
{
    /// <summary>The same for people.</summary>
    public string Text() => string.Create(
        CultureInfo.InvariantCulture, $"{Frames} {(Frames == 1 ? "frame" : "frames")} of {Width} x {Height} in {Seconds:F1} s: {Out}");
}

internal sealed record TrainReport(
    long Steps,
    double Seconds,
    double? FreeEnergy,
    double? LogZ,
    double? Kl,
    double? KlStderr,
    double? Ess,
    double? Khat,
    double? Ksd,
    double[] MinS,
    double? GradientNorm,
    double? GradientSnr,
    long SkippedSteps);

internal sealed record FitReport(
    long Steps,
    double Seconds,
    double? NllTrain,
    double? NllHeldout,
    double? NllHeldoutStderr,
    int RowsTrain,
    int RowsHeldout,
    bool StoppedEarly,
    long SkippedSteps)
{
    public double? Entropy { get; init; }

    public double? NllKdeScott { get; init; }

    public double? NllKdeCrossValidated { get; init; }
}

internal sealed record BenchReport(BenchMachine Machine, BenchResult[] Results);

internal sealed record BenchMachine(
    string Cpu, int Cores, string Runtime, string Os, string VectorWidth, string Tiering, BenchLimits[] Limits);

/// <summary>What the machine can do at most on some threads, a second: floating-point operations, divisions, bytes.</summary>
internal sealed record BenchLimits(
    int Threads,
    double FmaFlops,
    double Divisions,
    double MemoryReading,
    double MemoryWriting,
    long MemoryBytes,
    double CacheReading,
    double CacheWriting,
    long CacheBytes);

internal sealed record BenchResult(
    string Name,
    string Width,
    int Dimension,
    int Layers,
    long Particles,
    int Threads,
    double SecondsMedian,
    double PerSecond,
    long AllocatedBytes,
    double Operations,
    double Divisions,
    double Bytes,
    string Limit,
    double ShareOfLimit);
