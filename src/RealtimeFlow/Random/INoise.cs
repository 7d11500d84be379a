using RealtimeFlow.Lanes;

namespace RealtimeFlow.Random;

/// <summary>A kind of random number: what it is made of, in rows of 16 lanes.</summary>
internal interface INoise
{
    /// <summary>Words of a quasi-random point that make one number.</summary>
    static abstract int WordsPerNumber { get; }

    /// <summary>Independent numbers: whole rows of the sequence.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="firstRow">Row of the sequence to start at, below 2⁵⁹.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">The first of 16 · rows numbers.</param>
    void Independent<V>(in RandomStream stream, ulong firstRow, nint rows, ref float destination)
        where V : struct, ILanes<V>;

    /// <summary>The numbers of uniform words, which are used up: their memory holds anything afterwards, and is not that of the numbers.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    /// <param name="words">The first of <see cref="WordsPerNumber"/> · rows rows of words; those of one row of numbers follow each other.</param>
    /// <param name="rows">Number of rows of numbers.</param>
    /// <param name="numbers">The first of 16 · rows numbers.</param>
    void OfWords<V>(ref float words, nint rows, ref float numbers)
        where V : struct, ILanes<V>;

    /// <summary>The number on the other side of the distribution's centre, exactly.</summary>
    /// <typeparam name="V">One row of lanes.</typeparam>
    static abstract V Mirror<V>(V number)
        where V : struct, ILanes<V>;
}
