using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RealtimeFlow.Density;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Tests;

public sealed class SampleTests
{
    [Theory]
    [InlineData(1, 100_000, FlowDirection.Generative)]
    [InlineData(2, 300_001, FlowDirection.Generative)]
    [InlineData(3, 100_007, FlowDirection.Normalizing)]
    [InlineData(40, 15_000, FlowDirection.Generative)]
    public void The_files_hold_what_the_library_draws_bit_for_bit_in_rows(int dimension, int count, FlowDirection direction)
    {
        using PointModel model = new(dimension, direction: direction);
        float[] points = new float[dimension * count], logDensity = new float[count];
        model.Flow.Sample(new RandomStream(7, StreamNumbers.Samples), 0, points, logDensity);

        model.Do($"sample --count {count} --seed 7 --out @x.npy --log-density @l.npy");

        PointModel.AssertSameBits(PointModel.Transposed(points, count), model.Read("x.npy", dimension));
        PointModel.AssertSameBits(logDensity, model.Read("l.npy", 1));
        Assert.Equal(["l.npy", "x.npy"], model.Others);
    }

    [Theory]
    [InlineData(2, 0, 200_000, 1)]
    [InlineData(2, 12_345, 70_003, 2)]
    [InlineData(3, 1UL << 60, 40_001, 3)]
    [InlineData(5, (1UL << 60) + 9, 1_000, 17)]
    public void Pieces_by_offset_are_the_whole_byte_for_byte_on_any_number_of_threads(int dimension, ulong offset, int count, int cut)
    {
        string[] sequences = offset < 1UL << 32 ? ["independent", "antithetic", "sobol"] : ["independent", "antithetic"];
        foreach (string sequence in sequences)
        {
            using PointModel model = new(dimension);
            string whole = $"--sequence {sequence} --seed 5 --log-density";
            model.Do($"sample --count {count} --offset {offset} {whole} @l.npy --threads 1 --out @x.npy");
            model.Do($"sample --count {count} --offset {offset} {whole} @l2.npy --threads 3 --out @x2.npy");
            model.Do($"sample --count {cut} --offset {offset} {whole} @l3.npy --out @x3.npy");
            model.Do($"sample --count {count - cut} --offset {offset + (ulong)cut} {whole} @l4.npy --threads 2 --out @x4.npy");

            Assert.Equal(File.ReadAllBytes(model.File("x.npy")), File.ReadAllBytes(model.File("x2.npy")));
            Assert.Equal(File.ReadAllBytes(model.File("l.npy")), File.ReadAllBytes(model.File("l2.npy")));
            PointModel.AssertSameBits(model.Read("x.npy", dimension), [.. model.Read("x3.npy", dimension), .. model.Read("x4.npy", dimension)]);
            PointModel.AssertSameBits(model.Read("l.npy", 1), [.. model.Read("l3.npy", 1), .. model.Read("l4.npy", 1)]);
        }
    }

    [Fact]
    public void No_points_are_an_empty_array_of_the_dimension()
    {
        using PointModel model = new(3);
        JsonElement report = model.Run("sample --count 0 --out @x.npy --log-density @l.npy --json").Json();

        Assert.Empty(model.Read("x.npy", 3));
        Assert.Empty(model.Read("l.npy", 1));
        Assert.Equal(["count", "dimension", "seconds"], report.EnumerateObject().Select(property => property.Name));
        Assert.Equal((0, 3), (report.GetProperty("count").GetInt64(), report.GetProperty("dimension").GetInt32()));
    }

    [Theory]
    [InlineData(0, 1, FlowDirection.Generative)]
    [InlineData(2, 1, FlowDirection.Generative)]
    [InlineData(4, 0.25f, FlowDirection.Normalizing)]
    [InlineData(5, 0.5f, FlowDirection.Generative)]
    public void A_layer_and_tau_stop_early(int layer, float tau, FlowDirection direction)
    {
        const int count = 500;
        using PointModel model = new(2, direction: direction);
        float[] points = new float[2 * count], logDensity = new float[count];
        model.Flow.Prefix(layer, tau).Sample(new RandomStream(1, StreamNumbers.Samples), 0, points, logDensity);

        model.Do(string.Create(CultureInfo.InvariantCulture, $"sample --count {count} --layer {layer} --tau {tau} --out @x.npy --log-density @l.npy"));

        PointModel.AssertSameBits(PointModel.Transposed(points, count), model.Read("x.npy", 2));
        PointModel.AssertSameBits(logDensity, model.Read("l.npy", 1));
    }

