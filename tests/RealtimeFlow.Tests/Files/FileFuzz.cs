using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

/// <summary>A file format under fuzzing.</summary>
internal interface IFuzzedFormat
{
    /// <summary>The share of the usual number of inputs that it gets.</summary>
    double Effort => 1;

    /// <summary>Makes a file: a sound one, one with faults, or anything.</summary>
    /// <param name="random">The only source of chance.</param>
    /// <param name="sound">Whether it has to be accepted.</param>
    byte[] Make(System.Random random, out bool sound);

    /// <summary>Reads a file to its end; allocates nothing but what the reader does.</summary>
    object Read(byte[] file);

    /// <summary>Fails unless what was read is finite, and the same once it was written and read again.</summary>
    void CheckSound(object value, byte[] file);
}

/// <summary>
/// Feeds a reader with many files. Each has to give a value that is sound or a refusal in one line, in bounded time, and with no
/// more allocated than the file's length and 1 MiB. A failure names the input's number, which makes it again, and shows it.
/// </summary>
internal sealed class FileFuzz
{
    /// <summary>How many inputs a format gets, where that is not <see cref="UsualInputs"/>.</summary>
    public const string InputsVariable = "RTFLOW_FUZZ_INPUTS";

    private const int UsualInputs = 70_000;
    private const int Slack = 1 << 20;
    private const int MostMessage = 500;

    // Inputs take well under a millisecond, but those around 1 MB; the rest is for a machine with other work.
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    private readonly IFuzzedFormat _format;
    private readonly int _inputs;

    // By thread: the input that it is at, and since when.
    private readonly int[] _current = new int[Environment.ProcessorCount];
    private readonly long[] _since = new long[Environment.ProcessorCount];
    private readonly ConcurrentDictionary<string, bool> _seen = [];
    private volatile string? _failure;
    private int _next;
    private int _accepted;
    private int _refused;

    private FileFuzz(IFuzzedFormat format)
    {
        _format = format;
        int usual = int.TryParse(
            Environment.GetEnvironmentVariable(InputsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int inputs) ? inputs : UsualInputs;
        _inputs = (int)(format.Effort * usual);
    }

    /// <summary>Runs, and requires that both outcomes have their share and that every fault was met.</summary>
    /// <param name="format">The format.</param>
    /// <param name="leastAccepted">The least share of inputs that are accepted.</param>
    /// <param name="leastRefused">The least share that are refused.</param>
    /// <param name="faults">Words of refusals, each of which some input has to bring about.</param>
    public static void Run(IFuzzedFormat format, double leastAccepted, double leastRefused, params ReadOnlySpan<string> faults)
    {
        FileFuzz fuzz = new(format);
        foreach (string fault in faults)
        {
            fuzz._seen[fault] = false;
        }

        fuzz.Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{fuzz._accepted} accepted, {fuzz._refused} refused of {fuzz._inputs}");
        if (fuzz._failure is string failure)
        {
            Assert.Fail(failure);
        }

        Assert.Equal(fuzz._inputs, fuzz._accepted + fuzz._refused);
        Assert.True(fuzz._accepted >= leastAccepted * fuzz._inputs, $"only {fuzz._accepted} accepted");
        Assert.True(fuzz._refused >= leastRefused * fuzz._inputs, $"only {fuzz._refused} refused");
        Assert.Empty(fuzz._seen.Where(fault => !fault.Value).Select(fault => fault.Key));
    }

    private void Run()
    {
        Thread[] threads = new Thread[_current.Length];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i;

            // In the background, so that one which hangs does not keep the process.
            threads[i] = new Thread(() => Work(index)) { IsBackground = true };
            _since[i] = long.MaxValue;
            threads[i].Start();
        }

        for (int i = 0; i < threads.Length && _failure == null; i++)
        {
            while (!threads[i].Join(100) && _failure == null)
            {
                WatchTheClock();
            }
        }
    }

    private void WatchTheClock()
    {
        for (int i = 0; i < _since.Length; i++)
        {
            // Read in this order, an input that just began is not charged with the time of the one before it.
            int input = Volatile.Read(ref _current[i]);
            long since = Volatile.Read(ref _since[i]);
            if (since != long.MaxValue && Stopwatch.GetElapsedTime(since) > MostTime && Volatile.Read(ref _current[i]) == input)
            {
                Fail(input, $"is being read since {MostTime}");
            }
        }
    }

    private void Work(int thread)
    {
        try
        {
            for (int input; _failure == null && (input = Interlocked.Increment(ref _next) - 1) < _inputs;)
            {
                byte[] file = _format.Make(new System.Random(input), out bool sound);
                Volatile.Write(ref _current[thread], input);
                Volatile.Write(ref _since[thread], Stopwatch.GetTimestamp());
                object outcome = Read(file, out long allocated);
                Volatile.Write(ref _since[thread], long.MaxValue);
                if (Judge(outcome, file, sound, allocated) is string fault)
                {
                    Fail(input, fault);
                }
            }
        }
        catch (Exception exception)
        {
            _failure ??= exception.ToString();
        }
    }

    private object Read(byte[] file, out long allocated)
    {
        object outcome;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            outcome = _format.Read(file);
        }
        catch (Exception exception)
        {
            outcome = exception;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return outcome;
    }

    /// <summary>What is wrong with the outcome; null for nothing.</summary>
    private string? Judge(object outcome, byte[] file, bool sound, long allocated)
    {
        if (allocated > file.Length + Slack)
        {
            return $"of {file.Length} bytes made the reader allocate {allocated}";
        }

        if (outcome is not Exception exception)
        {
            Interlocked.Increment(ref _accepted);
            try
            {
                _format.CheckSound(outcome, file);
                return null;
            }
            catch (Exception unsound)
            {
                return $"was accepted, but is not sound: {unsound}";
            }
        }

        Interlocked.Increment(ref _refused);
        foreach ((string fault, bool seen) in _seen)
        {
            if (!seen && exception.Message.Contains(fault, StringComparison.Ordinal))
            {
                _seen[fault] = true;
            }
        }

        string message = exception.Message;
        return exception is not FileFormatException ? $"made the reader throw {exception}"
            : sound ? $"is sound, but was refused: {message}"
            : message.Length is 0 or >= MostMessage || message.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')
                ? $"was refused in words that are not one line of less than {MostMessage} characters: {message}"
            : null;
    }

    private void Fail(int input, string fault) =>
        _failure ??= $"Input {input} {fault}{Environment.NewLine}{Convert.ToBase64String(_format.Make(new System.Random(input), out _))}";
}
