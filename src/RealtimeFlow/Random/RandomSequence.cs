namespace RealtimeFlow.Random;

/// <summary>How the points of a stream relate to each other.</summary>
public enum RandomSequence
{
    /// <summary>Independent of each other.</summary>
    Independent,

    /// <summary>In pairs that mirror each other, sixteen points and then their images, which cancels the odd part of an estimate's error.</summary>
    Antithetic,

    /// <summary>Quasi-random: a scrambled Sobol' sequence, spread more evenly than chance would; 2³² points in at most 64 dimensions, 32 for Student's t.</summary>
    Sobol,
}
