namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>Standard normal numbers as a .NET program without a library makes them: System.Random, and G. Box and M. Muller (1958).</summary>
internal sealed class BoxMuller
{
    private readonly System.Random _random = new(1);

    /// <summary>Fills an even number of floats.</summary>
    public void Fill(Span<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i += 2)
        {
            float radius = MathF.Sqrt(-2 * MathF.Log(1 - _random.NextSingle()));
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * _random.NextSingle());
            numbers[i] = radius * cos;
            numbers[i + 1] = radius * sin;
        }
    }
}
