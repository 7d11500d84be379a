namespace RealtimeFlow.Tests.Processes;

public sealed class AllocationTests(ITestOutputHelper output)
{
    /// <summary>Sampling, both maps, the density and the parameters in two dimensions, training, evaluation, and the frame twice.</summary>
    private const int Measurements = (2 * 5) + 3 + 2;

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
