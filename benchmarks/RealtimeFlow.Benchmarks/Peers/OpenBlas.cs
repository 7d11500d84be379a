using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>OpenBLAS as it is installed, in this process, on one thread.</summary>
internal sealed unsafe partial class OpenBlas
{
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

    /// <summary>Loads it.</summary>
    /// <param name="reason">Why there is none.</param>
    public static OpenBlas? Load(out string reason)
    {
        // Of a processor that is newer than itself it knows nothing and takes old kernels: it is told the nearest one, unless the user says which.
        if (Avx512F.IsSupported && OperatingSystem.IsLinux())
        {
            SetVariable("OPENBLAS_CORETYPE", "SkylakeX", overwrite: 0);
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
