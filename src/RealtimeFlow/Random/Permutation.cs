using System.Runtime.CompilerServices;

namespace RealtimeFlow.Random;

/// <summary>
/// A random order of the numbers 0 … N − 1, any place of which can be had directly: nothing is shuffled, nothing stored. A balanced
/// Feistel network permutes the numbers below 4ᵏ ≥ N; from a number of N or more it goes on to the next until it falls below
/// (J. Black, P. Rogaway, <i>Ciphers with arbitrary finite domains</i>, CT-RSA 2002), which takes fewer than four rounds on average.
/// </summary>
internal readonly struct Permutation
{
    /// <summary>Random words that decide the order.</summary>
    public const int Words = 8;

    private readonly Keys _keys;
    private readonly int _count;
    private readonly int _halfBits;

    /// <param name="count">N ≥ 1.</param>
    /// <param name="words"><see cref="Words"/> random words.</param>
    public Permutation(int count, ReadOnlySpan<uint> words)
    {
        _count = count;
        _halfBits = 1;
        while (1L << (2 * _halfBits) < count)
        {
            _halfBits++;
        }

        words.CopyTo(_keys);
    }

    /// <summary>The number at a place, 0 … N − 1.</summary>
    public int this[int place]
    {
        get
        {
            uint number = (uint)place;
            do
            {
                number = Encrypt(number);
            }
            while (number >= (uint)_count);
            return (int)number;
        }
    }

    private uint Encrypt(uint number)
    {
        uint mask = (1u << _halfBits) - 1, left = number >> _halfBits, right = number & mask;
        foreach (uint key in _keys)
        {
            (left, right) = (right, left ^ (Mix(right ^ key) & mask));
        }

        return (left << _halfBits) | right;
    }

    /// <summary>The finalizer of MurmurHash3 (A. Appleby, public domain): every bit depends on every bit.</summary>
    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return x ^ (x >> 16);
    }

    [InlineArray(Words)]
    private struct Keys
    {
        private uint _first;
    }
}
