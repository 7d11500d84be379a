using RealtimeFlow.Inference;

namespace RealtimeFlow.Tests.Inference;

public sealed class DataSetTests
{
    [Fact]
    public void Appended_rows_join_when_they_are_admitted()
    {
        DataSet data = new([1, 2, 3, 4], 2);
        data.Append([5, 6]);
        Assert.Equal(2, data.Count);
        Assert.Equal([1, 3, 2, 4], data.Points);
        data.Admit();
        Assert.Equal(3, data.Count);
        Assert.Equal([1, 3, 5, 2, 4, 6], data.Points);
        data.Append([]);
        data.Admit();
        Assert.Equal(3, data.Count);
    }

    [Fact]
    public void A_stream_begins_without_rows_and_keeps_all_it_is_given_in_order()
    {
        DataSet data = new(3);
        Assert.Equal(0, data.Count);
        Assert.True(data.Points.IsEmpty);
        List<float> all = [];
        for (int i = 0; i < 200; i++)
        {
            float[] rows = [.. Enumerable.Range(0, 3 * (i % 5)).Select(j => (float)(all.Count + j))];
            data.Append(rows);
            all.AddRange(rows);
            if (i % 7 == 0)
            {
                data.Admit();
            }
        }

        data.Admit();
        Assert.Equal(all.Count / 3, data.Count);
        for (int row = 0; row < data.Count; row++)
        {
            Assert.Equal(all.Slice(3 * row, 3), Enumerable.Range(0, 3).Select(i => data.Coordinate(i)[row]));
        }
    }

    [Fact]
    public void While_one_thread_appends_another_sees_whole_rows_only()
    {
        const int Rows = 200_000;
        DataSet data = new(2);
        Thread writer = new(() =>
        {
            for (int i = 0; i < Rows; i++)
            {
                data.Append([i + 1, -(i + 1)]);
            }
        });
        writer.Start();
        int looks = 0;
        while (data.Count < Rows)
        {
            data.Admit();
            ReadOnlySpan<float> first = data.Coordinate(0), second = data.Coordinate(1);
            for (int row = Math.Max(0, data.Count - 100); row < data.Count; row++)
            {
                Assert.Equal(row + 1, first[row]);
                Assert.Equal(-(row + 1), second[row]);
            }

            looks++;
        }

        writer.Join();
        Assert.True(looks > 0);
    }

    [Fact]
    public void What_is_no_row_of_finite_numbers_is_refused_and_nothing_of_it_taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataSet(0));
        Assert.Contains("no row", Assert.Throws<ArgumentException>(() => new DataSet([], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("3 floats: expected rows of 2", Assert.Throws<ArgumentException>(() => new DataSet([1, 2, 3], 2)).Message, StringComparison.Ordinal);
        DataSet data = new([1, 2], 2);
        foreach (float number in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            string message = Assert.Throws<ArgumentException>(() => data.Append([3, 4, 5, number])).Message;
            Assert.Contains("Row 2 has a number that is not finite, in column 1", message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => data.Append([1]));
        data.Admit();
        Assert.Equal(1, data.Count);
    }

    [Fact]
    public void Rows_that_a_reader_complains_of_are_refused_now_and_later()
    {
        DataSet data = new([1, 2, 3], 1);
        string? Complain(ReadOnlySpan<float> row) => row[0] > 2 ? "is too large" : null;
        Assert.Contains("Row 2 is too large", Assert.Throws<ArgumentException>(() => data.Require(Complain)).Message, StringComparison.Ordinal);
        DataSet other = new(1);
        other.Require(Complain);
        Assert.Contains("Row 1 is too large", Assert.Throws<ArgumentException>(() => other.Append([1, 5])).Message, StringComparison.Ordinal);
        other.Append([1, 2]);
        other.Admit();
        Assert.Equal(2, other.Count);
    }
}
