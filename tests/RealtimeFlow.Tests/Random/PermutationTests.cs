using CsCheck;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

public sealed class PermutationTests
{
    [Fact]
    public void Every_number_stands_in_one_place() =>
        Gen.Select(Gen.Int[1, 5000], Gen.UInt.Array[Permutation.Words]).Sample((count, words) =>
        {
            Permutation order = new(count, words);
            Assert.Equal(Enumerable.Range(0, count), Enumerable.Range(0, count).Select(place => order[place]).Order());
        });

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData((1 << 30) + 1)]
    [InlineData(1 << 30)]
    public void Very_many_numbers_stay_within_their_range(int count)
    {
        Permutation order = new(count, [1, 2, 3, 4, 5, 6, 7, 8]);
        foreach (int place in (int[])[0, 1, count / 2, count - 1])
        {
            Assert.InRange(order[place], 0, count - 1);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(16)]
    public void Every_pair_of_numbers_is_as_likely_in_the_first_two_places(int count)
    {
        const int Orders = 60_000;
        RandomStream stream = new(7, 8);
        uint[] words = new uint[Permutation.Words];
        int[] seen = new int[count * count];
        for (int i = 0; i < Orders; i++)
        {
            stream.FillBits((ulong)(i * Permutation.Words), words);
            Permutation order = new(count, words);
            seen[(order[0] * count) + order[count - 1]]++;
        }

        int pairs = count * (count - 1);
        double expected = (double)Orders / pairs;
        double chiSquared = 0;
        for (int pair = 0; pair < seen.Length; pair++)
        {
            bool isPossible = pair / count != pair % count;
            Assert.True(isPossible || seen[pair] == 0);
            chiSquared += isPossible ? (seen[pair] - expected) * (seen[pair] - expected) / expected : 0;
        }

        // Five standard deviations of χ² with pairs − 1 degrees of freedom; one permutation in all that is drawn is fixed by its seed.
        Assert.InRange(chiSquared, 0, pairs - 1 + (5 * Math.Sqrt(2 * (pairs - 1))));
    }
}
