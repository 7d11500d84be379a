using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>OpenBLAS as it is installed, in this process, on one thread.</summary>
internal sealed unsafe partial class OpenBlas
{
    /// <summary>The variable that tells it which kernels to take.</summary>
    public const string CoreVariable = "OPENBLAS_CORETYPE";

    private const int RowMajor = 101, Plain = 111, Transposed = 112;

    private static readonly string[] Names = ["libopenblas.so.0", "libopenblas"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _multiply;

    private OpenBlas(nint library)
    {
        _multiply = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        var describe = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "openblas_get_config");
        string[] words = Marshal.PtrToStringUTF8(describe())!.Split(' ');
        var core = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "openblas_get_corename");
        Version = $"{words[0]} {words[1]}, kernels for {Marshal.PtrToStringUTF8(core())}";
    }

    /// <summary>Its version and the processor that its kernels are for.</summary>
    public string Version { get; }

    /// <summary>
    /// The kernels it is told to take, unless the user says which; null for its own choice. Of a processor that is newer than itself it knows nothing and
    /// takes old ones: where AVX-512 is, it is told the nearest.
    /// </summary>
    public static string? Core => Environment.GetEnvironmentVariable(CoreVariable) ?? (Avx512F.IsSupported ? "SkylakeX" : null);

    /// <summary>Loads it.</summary>
    /// <param name="reason">Why there is none.</param>
    public static OpenBlas? Load(out string reason)
    {
        if (Core is string core && OperatingSystem.IsLinux())
        {
            SetVariable(CoreVariable, core, overwrite: 1);
        }

        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                reason = "";
                return new OpenBlas(library);
            }
        }

        reason = $"no library {string.Join(" or ", Names)}; on Debian the package libopenblas0 has it";
        return null;
    }

    /// <summary>C = A · B, all by rows, A or B transposed.</summary>
    public void Multiply(bool transposedA, bool transposedB, int rows, int columns, int inner, float* a, int strideA, float* b, int strideB, float* c, int strideC) =>
        _multiply(
            RowMajor, transposedA ? Transposed : Plain, transposedB ? Transposed : Plain, rows, columns, inner, 1, a, strideA, b, strideB, 0, c, strideC);

    // What .NET sets of the environment, a library in the process does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
