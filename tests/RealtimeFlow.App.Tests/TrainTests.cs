using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Tests;

public sealed class TrainTests
{
    [Fact]
    public void The_json_of_train_has_every_key_and_null_where_nothing_is_known()
    {
        JsonElement report = Rtflow.Run("train", "--target", "u2-paper", "--flow", "planar:3,radial:2", "--steps", "20", "--json").Json();

        Assert.Equal(
            ["steps", "seconds", "free_energy", "log_z", "kl", "kl_stderr", "ess", "khat", "ksd", "min_s", "gradient_norm", "gradient_snr", "skipped_steps"],
            report.EnumerateObject().Select(property => property.Name));
        Assert.Equal(20, report.GetProperty("steps").GetInt64());
        Assert.Equal(5, report.GetProperty("min_s").GetArrayLength());
        Assert.All(["log_z", "kl", "kl_stderr"], key => Assert.Equal(JsonValueKind.Null, report.GetProperty(key).ValueKind));
        Assert.All(["free_energy", "ess", "khat", "ksd", "gradient_norm", "gradient_snr"], key => Assert.Equal(JsonValueKind.Number, report.GetProperty(key).ValueKind));
    }

    [Fact]
    public void The_same_seed_gives_the_same_report_and_the_same_file_on_one_thread_and_on_two()
    {
        using TemporaryFolder folder = new();
        string[] reports = new string[3];
        byte[][] models = new byte[3][];
        for (int i = 0; i < 3; i++)
        {
            string model = folder.File($"{i}");
            JsonObject report = JsonNode.Parse(Rtflow.Run(
                "train", "--steps", "50", "--flow", "planar:4,radial:4", "--threads", i == 0 ? "1" : "2", "--seed", i == 2 ? "8" : "7", "--out", model, "--json").Output)!.AsObject();
            report.Remove("seconds");
            reports[i] = report.ToJsonString();
            models[i] = File.ReadAllBytes(model);
        }

        Assert.Equal(reports[0], reports[1]);
        Assert.Equal(models[0], models[1]);
        Assert.NotEqual(reports[0], reports[2]);
    }

    [Fact]
    public void A_flow_that_leaves_out_a_part_of_the_target_is_warned_of()
    {
        // The untrained base is narrower than the wave of half length 4, and wider than the ring, which it covers.
        string wave = Rtflow.Run("train", "--target", "u2", "--flow", "planar:1", "--steps", "1").Output;
        string ring = Rtflow.Run("train", "--target", "u1", "--flow", "planar:1", "--steps", "1").Output;

        Assert.Matches(@"(?m)^warning +k-hat is not below 0\.7: ", wave);
        Assert.DoesNotContain("warning", ring, StringComparison.Ordinal);
        Assert.All([wave, ring], text => Assert.Matches(@"(?m)^k-hat +-?[\d.]+\r?$", text));
        Assert.All([wave, ring], text => Assert.Matches(@"(?m)^KSD +[\d.]+, where as many points of the target give about [\d.]+\r?$", text));
    }

    [Fact]
    public void What_train_saved_inspect_describes()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.safetensors");
        JsonElement trained = Rtflow.Run("train", "--steps", "100", "--flow", "planar:2,radial:1,planar:1", "--out", path, "--json").Json();
        JsonElement seen = Rtflow.Run("inspect", path, "--json").Json();
        double[] scales = [.. trained.GetProperty("min_s").EnumerateArray().Select(s => s.GetDouble())];

        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal("planar:2,radial:1,planar:1", seen.GetProperty("layers").GetString());
        Assert.Equal("generative", seen.GetProperty("direction").GetString());
        Assert.Equal(ModelFile.Read(path).Shape.ParameterCount, seen.GetProperty("parameters").GetInt32());
        Assert.Equal(scales.Min(), seen.GetProperty("least_s").GetDouble());
        Assert.Equal(Array.IndexOf(scales, scales.Min()), seen.GetProperty("least_s_layer").GetInt32());
        Assert.Contains("planar:2,radial:1,planar:1", Rtflow.Run("inspect", path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_model_is_refused_in_one_line()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.safetensors");
        Assert.Equal(0, Rtflow.Run("train", "--steps", "1", "--flow", "planar:1", "--out", path).ExitCode);
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in new[] { 0, 7, 8, 100, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Rtflow.Run("inspect", path).AssertComplaint(1, path);
        }
    }

    [Fact]
    public void Training_ends_when_the_divergence_is_small_enough()
    {
        const double most = 0.3;
        JsonElement report = Rtflow.Run("train", "--until-kl", "0.3", "--steps", "20000", "--flow", "planar:16", "--json").Json();

        Assert.InRange(report.GetProperty("steps").GetInt64(), 1, 19_999);

        // The stop saw KL + 2 standard errors of 2^18 particles; the report, of 2^22 others, may differ by three of both.
        Assert.InRange(report.GetProperty("kl").GetDouble(), 0, most + (3 * (1 + 4) * report.GetProperty("kl_stderr").GetDouble()));
    }

    [Fact]
    public void Of_several_limits_the_first_one_reached_ends_the_run()
    {
        JsonElement report = Rtflow.Run("train", "--steps", "1e12", "--seconds", "0.2", "--flow", "planar:1", "--json").Json();

        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0.2, 5);
        Assert.True(report.GetProperty("steps").GetInt64() < 1_000_000_000);
    }

    [Fact]
    public void Progress_goes_to_stderr_in_plain_lines()
    {
        Rtflow run = Rtflow.Run("train", "--seconds", "1.5", "--flow", "planar:2", "--json");

        run.Json();
        string[] lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches(@"^step \d+  \d+ steps/s  F -?[\d.]+  KL -?[\d.]+  beta [\d.]+  [\d.]+ s\r?$", line));
    }

    [Fact]
    public void An_interruption_keeps_what_was_reached()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A signal is sent by kill, which only Unix has.");
        using TemporaryFolder folder = new();
        string path = folder.File("model.safetensors");
        using Process process = Rtflow.Start(folder.Path, [], "train", "--seconds", "60", "--flow", "planar:2", "--out", path, "--json");
        string progress = process.StandardError.ReadLine()!;
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Rtflow run = Rtflow.End(process);
        JsonElement report = run.Json();

        Assert.StartsWith("step ", progress, StringComparison.Ordinal);
        Assert.Contains("rtflow: interrupted after ", run.Error, StringComparison.Ordinal);
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0.01, 50);
        Assert.Equal("planar:2", ModelFile.Read(path).Shape.ToString());
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }
}
