using RealtimeFlow.Lanes;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Flows;

/// <summary>The noise of points of a stream: for each sixteen points, D rows of sixteen normal numbers.</summary>
internal static class NoiseOf
{
    public static double[][] Points(RandomStream stream, int dimension, int first, int count)
    {
        int blocks = (first + count + LaneDispatch.Slots - 1) / LaneDispatch.Slots;
        float[] normals = new float[blocks * dimension * LaneDispatch.Slots];
        stream.FillNormal(0, normals);
        return [.. Enumerable.Range(first, count).Select(
            point => Enumerable.Range(0, dimension).Select(
                i => (double)normals[(((point / LaneDispatch.Slots * dimension) + i) * LaneDispatch.Slots) + (point % LaneDispatch.Slots)])
                .ToArray())];
    }
}
