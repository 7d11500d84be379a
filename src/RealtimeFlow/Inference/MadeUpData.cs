namespace RealtimeFlow.Inference;

/// <summary>A distribution to draw data from, whose entropy is known: the least mean of −ln q that any q can reach on such data.</summary>
public abstract class MadeUpData
{
    private readonly Lazy<double> _entropy;

    private protected MadeUpData(string name, string description, int dimension)
    {
        (Name, Description, Dimension) = (name, description, dimension);
        _entropy = new(ComputeEntropy);
    }

    /// <summary>Every such distribution. A new one is a file beside this and a line in this list.</summary>
    public static IReadOnlyList<MadeUpData> All { get; } = [new TwoMoons(), new PicturePoints()];

    /// <summary>The name by which <see cref="Find"/> knows it.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Description { get; }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The differential entropy −E ln p, in nats.</summary>
    public double Entropy => _entropy.Value;

    /// <summary>The distribution of a name, or null.</summary>
    /// <param name="name">As in <see cref="Name"/>; case matters not.</param>
    public static MadeUpData? Find(string name) =>
        All.FirstOrDefault(data => string.Equals(data.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Draws rows, independent of each other.</summary>
    /// <param name="count">How many, at least 1; the first rows are the same, however many.</param>
    /// <param name="seed">Decides them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public DataSet Draw(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        float[] rows = new float[checked(count * Dimension)];
        Fill(rows, seed);
        return new DataSet(rows, Dimension);
    }

    private protected abstract void Fill(Span<float> rows, ulong seed);

    private protected abstract double ComputeEntropy();
}
