namespace RealtimeFlow.Tests.Reference;

/// <summary>Asserts errors against their bounds, and keeps the largest share of its bound that each kind of error reached.</summary>
internal sealed class Worst
{
    private readonly SortedDictionary<string, double> _shares = [];

    public void Add(string kind, double error, double bound)
    {
        Assert.InRange(error, 0, bound);
        _shares[kind] = Math.Max(_shares.GetValueOrDefault(kind), bound == 0 ? 0 : error / bound);
    }

    public override string ToString() => string.Join(", ", _shares.Select(pair => $"{pair.Key}: {pair.Value:f3} of its bound"));
}
