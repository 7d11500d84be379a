using System.Runtime.InteropServices;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>The C peers, compiled by a compiler of the machine for this very processor and loaded into this process.</summary>
internal sealed unsafe class CompiledPeer
{
    private static readonly string[] Flags = ["-std=gnu11", "-O3", "-march=native", "-shared", "-fPIC"];

    private readonly nint _library;

    private CompiledPeer(string compiler, nint library) => (Compiler, _library) = (compiler, library);

    /// <summary>Compiler and flags, as the table names them.</summary>
    public string Compiler { get; }

    /// <summary>Compiles some of the C sources beside this program.</summary>
    /// <param name="compiler">The compiler's name.</param>
    /// <param name="sources">The sources' names.</param>
    /// <param name="libraries">What they need, as the linker's flags.</param>
    /// <param name="folder">Where the library is to lie.</param>
    /// <param name="reason">Why there is none.</param>
    public static CompiledPeer? Build(string compiler, string[] sources, string[] libraries, string folder, out string reason)
    {
        if (!Shell.Run(compiler, ["--version"], out reason))
        {
            return null;
        }

        string version = Shell.FirstLine(reason);
        string library = Path.Combine(folder, $"{compiler}-{Path.GetFileNameWithoutExtension(sources[0])}.so");
        IEnumerable<string> paths = sources.Select(source => Path.Combine(AppContext.BaseDirectory, "peers", "c", source));
        return Shell.Run(compiler, [.. Flags, "-o", library, .. paths, .. libraries], out reason)
            ? new CompiledPeer($"{version}, -O3 -march=native", NativeLibrary.Load(library))
            : null;
    }

    /// <summary>A function of the signature that all forward passes have: parameters, layers, points, result, ln det, count.</summary>
    public delegate* unmanaged<float*, int, float*, float*, float*, nint, void> Forward(string name) =>
        (delegate* unmanaged<float*, int, float*, float*, float*, nint, void>)NativeLibrary.GetExport(_library, name);

    /// <summary>A function that takes parameters, layers, points, gradient and count, and returns the loss.</summary>
    public delegate* unmanaged<float*, int, float*, double*, nint, double> Gradient(string name) =>
        (delegate* unmanaged<float*, int, float*, double*, nint, double>)NativeLibrary.GetExport(_library, name);
}
