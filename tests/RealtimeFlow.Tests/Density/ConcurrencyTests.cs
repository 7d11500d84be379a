using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Density;

public sealed class ConcurrencyTests
{
    private const int Count = 700;

    [Theory]
    [InlineData(2, FlowDirection.Generative)]
    [InlineData(5, FlowDirection.Normalizing)]
    public void Many_threads_that_read_one_distribution_at_once_get_what_one_gets(int dimension, FlowDirection direction)
    {
        FlowShape shape = FlowShape.Parse("planar:8,radial:8", dimension);
        float[] raw = new float[shape.ParameterCount];
        new RandomStream(1, 2).FillNormal(0, raw);
        FlowDistribution q = new(shape, RandomChain.Constrain(shape, FlowConstraint.Identity, raw), direction);
        float[][] expected = [.. Enumerable.Range(0, 8).Select(block => Everything(q, block))];

        int wrong = 0, right = 0;

        // More readers than a distribution keeps working memory for.
        Thread[] readers = [.. Enumerable.Range(0, 4 * Math.Max(8, Environment.ProcessorCount)).Select(_ => new Thread(Read))];
        Array.ForEach(readers, reader => reader.Start());
        Array.ForEach(readers, reader => reader.Join());
        Assert.Equal((0, readers.Length * 8), (wrong, right));

        void Read()
        {
            for (int block = 0; block < 8; block++)
            {
                bool same = Everything(q, block).AsSpan().SequenceEqual(expected[block]);
                Interlocked.Increment(ref same ? ref right : ref wrong);
            }
        }
    }

    private static float[] Everything(FlowDistribution q, int block)
    {
        int coordinates = Count * q.Shape.Dimension;
        float[] all = new float[(4 * coordinates) + (3 * Count)];
        Span<float> points = all.AsSpan(0, coordinates), score = all.AsSpan(coordinates, coordinates);
        Span<float> images = all.AsSpan(2 * coordinates, coordinates), origins = all.AsSpan(3 * coordinates, coordinates);
        Span<float> numbers = all.AsSpan(4 * coordinates);
        q.Sample(new RandomStream(3, 4), (ulong)(block * Count), points, numbers[..Count]);
        q.Score(points, score, numbers.Slice(Count, Count));
        q.LogDensity(points, numbers[(2 * Count)..]);
        q.Transform(points, images);
        q.InverseTransform(points, origins);
        return all;
    }
}
