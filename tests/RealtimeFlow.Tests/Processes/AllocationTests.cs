using RealtimeFlow.Inference;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Processes;

public sealed class AllocationTests(ITestOutputHelper output)
{
    /// <summary>
    /// For three distributions: sampling from each kind of sequence and with the score, score, both maps, density and parameters; the fills
    /// of streams, flows of rows, training, on minibatches of five targets, three targets and training on each, maximum likelihood with its looks at
    /// held-out rows, evaluation, diagnosis, a network, the frame twice, and six models of images: a step and an evaluation of each.
    /// </summary>
    private static readonly int Measurements = (3 * (Sequences + 6)) + (2 * Sequences) + 1 + 1 + Trainings + 5 + (2 * 3) + 1 + 2 + 1 + 2 + 2 + (2 * 6);

    /// <summary>Every optimizer with every estimator, and once with all that a step can do beside.</summary>
    private static int Trainings => Enum.GetValues<OptimizerKind>().Length * (Enum.GetValues<GradientEstimator>().Length + 1);

    private static int Sequences => Enum.GetValues<RandomSequence>().Length;

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    public void Nothing_allocates_in_steady_state_on_any_thread(string tieredCompilation)
    {
        string[] lines = ChildProcess.Run(nameof(BytesAllocated), ("DOTNET_TieredCompilation", tieredCompilation));
        Array.ForEach(lines, output.WriteLine);
        Assert.Equal(Measurements, lines.Length);
        Assert.All(lines, line => Assert.EndsWith(":0:True", line, StringComparison.Ordinal));
    }
}
