using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.App.Figures;
using SkiaSharp;

namespace RealtimeFlow.App.Tests.Figures;

public sealed class FigureTests
{
    [Fact]
    public void Without_a_number_figure_lists_what_there_is()
    {
        Rtflow run = Rtflow.Run("figure");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["rtflow figure 1 ", "rtflow figure 3 ", "rtflow figure va"],
            run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line[..16]));
    }

    [Theory]
    [InlineData("figure 2", "there is no figure '2'", "1, 3 or variance")]
    [InlineData("figure varance", "did you mean variance?")]
    [InlineData("figure 3 --seeds 0", "--seeds", "from 1")]
    [InlineData("figure 3 --stesp 5", "--stesp", "did you mean --steps?", "rtflow figure 3 --help")]
    [InlineData("figure 3 --out", "--out", "FOLDER")]
    [InlineData("figure 1 more", "1 takes no 'more'", "rtflow figure 1 --help")]
    [InlineData("figure variance --target u9", "--target", "u9")]
    [InlineData("--seed 3 figure 1", "rtflow figure 1 --seed")]
    public void A_wrong_command_line_is_told_in_one_line(string arguments, params string[] words) =>
        Rtflow.Run(arguments.Split(' ')).AssertComplaint(ExitCodes.Usage, words);

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    [InlineData("variance")]
    public void Each_figure_has_its_help(string figure)
    {
        Rtflow run = Rtflow.Run("figure", figure, "--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("--out <FOLDER>", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_before_any_work()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "");

        Rtflow.Run("figure", "3", "--out", folder.File("file")).AssertComplaint(ExitCodes.Failure, folder.File("file"));
        Rtflow.Run("figure", "1", "--out", Path.Combine(folder.File("file"), "inner")).AssertComplaint(ExitCodes.Failure, "inner");
    }

    [Fact]
    public void Figure_1_shows_exact_densities_and_writes_down_their_layers()
    {
        using TemporaryFolder folder = new();
        string here = Path.Combine(folder.Path, "a", "new", "folder");
        Files(Rtflow.Run("figure", "1", "--out", here), here, "figure-1-layers.csv", "figure-1.csv", "figure-1.png");

        Dictionary<string, string>[] panels = Table(Path.Combine(here, "figure-1.csv"));
        Assert.Equal(2 + (2 * 2 * 3), panels.Length);

        // Of the default seed nothing leaves the view; the border of a box runs through pixels.
        Assert.All(panels, panel => Assert.Equal(1, Number(panel["mass_in_view"]), 0.01));
        Assert.Equal((10 * 5) + (10 * 4), Table(Path.Combine(here, "figure-1-layers.csv")).Length);
        using SKBitmap picture = Picture(Path.Combine(here, "figure-1.png"));
        Assert.InRange(picture.Width, 7 * Figure1.PanelSize, 8 * Figure1.PanelSize);
        Assert.InRange(picture.Height, 2 * Figure1.PanelSize, 3 * Figure1.PanelSize);
    }

    [Fact]
    public void The_letters_of_a_figure_are_there()
    {
        string[] titles = ["", "K = 2", "K = 20"];
        int[] dark = [.. titles.Select(title =>
        {
            using PanelGrid grid = new(rows: 1, [1], size: 100);
            grid.Add(0, 0, new DensityPanel(new float[100 * 100], ViewRadius: 1));
            grid.AddColumnTitle(title, 0);
            using SKBitmap picture = SKBitmap.Decode(grid.Png());
            return picture.Pixels.Take(picture.Width * 36).Count(pixel => pixel.Red < 128);
        })];

        Assert.Equal(0, dark[0]);
        Assert.InRange(dark[1], 100, 1000);
        Assert.InRange(dark[2], dark[1] + 20, 1000);
    }

    [Fact]
    public void Figure_3_trains_every_flow_with_every_seed_whatever_the_threads()
    {
        using TemporaryFolder folder = new();
        string[] threadCounts = ["1", "2"];
        string[] tables = [.. threadCounts.Select(threads =>
        {
            string here = folder.File(threads);
            Files(
                Rtflow.Run("figure", "3", "--steps", "2", "--seeds", "1", "--seed", "7", "--threads", threads, "--out", here),
                here,
                "figure-3.csv", "figure-3a.png", "figure-3b.png", "figure-3c.png", "figure-3d.png");
            return File.ReadAllText(Path.Combine(here, "figure-3.csv"));
        })];

        Assert.Equal(tables[0], tables[1]);
        Dictionary<string, string>[] rows = Table(Path.Combine(folder.File("1"), "figure-3.csv"));
        Assert.Equal(4 * 4 * 5, rows.Select(row => (row["target"], row["kind"], row["k"])).Distinct().Count());
        Assert.Equal(4 * 4 * 5, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.Equal(("7", "2"), (row["seed"], row["steps"]));
            Assert.True(Number(row["kl"]) > -5 * Number(row["standard_error"]));
        });
        foreach (char part in "abcd")
        {
            using SKBitmap picture = Picture(Path.Combine(folder.File("1"), $"figure-3{part}.png"));
            Assert.True(picture.Width > 4 * Figure3.PanelSize || part == 'b');
        }
    }

    [Theory]
    [InlineData("u2", true)]
    [InlineData("u2-paper", false)]
    public void The_variance_of_both_estimators_is_measured_at_checkpoints(string target, bool hasKl)
    {
        using TemporaryFolder folder = new();
        Files(
            Rtflow.Run("figure", "variance", "--quick", "--target", target, "--flow", "planar:2,radial:1", "--steps", "15", "--out", folder.Path),
            folder.Path,
            "figure-variance.csv", "figure-variance.png");

        // At steps 10, 13 and 15.
        Dictionary<string, string>[] rows = Table(folder.File("figure-variance.csv"));
        Assert.Equal(["10 total", "10 path", "13 total", "13 path", "15 total", "15 path"], rows.Select(row => $"{row["step"]} {row["estimator"]}"));
        Assert.All(rows, row =>
        {
            Assert.Equal("\"planar:2,radial:1\"", row["flow"]);
            Assert.Equal(hasKl, row["kl"].Length > 0);
            Assert.True(Number(row["trace"]) > Number(row["median_variance"]));
        });
        Picture(folder.File("figure-variance.png")).Dispose();
    }

    [Fact]
    public void An_interruption_leaves_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        using TemporaryFolder folder = new();
        using Process process = Rtflow.Start(folder.Path, [], "figure", "3", "--steps", "3000", "--out", "new");
        string progress = process.StandardError.ReadLine()!;
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);

        Assert.Matches(@"^run \d+ of 400 ", progress);
        Assert.Equal((ExitCodes.Interrupted, ""), (run.ExitCode, run.Output));
        Assert.EndsWith("rtflow: interrupted: nothing was written\n", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static void Files(Rtflow run, string folder, params string[] names)
    {
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(names, Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            names, run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>The rows of a table by the names of its columns; a field may stand in quotes, and keeps them.</summary>
    private static Dictionary<string, string>[] Table(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] names = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line =>
        {
            string[] quoted = line.Split('"');
            string[] fields = quoted.Length == 1
                ? line.Split(',')
                : [.. quoted[0].Split(',').SkipLast(1), $"\"{quoted[1]}\"", .. quoted[2].Split(',').Skip(1)];
            Assert.Equal(names.Length, fields.Length);
            return names.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second);
        })];
    }

    private static double Number(string text)
    {
        double number = double.Parse(text, CultureInfo.InvariantCulture);
        Assert.True(double.IsFinite(number), text);
        return number;
    }

    /// <summary>A picture that a decoder reads, and that is not of one colour.</summary>
    private static SKBitmap Picture(string path)
    {
        SKBitmap picture = SKBitmap.Decode(path);
        Assert.NotNull(picture);
        Assert.True(picture.Pixels.Distinct().Take(20).Count() == 20, $"'{path}' is blank.");
        return picture;
    }
}
