using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

// LIBRARY FOLDER, and then lines of `run NAME` and `check NAME`: the protocol of ../python/peers.py.
string folder = args[1];
IPeer peer;
try
{
    peer = args[0] switch
    {
        "onnxruntime" => new OnnxPeer(Read("parameters"), Read("points")),
        "torchsharp" => new TorchPeer(Read("parameters"), Read("points")),
        _ => new MathNetPeer(),
    };
}
catch (Exception cause) when (cause.GetBaseException() is DllNotFoundException missing)
{
    // Of all the places where it was looked for, the one where it was found; without folders.
    string[] tries = missing.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    string reason = tries.Skip(1).FirstOrDefault(line => !line.Contains("No such file")) ?? tries[0];
    Console.Error.WriteLine(Regex.Replace(reason, @"[^\s(]*/", ""));
    return 1;
}

Console.WriteLine($"{peer.Version}, one thread");
Console.WriteLine(string.Join('\t', peer.Forms.Select(form => $"{form.Name}: {form.Form}")));
while (Console.ReadLine() is string line)
{
    string name = line.Split(' ')[1];
    long start = Stopwatch.GetTimestamp();
    peer.Run(name);
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    if (line.StartsWith("check", StringComparison.Ordinal))
    {
        File.WriteAllBytes(Path.Combine(folder, "result"), MemoryMarshal.AsBytes<float>(peer.Result(name)));
    }

    Console.WriteLine(seconds.ToString("r", CultureInfo.InvariantCulture));
}

return 0;

float[] Read(string name) => [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, name)))];

/// <summary>A library.</summary>
internal interface IPeer
{
    /// <summary>Its name and version.</summary>
    string Version { get; }

    /// <summary>What it can do, and a word on how.</summary>
    (string Name, string Form)[] Forms { get; }

    /// <summary>Does what is named, once.</summary>
    void Run(string name);

    /// <summary>Three rows of what the last run, which was of this name, computed: coordinates and ln det.</summary>
    float[] Result(string name);
}
