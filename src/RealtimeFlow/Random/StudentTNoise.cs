using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Random;

/// <summary>
/// Student's t of any real number ν of degrees of freedom, by the polar method of R. Bailey, <i>Polar generation of random variates with
/// the t-distribution</i> (1994): r cos θ, with r² = ν (u^(−2/ν) − 1) of one word and θ of the next.
/// </summary>
/// <remarks>
/// The sine of the same angle would be as good a number, but not independent of this one. u^(−2/ν) − 1 = expm1(−(2/ν) ln u) keeps its
/// digits where ν is large and u near 1; it stays finite for ν ≥ 1, below 2⁶⁶.
/// </remarks>
internal readonly struct StudentTNoise(float degreesOfFreedom) : INoise
{
    /// <summary>Rows of numbers that are made at a time: of 8 KiB of words.</summary>
    private const int Chunk = 64;

    /// <inheritdoc/>
    public static int WordsPerNumber => 2;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Independent<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V>
    {
        Span<float> buffer = stackalloc float[Chunk * 2 * Words.Row];
        ref float words = ref MemoryMarshal.GetReference(buffer);
        for (nint i = 0; i < rows; i += Chunk)
        {
            nint count = Math.Min(Chunk, rows - i);
            BlockFill<WordNoise<Word>>.Rows<V>(stream, 2 * (firstRow + (ulong)i), 2 * count, ref words);
            OfWords<V>(ref words, count, ref Unsafe.Add(ref destination, i * Words.Row));
        }
    }

    /// <inheritdoc/>
    public void OfWords<V>(ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V> => Loop<V>(degreesOfFreedom, ref words, rows, ref numbers);

    /// <inheritdoc/>
    public static V Mirror<V>(V number)
        where V : struct, ILanes<V> => -number;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<V>(float degreesOfFreedom, ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V>
    {
        V freedom = V.Splat(degreesOfFreedom);
        V power = V.Splat(-2f / degreesOfFreedom);
        for (nint row = 0; row < rows * Words.Row; row += Words.Row)
        {
            for (nint i = 0; i < Words.Row; i += V.Count)
            {
                nint word = (2 * row) + i;
                V radius = V.Sqrt(freedom * LaneMath.Expm1(power * LaneMath.LogOfUniformBits(V.Load(ref words, word))));
                LaneMath.SinCosTurnsOfBits(V.Load(ref words, word + Words.Row), out _, out V cos);
                V.Store(radius * cos, ref numbers, row + i);
            }
        }
    }
}
