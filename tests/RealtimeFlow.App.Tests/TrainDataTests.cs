using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RealtimeFlow.App.Tests;

public sealed class TrainDataTests
{
    // y = 1 + 2 x, without noise: the posterior is near that line.
    private static readonly string[] Line = [.. Enumerable.Range(-20, 41).Select(
        i => string.Create(CultureInfo.InvariantCulture, $"{i / 10.0},{1 + (i / 5.0)}"))];

    [Fact]
    public void Rows_of_a_file_take_the_place_of_those_built_in()
    {
        using TemporaryFolder folder = new();
        string csv = folder.File("line.csv");
        File.WriteAllLines(csv, ["x,y", .. Line]);
        Rtflow run = Rtflow.Run("train", "--target", "linear", "--data", csv, "--flow", "planar:2", "--steps", "500", "--batch", "256", "--minibatch", "8");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Contains($"linear:{csv}, 41 rows", run.Output, StringComparison.Ordinal);
        JsonElement report = Rtflow.Run("train", "--target", "linear", "--data", csv, "--flow", "planar:2", "--steps", "1000", "--batch", "256", "--json").Json();
        Assert.InRange(report.GetProperty("kl").GetDouble(), -0.01, 0.05);
    }

    [Fact]
    public void A_run_on_rows_of_a_file_goes_on_with_them()
    {
        using TemporaryFolder folder = new();
        string csv = folder.File("line.csv"), checkpoint = folder.File("run"), whole = folder.File("whole"), resumed = folder.File("resumed");
        File.WriteAllLines(csv, Line);
        string[] run = ["train", "--target", "linear", "--data", csv, "--flow", "planar:2", "--batch", "256", "--minibatch", "5", "--steps", "60"];
        Assert.Equal(0, Rtflow.Run([.. run, "--out", whole]).ExitCode);
        Assert.Equal(0, Rtflow.Run([.. run, "--checkpoint", checkpoint]).ExitCode);
        Assert.Equal(0, Rtflow.Run("train", "--resume", checkpoint, "--out", resumed).ExitCode);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(resumed));
        Rtflow other = Rtflow.Run("train", "--resume", checkpoint, "--target", "linear");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("contradicts", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_arrive_on_standard_input_while_it_trains()
    {
        using Process process = Start("--target", "linear", "--data", "-", "--flow", "planar:2", "--seconds", "2", "--batch", "256");
        foreach (string[] part in (string[][])[["x,y", .. Line[..20]], Line[20..]])
        {
            Array.ForEach(part, process.StandardInput.WriteLine);
            process.StandardInput.Flush();
            Thread.Sleep(100);
        }

        Rtflow run = Rtflow.End(process);
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Contains("linear:-, 41 rows", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,1\n3,x\n", "standard input: line 2, column 2: 'x' is not a number")]
    [InlineData("1,0\n3,7\n", "standard input: Row 1 ends with the label 7: expected 0 or 1")]
    [InlineData("", "standard input: is empty")]
    public void What_arrives_and_is_no_row_ends_the_run_with_a_line(string text, string complaint)
    {
        using Process process = Start("--target", "logistic", "--data", "-", "--flow", "planar:2", "--seconds", "60", "--batch", "256");
        process.StandardInput.Write(text);
        process.StandardInput.Close();
        Rtflow run = Rtflow.End(process);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logistic", "0.5,2\n", "Row 0 ends with the label 2: expected 0 or 1")]
    [InlineData("linear", "0.5,nan\n", "'nan' is not finite")]
    [InlineData("linear", "x,y\n", "has no rows")]
    [InlineData("mixture", "1,2\n", "Rows have 2 numbers: expected one")]
    [InlineData("image", "0,0\n0,-1\n", "Pixel 1 of row 1")]
    public void A_file_that_does_not_fit_is_refused_by_name(string target, string text, string complaint)
    {
        using TemporaryFolder folder = new();
        string csv = folder.File("rows.csv");
        File.WriteAllText(csv, text);
        Rtflow run = Rtflow.Run("train", "--target", target, "--data", csv, "--steps", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{csv}: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data: expected --target", "--target", "u1", "--data", "x.csv")]
    [InlineData("--minibatch: u1 has no data rows", "--target", "u1", "--minibatch", "5")]
    [InlineData("--minibatch", "--target", "linear", "--minibatch", "0")]
    public void A_target_without_data_takes_none(string complaint, params string[] args)
    {
        Rtflow run = Rtflow.Run(["train", .. args, "--steps", "1"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    private static Process Start(params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "rtflow.dll"), "train", .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
