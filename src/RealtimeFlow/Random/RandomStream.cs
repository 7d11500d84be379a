using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>
/// Infinite sequences of random numbers, any element of which can be had directly: (seed, stream, index) decides the bits,
/// the same at every vector width, on any number of threads, and in whatever pieces the sequence is asked for.
/// </summary>
/// <remarks>
/// <para>
/// Philox4x32-10 with the seed as key (low word, high word) and the counter (block low, block high, stream low, stream high).
/// A row is 16 consecutive elements: element e stands in row r = e / 16, lane l = e mod 16, and its counter block is
/// 16 ⌊r / 4⌋ + l. Bits and uniforms use word r mod 4. Normals use the Box–Muller pair of words 2p (radius) and 2p + 1 (angle),
/// p = ⌊r / 2⌋ mod 2: even rows are radius · cos, odd rows radius · sin.
/// </para>
/// <para>
/// That is the independent sequence. In an antithetic one, 16 elements of it alternate with their mirror images: −z, 1 − u, or the word with
/// every bit turned. The elements of a Sobol' one are its points in one dimension, 2³² of them.
/// </para>
/// <para>The three kinds of one stream are made of the same words: take another stream where they must be independent.</para>
/// </remarks>
/// <param name="Seed">Chooses the family of streams.</param>
/// <param name="Stream">Chooses one of 2⁶⁴ independent streams of the family.</param>
/// <param name="Sequence">How its points relate to each other.</param>
[SuppressMessage("Naming", "CA1711", Justification = "The field's term: a stream of random numbers.")]
public readonly record struct RandomStream(ulong Seed, ulong Stream, RandomSequence Sequence = RandomSequence.Independent)
{
    /// <summary>Standard normal numbers, with tails out to ±6.76 = √(−2 ln 2⁻³³), ±6.34 = Φ⁻¹(1 − 2⁻³³) in a Sobol' sequence.</summary>
    /// <param name="firstElement">Index of the first element.</param>
    /// <param name="destination">Receives the elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">Elements beyond the 2³² of a Sobol' sequence.</exception>
    public void FillNormal(ulong firstElement, Span<float> destination) =>
        FillNormal(firstElement, destination, LaneDispatch.Width);

    /// <summary>
    /// Uniform numbers strictly between 0 and 1: (⌊word / 2⁹⌋ + ½) 2⁻²³, the 2²³ odd multiples of 2⁻²⁴, each equally likely,
    /// symmetric about ½ and exact: nothing is rounded.
    /// </summary>
    /// <param name="firstElement">Index of the first element.</param>
    /// <param name="destination">Receives the elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">Elements beyond the 2³² of a Sobol' sequence.</exception>
    public void FillUniform(ulong firstElement, Span<float> destination) =>
        FillUniform(firstElement, destination, LaneDispatch.Width);

    /// <summary>Uniform 32-bit words.</summary>
    /// <param name="firstElement">Index of the first element.</param>
    /// <param name="destination">Receives the elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">Elements beyond the 2³² of a Sobol' sequence.</exception>
    public void FillBits(ulong firstElement, Span<uint> destination) =>
        FillBits(firstElement, destination, LaneDispatch.Width);

    /// <inheritdoc cref="FillNormal(ulong, Span{float})"/>
    internal void FillNormal(ulong firstElement, Span<float> destination, LaneWidth width) =>
        SpanFill<NormalNoise>.Run(this, firstElement, destination, width);

    /// <inheritdoc cref="FillUniform(ulong, Span{float})"/>
    internal void FillUniform(ulong firstElement, Span<float> destination, LaneWidth width) =>
        SpanFill<WordNoise<UnitUniform>>.Run(this, firstElement, destination, width);

    /// <inheritdoc cref="FillBits(ulong, Span{uint})"/>
    internal void FillBits(ulong firstElement, Span<uint> destination, LaneWidth width) =>
        SpanFill<WordNoise<Word>>.Run(this, firstElement, MemoryMarshal.Cast<uint, float>(destination), width);
}
