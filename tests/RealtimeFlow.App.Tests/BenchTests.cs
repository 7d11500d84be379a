using System.Text.Json;

namespace RealtimeFlow.App.Tests;

public sealed class BenchTests
{
    [Fact]
    public void The_rows_have_the_promised_names_sizes_and_rates_on_one_thread_and_on_all()
    {
        BenchResult[] rows = [.. Bench.Run(new ProgressLine(TextWriter.Null), warmUpSeconds: 0, measuredSeconds: 0)];
        string[] names =
            ["gaussian", "forward/planar", "forward/radial", "inverse/planar", "inverse/radial", "train/planar", "train/radial", "sample/planar"];
        int[] threads = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];

        Assert.Equal(threads.SelectMany(count => names.Select(name => (name, count))), rows.Select(row => (row.Name, row.Threads)));
        Assert.All(rows, row =>
        {
            bool isGaussian = row.Name == "gaussian";
            Assert.Equal(isGaussian ? (1, 0) : (2, 32), (row.Dimension, row.Layers));
            Assert.Equal(row.Name.StartsWith("train", StringComparison.Ordinal) ? 65_536 : 1_048_576, row.Particles);
            Assert.True(row.SecondsMedian > 0);
            Assert.Equal(row.Particles * (isGaussian ? 1 : 32) / row.SecondsMedian, row.PerSecond, row.PerSecond * 1e-12);
        });
    }

    [Fact]
    public void The_json_has_the_promised_keys()
    {
        BenchReport report = new(new BenchMachine("", 1, "", "", "", ""), [new BenchResult("", "", 2, 32, 1, 1, 1, 1, 0)]);
        JsonElement json = JsonDocument.Parse(Json.Text(report)).RootElement;

        Assert.Equal(["machine", "results"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["name", "width", "dimension", "layers", "particles", "threads", "seconds_median", "per_second", "allocated_bytes"],
            json.GetProperty("results")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["cpu", "cores", "runtime", "os", "vector_width", "tiering"],
            json.GetProperty("machine").EnumerateObject().Select(property => property.Name));
    }
}
