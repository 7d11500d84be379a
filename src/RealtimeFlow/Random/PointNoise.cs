using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// Random points for kernels that already know their width: groups of 16 points, for each of them a row of 16 numbers for every
/// coordinate. How the points relate is the stream's <see cref="RandomStream.Sequence"/>; the bits are the same at every width and
/// in whatever pieces the groups are asked for.
/// </summary>
internal static class PointNoise
{
    /// <summary>Points with standard normal coordinates.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="dimension">Number of coordinates of a point.</param>
    /// <param name="firstGroup">The first group: points 16 · firstGroup and on.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="destination">The first of 16 · dimension · groups numbers: group by group, in each a row for every coordinate.</param>
    public static void Normal<V>(in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination)
        where V : struct, ILanes<V> =>
        Fill<V, NormalNoise>(default, stream, dimension, firstGroup, groups, ref destination);

    /// <summary>Points with coordinates uniform in (−1, 1).</summary>
    /// <inheritdoc cref="Normal{V}"/>
    public static void SymmetricUniform<V>(in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination)
        where V : struct, ILanes<V> =>
        Fill<V, WordNoise<SymmetricUniform>>(default, stream, dimension, firstGroup, groups, ref destination);

    /// <summary>Points whose coordinates follow Student's t distribution, independently.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="dimension">Number of coordinates of a point.</param>
    /// <param name="firstGroup">The first group: points 16 · firstGroup and on.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="destination">The first of 16 · dimension · groups numbers: group by group, in each a row for every coordinate.</param>
    /// <param name="degreesOfFreedom">From 1 to 10⁶.</param>
    public static void StudentT<V>(
        in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination, float degreesOfFreedom)
        where V : struct, ILanes<V> =>
        Fill<V, StudentTNoise>(new StudentTNoise(degreesOfFreedom), stream, dimension, firstGroup, groups, ref destination);

    /// <inheritdoc cref="Normal{V}"/>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <typeparam name="TNoise">The kind of the numbers.</typeparam>
    public static void Fill<V, TNoise>(
        in TNoise noise, in RandomStream stream, int dimension, ulong firstGroup, nint groups, ref float destination)
        where V : struct, ILanes<V>
        where TNoise : struct, INoise
    {
        switch (stream.Sequence)
        {
            case RandomSequence.Independent:
                noise.Independent<V>(stream, firstGroup * (ulong)dimension, groups * dimension, ref destination);
                break;
            case RandomSequence.Antithetic:
                Antithetic.Fill<V, TNoise>(noise, stream, dimension, firstGroup, groups, ref destination);
                break;
            case RandomSequence.Sobol:
                SobolNoise.Fill<V, TNoise>(noise, stream, dimension, firstGroup, groups, ref destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(stream), stream.Sequence, "Not a kind of sequence.");
        }
    }
}
