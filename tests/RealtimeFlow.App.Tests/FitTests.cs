using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Tests;

public sealed class FitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_json_of_fit_has_every_key_and_null_where_nothing_is_known()
    {
        JsonElement report = Fit("--data", Normal("a.npy", 500, 3), "--steps", "20", "--flow", "planar:2,radial:1", "--held-out", "0.25");

        Assert.Equal(
            ["steps", "seconds", "nll_train", "nll_heldout", "nll_heldout_stderr", "rows_train", "rows_heldout", "stopped_early", "skipped_steps", "entropy", "nll_kde_scott", "nll_kde_cross_validated"],
            report.EnumerateObject().Select(property => property.Name));
        Assert.Equal((20, 375, 125), (report.GetProperty("steps").GetInt64(), report.GetProperty("rows_train").GetInt32(), report.GetProperty("rows_heldout").GetInt32()));
        Assert.False(report.GetProperty("stopped_early").GetBoolean());
        Assert.All(["entropy", "nll_kde_scott", "nll_kde_cross_validated"], key => Assert.Equal(JsonValueKind.Null, report.GetProperty(key).ValueKind));
    }

    [Theory]
    [InlineData("normalizing")]
    [InlineData("generative")]
    public void The_same_seed_gives_the_same_report_and_the_same_file_on_one_thread_and_on_two(string direction)
    {
        string[] reports = new string[3];
        byte[][] models = new byte[3][];
        for (int i = 0; i < 3; i++)
        {
            string model = _folder.File($"{i}");
            JsonObject report = JsonNode.Parse(Rtflow.Run(
                "fit", "--data", "two-moons", "--rows", "9000", "--direction", direction, "--steps", "150", "--flow", "planar:3,radial:2", "--threads", i == 0 ? "1" : "2", "--seed", i == 2 ? "8" : "7", "--out", model, "--json").Output)!.AsObject();
            report.Remove("seconds");
            reports[i] = report.ToJsonString();
            models[i] = File.ReadAllBytes(model);
        }

        Assert.Equal(reports[0], reports[1]);
        Assert.Equal(models[0], models[1]);
        Assert.NotEqual(reports[0], reports[2]);
    }

    /// <summary>What the saved model says of all rows is what the report says of its two parts: in the units of the file, to which it was brought back.</summary>
    [Theory]
    [InlineData("normalizing", "gaussian", ".npy")]
    [InlineData("generative", "gaussian", ".csv")]
    [InlineData("normalizing", "student-t", ".csv")]
    public void The_saved_model_has_the_likelihoods_of_the_report(string direction, string kind, string ending)
    {
        string data = Normal($"a{ending}", 2000, 2, 1000, 5), model = _folder.File("m"), logDensity = _folder.File("l.npy");
        JsonElement report = Fit("--data", data, "--direction", direction, "--base", kind, "--steps", "1500", "--flow", "planar:4", "--out", model);
        Assert.Equal(0, Rtflow.Run("density", "--model", model, "--points", data, "--out", logDensity).ExitCode);
        Assert.Equal(direction, Rtflow.Run("inspect", model, "--json").Json().GetProperty("direction").GetString());
        Assert.Equal(kind, ModelFile.Read(model).Shape.Base.Name);

        float[] values = new float[2000];
        using (PointReader reader = PointReader.Open(logDensity))
        {
            Assert.Equal(2000, reader.Read(values));
        }

        double all = ((report.GetProperty("nll_train").GetDouble() * 1800) + (report.GetProperty("nll_heldout").GetDouble() * 200)) / 2000;
        Assert.Equal(all, -values.Average(x => (double)x), 1e-6);

        // The entropy of two coordinates of deviation 5; a Student-t base comes near it too, bent by its layers.
        double entropy = Math.Log(2 * Math.PI * Math.E) + (2 * Math.Log(5));
        Assert.InRange(report.GetProperty("nll_heldout").GetDouble() - entropy, -0.3, 0.3);
    }

    [Fact]
    public void Patience_ends_a_fit_that_learns_no_more()
    {
        // A hundred rows, of which so deep a flow learns the noise: the held-out rows become less likely.
        JsonElement report = Fit("--data", Normal("a.npy", 100, 2), "--steps", "50000", "--patience", "5", "--flow", "planar:16", "--batch", "64");
        Assert.True(report.GetProperty("stopped_early").GetBoolean());
        Assert.InRange(report.GetProperty("steps").GetInt64(), 500, 20_000);
        Assert.InRange(report.GetProperty("nll_heldout").GetDouble(), 2, 3.5);
    }

    /// <summary>The patience ends the first part; what goes on from its checkpoint is the fit that had patience from the beginning.</summary>
    [Theory]
    [InlineData()]
    [InlineData("--average", "0.99")]
    public void A_fit_that_is_resumed_is_the_one_that_never_stopped(params string[] settings)
    {
        string data = Normal("a.npy", 300, 2), checkpoint = _folder.File("c"), whole = _folder.File("whole"), resumed = _folder.File("resumed");
        string[] line = ["--data", data, "--steps", "1500", "--flow", "planar:6", "--direction", "generative", "--batch", "64", .. settings];
        JsonElement once = Fit([.. line, "--out", whole]);
        JsonElement first = Fit([.. line, "--patience", "1", "--checkpoint", checkpoint]);
        JsonElement second = Fit("--data", data, "--resume", checkpoint, "--patience", "1000", "--out", resumed);

        Assert.True(first.GetProperty("stopped_early").GetBoolean());
        Assert.InRange(first.GetProperty("steps").GetInt64(), 100, 1400);
        Assert.All(["steps", "nll_train", "nll_heldout", "skipped_steps"], key => Assert.Equal(once.GetProperty(key).ToString(), second.GetProperty(key).ToString()));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(resumed));

        Rtflow.Run("fit", "--data", data, "--resume", checkpoint, "--flow", "planar:7").AssertComplaint(2, "--flow: contradicts");
        Rtflow.Run("fit", "--data", data, "--resume", checkpoint, "--direction", "normalizing").AssertComplaint(2, "--direction: contradicts");
        Rtflow.Run("fit", "--data", data, "--resume", checkpoint, "--held-out", "0.2").AssertComplaint(2, "--held-out: contradicts");
        Rtflow.Run("fit", "--data", data, "--resume", checkpoint, "--batch", "128").AssertComplaint(2, "--batch: contradicts");
        Rtflow.Run("fit", "--data", Normal("b.npy", 301, 2), "--resume", checkpoint).AssertComplaint(1, "begun on other rows than those of", "b.npy");
    }

    [Fact]
    public void A_checkpoint_of_another_kind_of_run_is_refused()
    {
        string checkpoint = _folder.File("c");
        Assert.Equal(0, Rtflow.Run("train", "--steps", "1", "--flow", "planar:1", "--checkpoint", checkpoint).ExitCode);
        Rtflow.Run("fit", "--data", "two-moons", "--rows", "100", "--resume", checkpoint).AssertComplaint(1, "is no checkpoint of a fit");
    }

    [Fact]
    public void A_kernel_density_estimate_and_the_entropy_are_printed_beside_the_fit()
    {
        string[] line = ["fit", "--data", "two-moons", "--rows", "4000", "--steps", "2000", "--flow", "planar:16", "--compare-kde"];
        JsonElement report = Rtflow.Run([.. line, "--json"]).Json();
        double Number(string key) => report.GetProperty(key).GetDouble();

        // Scott's rule is for one mode and smooths two moons too much; the entropy lies below all, but for the error of the mean.
        Assert.InRange(Number("nll_kde_cross_validated"), Number("entropy") - (3 * Number("nll_heldout_stderr")), Number("nll_kde_scott") - 0.05);
        Assert.InRange(Number("nll_heldout"), Number("entropy") - (3 * Number("nll_heldout_stderr")), Number("nll_kde_scott"));

        string text = Rtflow.Run(line).Output;
        Assert.All(["NLL held out", "KDE", "entropy      1.0"], words => Assert.Contains(words, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_kernel_density_estimate_is_the_textbooks()
    {
        // Three kernels on the line at −1, 0, 1 of deviation √⅔: Scott's bandwidth is √⅔ 3^(−1/5).
        using RealtimeFlow.Engine.WorkerPool workers = new(2);
        KernelDensity estimate = new(new RealtimeFlow.Inference.DataSet([-1, 0, 1], 1), workers);
        double bandwidth = Math.Sqrt(2.0 / 3) * Math.Pow(3, -0.2), expected = 0;
        float[] points = [0.25f, -3, 1.5f];
        foreach (float x in points)
        {
            double sum = ((double[])[-1, 0, 1]).Sum(c => Math.Exp(-0.5 * (x - c) * (x - c) / bandwidth / bandwidth));
            expected -= Math.Log(sum / 3 / bandwidth / Math.Sqrt(2 * Math.PI)) / points.Length;
        }

        Assert.Equal(expected, estimate.NegativeLogLikelihood(new RealtimeFlow.Inference.DataSet(points, 1), 1, TestContext.Current.CancellationToken), 1e-12);
    }

    [Theory]
    [InlineData("a.csv", "1,2\n3,nan\n5,6\n", "line 2, column 2", "'nan' is not finite")]
    [InlineData("a.csv", "1,2\n3\n", "line 2 has fewer columns than line 1")]
    [InlineData("a.csv", "1,2\n", "a.csv: has 1 rows: expected at least 2")]
    [InlineData("a.csv", "x,y\n", "a.csv: has 0 rows: expected at least 2")]
    [InlineData("a.csv", "", "is empty")]
    [InlineData("a.csv", "1,7\n2,7\n3,7\n4,7\n", "a.csv: column 1 (counted from 0) holds one number in all rows")]
    [InlineData("a.csv", "1\n2\n", "a.csv: column 0 (counted from 0) holds one number in all rows")]
    [InlineData("a.txt", "1,2\n3,4\n", "neither a NumPy array", "nor named .csv")]
    public void Rows_that_cannot_be_learned_are_told_in_one_line(string name, string content, params string[] words)
    {
        string path = _folder.File(name), model = _folder.File("m");
        File.WriteAllText(path, content);
        Rtflow.Run("fit", "--data", path, "--steps", "10", "--out", model).AssertComplaint(1, [name, .. words]);
        Assert.False(File.Exists(model));
    }

    [Fact]
    public void A_number_that_is_not_finite_in_an_array_is_told_with_its_row()
    {
        string path = _folder.File("a.npy");
        Write(path, 2, [1, 2, 3, 4, 5, 6]);
        byte[] bytes = File.ReadAllBytes(path);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 8);
        File.WriteAllBytes(path, bytes);
        Rtflow.Run("fit", "--data", path, "--steps", "10").AssertComplaint(1, "a.npy", "row 2, column 0", "not finite");
    }

    [Theory]
    [InlineData("fit", "--data: expected FILE")]
    [InlineData("fit --data two-moons --direction sideways", "--direction", "expected normalizing or generative")]
    [InlineData("fit --data two-moons --base uniform", "--base", "expected gaussian or student-t")]
    [InlineData("fit --data two-moons --held-out 1", "--held-out", "a number between 0 and 1", "'1'")]
    [InlineData("fit --data two-moons --held-out nan", "--held-out", "'nan'")]
    [InlineData("fit --data two-moons --patience 0", "--patience", "from 1 to")]
    [InlineData("fit --data two-moons --batch 100", "--batch", "a multiple of 64")]
    [InlineData("fit --data two-moons --rows 1", "--rows", "from 2 to")]
    [InlineData("fit --data two-moons --target u1", "there is no option --target")]
    public void An_option_that_makes_no_sense_ends_with_2(string line, params string[] words) => Rtflow.Run(line.Split(' ')).AssertComplaint(2, words);

    [Fact]
    public void A_name_that_is_neither_file_nor_built_in_is_told_with_what_there_is() =>
        Rtflow.Run("fit", "--data", "two-moon").AssertComplaint(1, "'two-moon' is no file, nor data built in", "two-moons or image", "did you mean two-moons?");

    [Fact]
    public void Progress_goes_to_stderr_in_plain_lines()
    {
        Rtflow run = Rtflow.Run("fit", "--data", "two-moons", "--rows", "5000", "--seconds", "1.5", "--flow", "planar:2", "--json");

        run.Json();
        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches(@"^step \d+  \d+ steps/s  nll -?[\d.]+  best held out -?([\d.]+|Infinity)  [\d.]+ s\r?$", line));
    }

    [Fact]
    public void An_interruption_keeps_what_was_reached()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        string model = _folder.File("model.safetensors");
        using Process process = Rtflow.Start(_folder.Path, [], "fit", "--data", "two-moons", "--seconds", "60", "--flow", "planar:2", "--out", model, "--json");
        string progress = process.StandardError.ReadLine()!;
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);
        JsonElement report = run.Json();

        Assert.StartsWith("step ", progress, StringComparison.Ordinal);
        Assert.Contains("rtflow: interrupted after ", run.Error, StringComparison.Ordinal);
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0.01, 50);
        Assert.Equal(FlowDirection.Normalizing, ModelFile.Read(model).Direction);
        Assert.Equal([model], Directory.GetFileSystemEntries(_folder.Path));
    }

    private static JsonElement Fit(params string[] args) => Rtflow.Run(["fit", .. args, "--json"]).Json();

    private string Normal(string name, int count, int dimension, double mean = 0, double deviation = 1)
    {
        float[] rows = new float[count * dimension];
        new RandomStream(3, 4).FillNormal(0, rows);
        string path = _folder.File(name);
        Write(path, dimension, [.. rows.Select(x => (float)(mean + (deviation * x)))]);
        return path;
    }

    private static void Write(string path, int columns, float[] rows) => AtomicFile.Write(path, stream =>
    {
        PointWriter writer = PointWriter.Create(stream, path, columns);
        writer.Write(rows);
        writer.Complete();
    });
}
