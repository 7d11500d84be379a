using System.Text.Json;
using RealtimeFlow.App.Benchmarking;
using SkiaSharp;

namespace RealtimeFlow.App.Tests.Benchmarking;

public sealed class BenchTests
{
    private static readonly string[] PromisedNames =
        ["gaussian", "forward/planar", "forward/radial", "inverse/planar", "inverse/radial", "train/planar", "train/radial", "sample/planar"];

    // One repetition of everything, once.
    private static readonly BenchSettings Shortest = new(WarmUpSeconds: 0, SliceSeconds: 0, Seconds: 0, MemoryBytes: 4 << 20);

    private static readonly Lazy<BenchReport> Report = new(() =>
    {
        (BenchLimits[] limits, BenchResult[] results) = Bench.Run(Shortest, new ProgressLine(TextWriter.Null));
        return new BenchReport(Machine.Describe(limits), results);
    });

    private static int[] Threads => [.. new[] { 1, Environment.ProcessorCount }.Distinct()];

    [Fact]
    public void The_rows_have_the_promised_names_sizes_and_rates_on_one_thread_and_on_all()
    {
        string[] names = [.. PromisedNames, "train/planar/512", "train/planar/4096", "frame"];
        BenchResult[] rows = Report.Value.Results;

        Assert.Equal(Threads.SelectMany(count => names.Select(name => (name, count))), rows.Select(row => (row.Name, row.Threads)));
        Assert.All(rows, row =>
        {
            bool isGaussian = row.Name == "gaussian";
            Assert.Equal(isGaussian ? (1, 0) : (2, 32), (row.Dimension, row.Layers));
            Assert.Equal(row.Name.Split('/') switch { ["frame"] => 1_114_112, ["train", _, string batch] => int.Parse(batch, null), ["train", _] => 65_536, _ => 1_048_576 }, row.Particles);
            Assert.True(row.SecondsMedian > 0);
            Assert.Equal(row.Particles * (isGaussian ? 1 : 32) / row.SecondsMedian, row.PerSecond, row.PerSecond * 1e-12);
        });
    }

    [Fact]
    public void Each_row_has_a_limit_that_is_measured_beside_it()
    {
        BenchReport report = Report.Value;

        Assert.Equal(Threads, report.Machine.Limits.Select(limit => limit.Threads));
        Assert.All(report.Machine.Limits, limit =>
        {
            Assert.All(
                [limit.FmaFlops, limit.Divisions, limit.MemoryReading, limit.MemoryWriting, limit.CacheReading, limit.CacheWriting],
                speed => Assert.True(speed > 0 && double.IsFinite(speed)));
            Assert.Equal((4 << 20, 20 << 20), (limit.MemoryBytes, limit.CacheBytes));
        });
        Assert.All(report.Results, row =>
        {
            Assert.True(row.ShareOfLimit > 0 && double.IsFinite(row.ShareOfLimit));
            Assert.True(row.Limit is "arithmetic" or "division" or "memory");
            Assert.True(row.Operations > 0 && row.Divisions > 0);

            // Training keeps its particles to itself.
            Assert.Equal(!row.Name.StartsWith("train", StringComparison.Ordinal), row.Bytes > 0);
        });
    }

    [Fact]
    public void The_slowest_of_arithmetic_division_and_memory_is_the_limit()
    {
        Peaks peaks = new(Arithmetic: 100, Division: 10, Reading: 4, Writing: 2);

        Assert.Equal((2, "arithmetic"), peaks.LeastSeconds(new OperationCount(200, 10, 4, 1)));
        Assert.Equal((3, "division"), peaks.LeastSeconds(new OperationCount(200, 30, 4, 1)));
        Assert.Equal((4, "memory"), peaks.LeastSeconds(new OperationCount(200, 30, 8, 4)));
    }

    [Fact]
    public void The_json_has_the_promised_keys()
    {
        BenchReport report = new(
            new BenchMachine("", 1, "", "", "", "", [new BenchLimits(1, 1, 1, 1, 1, 1, 1, 1, 1)]),
            [new BenchResult("", "", 2, 32, 1, 1, 1, 1, 0, 1, 1, 1, "", 1)]);
        JsonElement json = JsonDocument.Parse(Json.Text(report)).RootElement;

        Assert.Equal(["machine", "results"], Keys(json));
        Assert.Equal(
            [
                "name", "width", "dimension", "layers", "particles", "threads", "seconds_median", "per_second", "allocated_bytes",
                "operations", "divisions", "bytes", "limit", "share_of_limit",
            ],
            Keys(json.GetProperty("results")[0]));
        Assert.Equal(["cpu", "cores", "runtime", "os", "vector_width", "tiering", "limits"], Keys(json.GetProperty("machine")));
        Assert.Equal(
            [
                "threads", "fma_flops", "divisions", "memory_reading", "memory_writing", "memory_bytes",
                "cache_reading", "cache_writing", "cache_bytes",
            ],
            Keys(json.GetProperty("machine").GetProperty("limits")[0]));
    }

    [Fact]
    public void The_roofline_is_a_picture()
    {
        byte[] png = Roofline.Png(Report.Value);

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        using SKBitmap picture = SKBitmap.Decode(png);
        Assert.True(picture.Pixels.Distinct().Count() > 10);
    }

    [Theory]
    [InlineData("bench --plot", "--plot", "FILE.png")]
    [InlineData("bench --plto x.png", "--plto", "did you mean --plot?")]
    public void A_wrong_command_line_is_told_in_one_line(string arguments, params string[] words) =>
        Rtflow.Run(arguments.Split(' ')).AssertComplaint(ExitCodes.Usage, words);

    [Fact]
    public void A_picture_that_cannot_be_written_is_told_before_any_work()
    {
        using TemporaryFolder folder = new();

        Rtflow.Run("bench", "--plot", folder.File("none/roofline.png")).AssertComplaint(ExitCodes.Failure, "roofline.png");
    }

    private static IEnumerable<string> Keys(JsonElement json) => json.EnumerateObject().Select(property => property.Name);
}
