using System.CommandLine;
using System.Runtime.ExceptionServices;
using RealtimeFlow.Files;
using RealtimeFlow.Inference;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary>What <c>train</c> learns: a target of the library, as it is or over the user's rows, which may arrive while it trains.</summary>
internal sealed class TrainTarget : IDisposable
{
    /// <summary>What stands for standard input where a file is named.</summary>
    private const string StandardInput = "-";

    private readonly CancellationTokenSource _failed = new();
    private Exception? _failure;

    private TrainTarget(Target target) => Target = target;

    /// <summary>The target.</summary>
    public Target Target { get; }

    /// <summary>Cancelled once a row could not be taken.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>The option that names the user's rows.</summary>
    public static Option<string> DataOption() => Options.File(
        "--data",
        "FILE",
        $"rows of your own for the target, .npy or .csv: linear and logistic take inputs and the response or label, mixture one number, image a row of pixels; {StandardInput} reads CSV from standard input while it trains");

    /// <summary>The names of those that take the user's rows.</summary>
    public static IReadOnlyList<string> Takers =>
        [.. TargetLibrary.All.Where(target => target is DataTarget or ImageDensity).Select(target => target.Name)];

    /// <summary>What is learned where the user names a target and perhaps data; <see cref="Find"/> understands it, and checkpoints keep it.</summary>
    public static string Name(string target, string? data) => data == null ? target : $"{target}:{data}";

    /// <summary>Finds the target, and reads its rows or begins to; null if there is none, or it takes no rows.</summary>
    /// <param name="name">As <see cref="Name"/> gave it.</param>
    /// <exception cref="FileFormatException">The rows are not as they should be.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static TrainTarget? Find(string name)
    {
        if (TargetLibrary.Find(name) is Target known)
        {
            return new TrainTarget(known);
        }

        string[] parts = name.Split(':', 2);
        if (parts.Length < 2 || !Takers.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        (string kind, string source) = (parts[0], parts[1]);
        return source == StandardInput ? OpenPipe(kind) : OpenFile(kind, source);
    }

    /// <summary>Throws if a row could not be taken.</summary>
    public void ThrowIfFailed()
    {
        if (_failure != null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    public void Dispose() => _failed.Dispose();

    private static TrainTarget OpenFile(string kind, string path)
    {
        using PointReader reader = PointReader.Open(path);
        DataSet rows = new(reader.Dimension);
        return Named(path, () =>
        {
            rows.Append(reader);
            rows.Admit();
            return rows.Count > 0
                ? new TrainTarget(TargetLibrary.WithData(kind, rows, path)!)
                : throw new FileFormatException($"{path}: has no rows");
        });
    }

    private static TrainTarget OpenPipe(string kind)
    {
        const string Pipe = "standard input";
        PointReader reader = PointReader.OpenPipe(Console.OpenStandardInput(), Pipe);
        DataSet rows = new(reader.Dimension);
        TrainTarget target = Named(Pipe, () => new TrainTarget(TargetLibrary.WithData(kind, rows, StandardInput)!));

        // Ends with the process, or with the rows.
        new Thread(() => target.Take(reader, rows, Pipe)) { IsBackground = true, Name = "rows" }.Start();
        return target;
    }

    private static T Named<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException($"{source}: {exception.Message}", exception);
        }
    }

    /// <summary>Appends rows one by one as they arrive.</summary>
    private void Take(PointReader reader, DataSet rows, string name)
    {
        float[] row = new float[reader.Dimension];
        try
        {
            while (reader.Read(row) > 0)
            {
                Named(name, () =>
                {
                    rows.Append(row);
                    return true;
                });
            }
        }
        catch (Exception exception) when (exception is FileFormatException or IOException)
        {
            _failure = exception;
            try
            {
                _failed.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The run is over.
            }
        }
    }
}