    [Fact]
    public void The_points_of_a_sequence_relate_as_its_name_says()
    {
        using PointModel model = new(2, "planar:1");
        foreach (string sequence in new[] { "antithetic", "sobol" })
        {
            float[] points = new float[2 * 1000];
            model.Flow.Prefix(0).Sample(new RandomStream(1, StreamNumbers.Samples, Enum.Parse<RandomSequence>(sequence, ignoreCase: true)), 0, points);
            model.Do($"sample --count 1000 --layer 0 --sequence {sequence} --out @x.npy");
            PointModel.AssertSameBits(PointModel.Transposed(points, 1000), model.Read("x.npy", 2));
        }
    }

    [Fact]
    public void Text_holds_the_same_numbers()
    {
        using PointModel model = new(2);
        model.Do("sample --count 5000 --out @x.csv --log-density @l.CSV");
        model.Do("sample --count 5000 --out @x.npy --log-density @l.npy");

        Assert.Equal(5000, File.ReadLines(model.File("x.csv")).Count());
        PointModel.AssertSameBits(model.Read("x.npy", 2), model.Read("x.csv", 2));
        PointModel.AssertSameBits(model.Read("l.npy", 1), model.Read("l.CSV", 1));
    }

    [Theory]
    [InlineData("sample --count 1 --out @x --layer 6", 2, "--layer: expected from 0 to 5", "not 6")]
    [InlineData("sample --count 1 --out @x --log-density @x", 2, "named twice")]
    [InlineData("sample --count 1 --out @model.safetensors", 2, "named twice")]
    [InlineData("sample --count 2 --out @x --offset 4611686018427387903", 2, "--offset", "4611686018427387904 points of dimension 2")]
    [InlineData("sample --count 100 --offset 4294967290 --sequence sobol --out @x", 2, "--sequence: sobol has no point 4294967389 in 2 dimensions")]
    [InlineData("sample --count 1 --out @no/x", 1, "no folder")]
    [InlineData("sample --count 1 --out @x --log-density @no/l", 1, "no folder")]
    [InlineData("sample --count 1 --out /dev/null", 1, "'/dev/null'", "device")]
    [InlineData("sample --count 1000000000000000 --out @x --log-density @l", 1, "Cannot write", "/x'")]
    [InlineData("sample --count 4000000000000000000 --out @x --log-density @l", 1, "Cannot write", "/x'")]
    public void What_cannot_be_done_is_told_before_the_work_and_leaves_no_trace(string line, int exitCode, params string[] words)
    {
        using PointModel model = new(2);
        byte[] before = File.ReadAllBytes(model.Path);
        model.Run(line).AssertComplaint(exitCode, words);

        Assert.Empty(model.Others);
        Assert.Equal(before, File.ReadAllBytes(model.Path));
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    [InlineData("-HUP")]
    public void Interrupted_it_leaves_the_old_file_and_nothing_else(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        using PointModel model = new(2);
        File.WriteAllText(model.File("x.csv"), "old");
        using Process process = Rtflow.Start(
            model.Folder, [], [.. model.Words("sample --count 1000000000000 --out @x.csv --log-density @l.csv")]);
        string progress = process.StandardError.ReadLine()!;
        using Process kill = Process.Start("kill", [signal, $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);

        Assert.Matches(@"^\d+ points of 1000000000000 \(0 ?%\)  \d+ points/s  [\d.]+ s$", progress);
        Assert.Equal((130, ""), (run.ExitCode, run.Output));
        Assert.Equal("rtflow: interrupted: nothing was written", run.Error.Trim().Split('\n')[^1]);
        Assert.Equal(["x.csv"], model.Others);
        Assert.Equal("old", File.ReadAllText(model.File("x.csv")));
    }

    [Fact]
    public void Twenty_million_points_pass_in_150_MiB_of_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peak memory is read from /proc, which only Linux has.");
        using PointModel model = new(2, "planar:1");
        string count = "20000000";

        // The arrays take 160 and 80 MB: held in memory, they would not fit.
        Assert.InRange(PeakMiB(model, $"sample --count {count} --out @x.npy --log-density @l.npy"), 1, 150);
        Assert.InRange(PeakMiB(model, "transform --points @x.npy --out @x.npy --log-det @l.npy"), 1, 150);
        Assert.Equal(128 + (20_000_000L * 2 * 4), new FileInfo(model.File("x.npy")).Length);
        Assert.Equal(128 + (20_000_000L * 4), new FileInfo(model.File("l.npy")).Length);
    }

    private static double PeakMiB(PointModel model, string line)
    {
        using Process process = Rtflow.Start(model.Folder, [], [.. model.Words(line)]);
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended since it was asked.
            }
        }

        Assert.Equal(0, process.ExitCode);
        return peak / (double)(1 << 20);
    }
}
