using RealtimeFlow.Engine;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Tests.Live;

public sealed class LiveReadoutTests : IDisposable
{
    private readonly WorkerPool _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void The_readout_says_what_the_flow_is_worth_in_whole_rows_of_labels_and_values()
    {
        FlowEngine engine = Engine("u1");
        engine.Advance(new FrameBudget(TimeSpan.Zero, 60, Density: false, Particles: false));
        engine.Estimate();
        Dictionary<string, string> numbers = Read(engine, paused: false);

        Assert.All(
            ["free energy", "ln Z", "KL", "k-hat", "KSD", "KSD floor", "least s", "β", "gradient", "SNR"],
            label => Assert.True(double.TryParse(numbers[label], out _), $"{label}: {numbers[label]}"));
        Assert.Equal(("60", "0"), (numbers["step"], numbers["skipped"]));
        Assert.Equal("1,000, GPU", numbers["particles"]);
        Assert.EndsWith(" %", numbers["ESS"], StringComparison.Ordinal);
        Assert.Contains("paused at", Read(engine, paused: true).Keys);
    }

    [Fact]
    public void A_k_hat_that_warns_is_marked_and_what_is_unknown_is_a_dash()
    {
        // The untrained base leaves out the ends of the wave; printed without its wall it has no ln Z. No step, no gradient.
        Dictionary<string, string> numbers = Read(Engine("u2-paper"), paused: false);
        Assert.All(["ln Z", "KL", "gradient", "SNR"], label => Assert.Equal("–", numbers[label]));
        Assert.Matches(@"^\d\.\d\d > 0\.7$", Read(Engine("u2"), paused: false)["k-hat"]);
    }

    private FlowEngine Engine(string target) =>
        new(TargetLibrary.Find(target)!, new FlowEngineOptions { Particles = 1000, Formula = "planar:4", GridSize = 16 }, _workers);

    private static Dictionary<string, string> Read(FlowEngine engine, bool paused)
    {
        LiveReadout readout = new("planar:4", 2, "GPU");
        readout.Add(0.02, 60);
        readout.Write(engine, 0, paused);
        string[][] rows = [.. readout.Text.ToString().Split('\n').Select(row => row.Split('\t'))];
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Equal(10, row.Length));
        return rows.SelectMany(row => row.Chunk(2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
