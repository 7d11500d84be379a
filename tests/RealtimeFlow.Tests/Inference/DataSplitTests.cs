using CsCheck;
using RealtimeFlow.Inference;

namespace RealtimeFlow.Tests.Inference;

public sealed class DataSplitTests
{
    [Fact]
    public void Every_row_is_in_one_part_and_the_parts_keep_their_order() =>
        Gen.Select(Gen.Int[2, 300], Gen.Int[1, 4], Gen.Double[0.001, 0.999], Gen.ULong).Sample(
            (count, dimension, share, seed) =>
            {
                DataSet all = Numbered(count, dimension);
                (DataSet training, DataSet heldOut) = all.Split(share, seed);

                Assert.Equal(Math.Clamp((int)Math.Round(share * count), 1, count - 1), heldOut.Count);
                Assert.Equal(Enumerable.Range(0, count), Rows(training).Concat(Rows(heldOut)).Order());
                Assert.All([training, heldOut], part =>
                {
                    Assert.Equal(Rows(part).Order(), Rows(part));
                    for (int i = 0; i < dimension; i++)
                    {
                        Assert.Equal(Rows(part).Select(row => row + (0.125f * i)), part.Coordinate(i).ToArray());
                    }
                });
            },
            iter: 100);

    [Fact]
    public void The_seed_decides_which_rows_are_held_out()
    {
        DataSet data = Numbered(1000, 2);
        int[][] heldOut = [.. ((ulong[])[1, 1, 2]).Select(seed => Rows(data.Split(0.3, seed).HeldOut))];
        Assert.Equal(heldOut[0], heldOut[1]);
        Assert.NotEqual(heldOut[0], heldOut[2]);
    }

    /// <summary>Over 400 seeds every row is held out 100 times on average, with a deviation of 8.7.</summary>
    [Fact]
    public void No_row_is_held_out_more_often_than_chance_lets_it()
    {
        DataSet data = Numbered(50, 1);
        int[] times = new int[50];
        for (ulong seed = 0; seed < 400; seed++)
        {
            foreach (int row in Rows(data.Split(0.25, seed).HeldOut))
            {
                times[row]++;
            }
        }

        // Twelve or thirteen of fifty, by rounding: 0.24 or 0.26 of the rows.
        Assert.All(times, count => Assert.InRange(count, 100 - (5 * 8.7), 104 + (5 * 8.7)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_share_that_leaves_a_part_empty_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(share), () => Numbered(10, 1).Split(share, 1));

    [Fact]
    public void One_row_cannot_be_split() => Assert.Throws<InvalidOperationException>(() => Numbered(1, 1).Split(0.5, 1));

    private static DataSet Numbered(int count, int dimension) =>
        new([.. Enumerable.Range(0, count * dimension).Select(i => (i / dimension) + (0.125f * (i % dimension)))], dimension);

    private static int[] Rows(DataSet data) => [.. data.Coordinate(0).ToArray().Select(x => (int)x)];
}
