using System.Globalization;
using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Tests.Numerics;

/// <summary>Walks over all 2³² bit patterns of a float32 with a stride: a prime in every test run, 1 for the exhaustive one.</summary>
internal static class FloatSweep
{
    public const string StrideVariable = "RTFLOW_ULP_STRIDE";

    public const int Batch = 4096;

    public static uint Stride { get; } =
        uint.Parse(Environment.GetEnvironmentVariable(StrideVariable) ?? "2003", CultureInfo.InvariantCulture);

    /// <summary>Hands over batches of patterns with what the function makes of them at one width.</summary>
    public static void Run<F, V>(Action<float[], float[]> check)
        where F : struct, ILaneFunction
        where V : struct, ILanes<V>
    {
        var x = new float[Batch];
        var y = new float[Batch];
        ulong pattern = 0;
        while (pattern <= uint.MaxValue)
        {
            for (int i = 0; i < Batch; i++)
            {
                // What is left of the last batch repeats the last pattern.
                x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(pattern, uint.MaxValue));
                pattern += Stride;
            }

            Map<F, V>(x, y);
            check(x, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<F, V>(float[] x, float[] y)
        where F : struct, ILaneFunction
        where V : struct, ILanes<V>
    {
        for (nint i = 0; i < x.Length; i += V.Count)
        {
            V.Store(F.Of(V.Load(in x[0], i)), ref y[0], i);
        }
    }
}
