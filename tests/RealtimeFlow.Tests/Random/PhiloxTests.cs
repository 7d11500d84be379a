using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Random;

/// <summary>The known answers of J. Salmon and others, <i>Parallel random numbers: as easy as 1, 2, 3</i>, SC'11.</summary>
public class PhiloxTests
{
    public static TheoryData<uint[], ulong, uint[]> KnownAnswers => new()
    {
        { [0, 0, 0, 0], 0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 0xffffffff_ffffffff,
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], 0x299f31d0_a4093822,
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Encryption_gives_the_known_answers_in_every_lane(uint[] counter, ulong key, uint[] expected)
    {
        AssertAnswer<Lane1>(counter, key, expected);
        AssertAnswer<LanesT>(counter, key, expected);
        AssertAnswer<Lanes128>(counter, key, expected);
        AssertAnswer<Lanes256>(counter, key, expected);
        AssertAnswer<Lanes512>(counter, key, expected);
    }

    [Fact]
    public void A_stream_lays_out_counters_and_words_as_documented()
    {
        // Element 16·(4·3 + 2) + 5: block 3·16 + 5, word 2.
        const ulong seed = 0x0123456789abcdef, number = 0xfedcba9876543210;
        var word = new uint[1];
        new RandomStream(seed, number).FillBits((16 * ((4 * 3) + 2)) + 5, word);
        Assert.Equal(Encrypt<Lane1>([53, 0, 0x76543210, 0xfedcba98], seed)[2][0], word[0]);
    }

    [Fact]
    public void Counters_carry_into_the_high_word()
    {
        // Block 2³² + 7 of lane 7: element 64·2²⁸ + 7 and on.
        const ulong block = (1UL << 32) + 7;
        uint expected = Encrypt<Lane1>([7, 1, 2, 0], 1)[0][0];
        var around = new uint[256];
        ulong first = ((block / 16) * 64) - 128;
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            new RandomStream(1, 2).FillBits(first, around, width);
            Assert.Equal(expected, around[128 + 7]);
        }
    }

    private static void AssertAnswer<V>(uint[] counter, ulong key, uint[] expected)
        where V : struct, ILanes<V>
    {
        uint[][] words = Encrypt<V>(counter, key);
        for (int i = 0; i < 4; i++)
        {
            Assert.All(words[i], word => Assert.Equal(expected[i], word));
        }
    }

    /// <summary>The four words of each lane, from both of the counters that are encrypted at a time.</summary>
    private static uint[][] Encrypt<V>(uint[] counter, ulong key)
        where V : struct, ILanes<V>
    {
        var both = new Philox.Counter<V>(V.SplatBits(counter[0]), counter[1], counter[2], counter[3]);
        Philox.Encrypt(key, in both, in both, out V a0, out V a1, out V a2, out V a3, out V b0, out V b1, out V b2, out V b3);
        return
        [
            [.. Words(a0), .. Words(b0)],
            [.. Words(a1), .. Words(b1)],
            [.. Words(a2), .. Words(b2)],
            [.. Words(a3), .. Words(b3)],
        ];
    }

    private static uint[] Words<V>(V lanes)
        where V : struct, ILanes<V>
    {
        var values = new float[V.Count];
        V.Store(lanes, ref values[0], 0);
        return [.. values.Select(BitConverter.SingleToUInt32Bits)];
    }
}
