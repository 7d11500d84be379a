using System.Text.Json;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("trian", "'trian'", "expected live, train, fit, targets, inspect, sample, density, transform, figure, render, tour, bench, vae or data", "did you mean train?")]
    [InlineData("bogus", "'bogus'", "expected live, train")]
    [InlineData("@file", "'@file'", "expected live, train")]
    [InlineData("--target u9", "--target", "expected u1, u2, u3, u4", "'u9'")]
    [InlineData("live --target u9", "--target", "expected u1, u2, u3, u4", "'u9'")]
    [InlineData("train --target u9", "--target", "expected u1, u2, u3, u4", "'u9'")]
    [InlineData("--flow planr:3", "--flow", "'planr'", "planar or radial")]
    [InlineData("train --flow planar:0", "--flow", "'planar:0'", "from 1 to")]
    [InlineData("train --flow planar", "--flow", "'planar'")]
    [InlineData("train --flow planar:1e9", "--flow", "'planar:1e9'")]
    [InlineData("--particles 0", "--particles", "from 1000 to 1000000000", "'0'")]
    [InlineData("--particles -5", "--particles", "from 1000 to 1000000000", "'-5'")]
    [InlineData("--particles 1e99", "--particles", "from 1000 to 1000000000", "'1e99'")]
    [InlineData("--particles 1.5", "--particles", "a whole number")]
    [InlineData("--particles abc", "--particles", "'abc'")]
    [InlineData("--particles 1_000", "--particles", "'1_000'")]
    [InlineData("--particles", "--particles: expected N")]
    [InlineData("--size 10x10", "--size", "from 64 to")]
    [InlineData("--size 640", "--size", "1280x720")]
    [InlineData("--size axb", "--size", "1280x720")]
    [InlineData("--size 640x480x3", "--size", "1280x720")]
    [InlineData("--frames 0", "--frames", "from 1 to")]
    [InlineData("--threads 0", "--threads", "from 1 to")]
    [InlineData("--seed -1", "--seed", "from 0 to 18446744073709551615")]
    [InlineData("--window --headless", "--window and --headless exclude each other")]
    [InlineData("--record a.avi", "--record: expected a file that ends in .mp4 or .gif", "'a.avi'")]
    [InlineData("tour --out a.png", "--out: expected a file that ends in .mp4 or .gif", "'a.png'")]
    [InlineData("--terminal --headless", "--headless and --terminal exclude each other")]
    [InlineData("live --targt u1", "there is no option --targt", "did you mean --target?")]
    [InlineData("train --checkpoint |", "--checkpoint", "the name of a file, not ''")]
    [InlineData("train --checkpoint-steps 5", "--checkpoint-steps", "expected --checkpoint FILE")]
    [InlineData("train --checkpoint-seconds 5", "--checkpoint-seconds", "expected --checkpoint FILE")]
    [InlineData("train --checkpoint a --checkpoint-steps 0", "--checkpoint-steps", "from 1 to")]
    [InlineData("train --seconds nan", "--seconds", "a positive number", "'nan'")]
    [InlineData("train --seconds -1", "--seconds", "a positive number", "'-1'")]
    [InlineData("train --seconds 1e999", "--seconds", "a positive number")]
    [InlineData("train --seconds 1,5", "--seconds", "a positive number", "'1,5'")]
    [InlineData("train --until-kl 0", "--until-kl", "a positive number")]
    [InlineData("train --until-kl 0.01 --target u2-paper", "--until-kl", "u2-paper has no ln Z")]
    [InlineData("train --steps 0", "--steps", "from 1 to")]
    [InlineData("train --steps 3 --steps 4", "--steps", "once, not 2 times")]
    [InlineData("train --batch 65", "--batch", "a multiple of 64", "'65'")]
    [InlineData("train --batch 32", "--batch", "from 64 to")]
    [InlineData("train --constraint tight", "--constraint", "expected identity or paper")]
    [InlineData("train --optimizer lbfgs", "--optimizer", "expected adam, rmsprop, sgd or soap")]
    [InlineData("train --schedule linear", "--schedule", "expected cosine or constant")]
    [InlineData("train --estimator best", "--estimator", "expected total, path or ")]
    [InlineData("train --warm-up 1", "--warm-up", "at least 0 and below 1", "'1'")]
    [InlineData("train --annealing 1.1", "--annealing", "from 0 to 1", "'1.1'")]
    [InlineData("train --average 1", "--average", "at least 0 and below 1", "'1'")]
    [InlineData("train --clip 0", "--clip", "a positive number", "'0'")]
    [InlineData("train --batch 512 --final-batch 1536", "--final-batch", "the batch of 512 times a power of two", "1536")]
    [InlineData("train --batch 512 --final-batch 256", "--final-batch", "the batch of 512 times a power of two", "256")]
    [InlineData("train --learning-rate inf", "--learning-rate", "a positive number")]
    [InlineData("train --clip-ratio 1", "--clip-ratio", "a number above 1")]
    [InlineData("vae train --clip-ratio 0.5", "--clip-ratio", "a number above 1")]
    [InlineData("train --optimizer soap --flow planar:500", "--optimizer", "2504 are more than the 2048")]
    [InlineData("fit --data two-moons --optimizer soap --flow planar:500", "--optimizer", "2504 are more than the 2048")]
    [InlineData("vae train --optimizer soap", "--optimizer", "expected adam, rmsprop or sgd, not 'soap'")]
    [InlineData("train again", "train takes no 'again'")]
    [InlineData("--seed 3 train", "--seed stands before the verb")]
    [InlineData("inspect", "expected MODEL")]
    [InlineData("targets --yaml", "there is no option --yaml")]
    [InlineData("bench 3", "bench takes no '3'")]
    [InlineData("train --out |", "--out", "the name of a file, not ''")]
    [InlineData("live --screenshot |", "--screenshot", "the name of a file, not ''")]
    [InlineData("inspect |", "MODEL", "the name of a file, not ''")]
    [InlineData("sample --count 1 --out x", "--model: expected MODEL")]
    [InlineData("sample --model m --out x", "--count: expected N")]
    [InlineData("sample --model m --count 1", "--out: expected FILE")]
    [InlineData("sample --model m --count 1 --out |", "--out", "the name of a file, not ''")]
    [InlineData("sample --model m --count 1 --out x --log-density |", "--log-density", "the name of a file, not ''")]
    [InlineData("sample --model | --count 1 --out x", "--model", "the name of a file, not ''")]
    [InlineData("sample --model m --count -1 --out x", "--count", "from 0 to", "'-1'")]
    [InlineData("sample --model m --count 1e19 --out x", "--count", "from 0 to", "'1e19'")]
    [InlineData("sample --model m --count 1 --out x --offset 1.5", "--offset", "a whole number")]
    [InlineData("sample --model m --count 1 --out x --layer -1", "--layer", "from 0 to")]
    [InlineData("sample --model m --count 1 --out x --tau 1.01", "--tau", "from 0 to 1", "'1.01'")]
    [InlineData("sample --model m --count 1 --out x --tau nan", "--tau", "from 0 to 1", "'nan'")]
    [InlineData("sample --model m --count 1 --out x --sequence halton", "--sequence", "expected independent, antithetic or sobol")]
    [InlineData("density --model m --out l", "--points: expected FILE")]
    [InlineData("density --model m --points p", "--out: expected FILE")]
    [InlineData("density --model m --points | --out l", "--points", "the name of a file, not ''")]
    [InlineData("density --model m --points p --out l --tau 1", "there is no option --tau")]
    [InlineData("transform --model m --points p", "--out: expected FILE")]
    [InlineData("transform --model m --points p --out y --log-det |", "--log-det", "the name of a file, not ''")]
    [InlineData("transform --model m --points p --out y --layer 1", "there is no option --layer")]
    public void A_command_line_that_makes_no_sense_is_told_in_one_line_and_ends_with_2(string line, params string[] words) =>
        Rtflow.Run([.. line.Split(' ').Select(word => word == "|" ? "" : word)]).AssertComplaint(2, words);

    [Theory]
    [InlineData("sample --model no/such/model --count 1 --out x", "no/such/model")]
    [InlineData("density --model no/such/model --points p --out x", "no/such/model")]
    [InlineData("inspect no/such/model", "no/such/model")]
    [InlineData("inspect /", "'/'", "folder")]
    [InlineData("train --steps 1 --out no/such/folder/m", "'no/such/folder/m'", "no folder")]
    [InlineData("train --steps 1 --out /", "'/'", "folder")]
    [InlineData("train --steps 1 --checkpoint no/such/folder/c", "'no/such/folder/c'", "no folder")]
    [InlineData("train --resume no/such/checkpoint", "no/such/checkpoint")]
    [InlineData("--screenshot no/such/folder/a.png", "'no/such/folder/a.png'", "no folder")]
    [InlineData("--headless --screenshot /dev/null", "'/dev/null'")]
    public void A_file_that_fails_is_told_in_one_line_and_ends_with_1(string line, params string[] words) =>
        Rtflow.Run(line.Split(' ')).AssertComplaint(1, words);

    [Theory]
    [InlineData("trian", 2, "'trian'")]
    [InlineData("train --target u9", 2, "--target")]
    [InlineData("--flow planr:3", 2, "--flow")]
    [InlineData("--particles 1e99", 2, "--particles")]
    [InlineData("--headless --screenshot no/such/folder/a.png", 1, "no folder")]
    [InlineData("inspect no/such/model", 1, "no/such/model")]
    public void The_process_says_the_same(string line, int exitCode, string word) =>
        Rtflow.RunProcess(null, [], line.Split(' ')).AssertComplaint(exitCode, word);

    [Fact]
    public void A_forced_width_that_does_not_exist_is_a_usage_error() =>
        Rtflow.RunProcess(null, [("RTFLOW_WIDTH", "1024")], "targets").AssertComplaint(2, "RTFLOW_WIDTH", "512, 256, 128, vector or scalar");

    [Fact]
    public void Help_is_there_even_then_and_says_what_is_wrong()
    {
        Rtflow help = Rtflow.RunProcess(null, [("RTFLOW_WIDTH", "1024")], "--help");

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains("--screenshot", help.Output, StringComparison.Ordinal);
        Assert.Contains("Vector width here: RTFLOW_WIDTH is '1024': expected 512", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--target", "--screenshot", "train", "Vector width here: ", "RTFLOW_WIDTH", "RTFLOW_NO_OPENGL")]
    [InlineData("live", "--particles", "--headless", "--window", "Space pause")]
    [InlineData("train", "--until-kl", "--constraint <identity|paper>", "[default: planar:32]", "--out <MODEL>", "--resume <FILE>", "--optimizer <adam|rmsprop|sgd|soap>", "--warm-up <SHARE>")]
    [InlineData("targets", "--json")]
    [InlineData("render", "--model <MODEL>", "--view <NAMES>", "--size <WxH>", "--seconds <S>", "--fps <N>", "[default: 30]", "--out <FILE>")]
    [InlineData("inspect", "<MODEL>", "--json")]
    [InlineData("bench", "--json", "under 30 s")]
    [InlineData("sample", "--model <MODEL>", "--count <N>", "--offset <K>", "--log-density <FILE>", "--layer <k>", "--tau <t>", "[default: independent]")]
    [InlineData("density", "--points <FILE>", "--out <FILE>", "--layer <k>", ".csv")]
    [InlineData("data", "--folder <FOLDER>", "RTFLOW_DATA", "--json")]
    [InlineData("vae", "train", "eval", "sample", "encode")]
    [InlineData("transform", "--points <FILE>", "--out <FILE>", "--log-det <FILE>", "--inverse")]
    public void Help_is_there_for_the_program_and_every_verb(string verb, params string[] words)
    {
        Rtflow help = Rtflow.Run(verb.Length == 0 ? ["--help"] : [verb, "--help"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.All(words, word => Assert.Contains(word, help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Targets_come_as_a_table_and_as_json()
    {
        JsonElement[] rows = [.. Rtflow.Run("targets", "--json").Json().GetProperty("targets").EnumerateArray()];
        string table = Rtflow.Run("targets").Output;

        Assert.Equal(TargetLibrary.All.Select(target => target.Name), rows.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(["u1", "u2", "u3", "u4"], rows.Take(4).Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(TargetLibrary.All.Select(target => target.Dimension), rows.Select(row => row.GetProperty("dimension").GetInt32()));
        Assert.Equal([1.87750, 2.20017, 2.75978, 2.82409], rows.Take(4).Select(row => Math.Round(row.GetProperty("log_z").GetDouble(), 5)));
        Assert.All(rows[4..7], row => Assert.Equal(JsonValueKind.Null, row.GetProperty("log_z").ValueKind));
        Assert.All(rows, row => Assert.Contains(row.GetProperty("description").GetString()!, table, StringComparison.Ordinal));
    }
}
