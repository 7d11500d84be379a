using System.CommandLine;
using RealtimeFlow.Files;

namespace RealtimeFlow.App;

/// <summary>The options that say where the checkpoints of a run go, and how often.</summary>
internal sealed class CheckpointOptions
{
    private const double DefaultSeconds = 10;

    private readonly Option<string> _file = Options.File(
        "--checkpoint", "FILE", "keep the state of the run in this file (safetensors), to go on from there with --resume");
    private readonly Option<long?> _steps = Options.Steps("--checkpoint-steps", "write the checkpoint after every N steps");
    private readonly Option<double?> _seconds = Options.Positive(
        "--checkpoint-seconds", "S", $"write the checkpoint every S seconds; without either, {DefaultSeconds}");

    /// <summary>The options, in the order in which help lists them.</summary>
    public IEnumerable<Option> All => [_file, _steps, _seconds];

    /// <summary>What the command line says; null where it names no file.</summary>
    /// <exception cref="UsageException">It says how often, but not where.</exception>
    public TrainCheckpoints? Read(ParseResult parsed)
    {
        (long? steps, double? seconds) = (parsed.GetValue(_steps), parsed.GetValue(_seconds));
        if (parsed.GetValue(_file) is string path)
        {
            AtomicFile.EnsureWritable(path);
            return new TrainCheckpoints(path, steps, steps == null ? seconds ?? DefaultSeconds : seconds);
        }

        return steps == null && seconds == null ? null : throw new UsageException(
            $"{(steps == null ? _seconds.Name : _steps.Name)}: expected --checkpoint FILE with it, the file to write");
    }
}
