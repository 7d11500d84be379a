using RealtimeFlow.Engine;

namespace RealtimeFlow.Tests.Engine;

public sealed class TripleBufferTests
{
    [Fact]
    public void The_newest_is_read_whole_and_in_order_while_others_are_written()
    {
        const int Writes = 200_000;
        TripleBuffer<int[]> buffer = new(() => new int[64]);
        Thread writer = new(() =>
        {
            for (int i = 1; i <= Writes; i++)
            {
                buffer.Writing.AsSpan().Fill(i);
                buffer.Publish();
            }
        });
        writer.Start();
        int last = 0;
        while (last < Writes)
        {
            int[] read = buffer.Read();
            int first = read[0];
            Assert.True(first >= last);
            Assert.False(read.AsSpan().ContainsAnyExcept(first));
            last = first;
        }

        writer.Join();
    }

    [Fact]
    public void What_was_read_stays_until_something_newer_is_asked_for()
    {
        TripleBuffer<int[]> buffer = new(() => new int[1]);
        buffer.Writing[0] = 1;
        buffer.Publish();
        int[] read = buffer.Read();
        for (int i = 2; i < 9; i++)
        {
            buffer.Writing[0] = i;
            buffer.Publish();
            Assert.Equal(1, read[0]);
        }

        Assert.Equal(8, buffer.Read()[0]);
        Assert.Same(buffer.Read(), buffer.Read());
    }
}
