namespace RealtimeFlow.Flows;

/// <summary>One run of layers of one kind over one tile: the arguments of a kernel.</summary>
internal unsafe struct LayerRun
{
    /// <summary>D rows of coordinates: the layer's input on entry, its output on return (Backward and Inverse: the other way).</summary>
    public float* Points;

    /// <summary>D rows: the derivative of the loss by the output on entry, by the input on return (Backward); the score at the input, then at the output (Push).</summary>
    public float* Cotangents;

    /// <summary>One row: the product of determinants so far.</summary>
    public float* Product;

    /// <summary>One row: the product of radial φ so far; in use for D &gt; 2.</summary>
    public float* Radial;

    /// <summary>
    /// One row of scratch: the layer's <see cref="ILayerKernel{TSelf, V, P}.Argument"/> of points in rows; in Inverse its
    /// <see cref="ILayerKernel{TSelf, V, P}.Nonlinearity"/>.
    /// </summary>
    public float* Arguments;

    /// <summary>One row of scratch: what Inverse knows of each point.</summary>
    public float* Givens;

    /// <summary>One row of scratch: what Inverse has to find.</summary>
    public float* Roots;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride;

    /// <summary>How many columns of the tile to work on: a multiple of <see cref="FlowTile.ColumnGranularity"/>.</summary>
    public nint Columns;

    /// <summary>D.</summary>
    public int Dimension;

    /// <summary>The number of the run's first layer in the chain.</summary>
    public int First;

    /// <summary>The number of layers in the run.</summary>
    public int Layers;

    /// <summary>K: the number of layers in the chain.</summary>
    public int ChainLayers;

    /// <summary>Their constants, one layer after the other.</summary>
    public float* Constants;

    /// <summary>Floats from one layer's constants to the next.</summary>
    public int ConstantStride;

    /// <summary>Rows for what Backward needs, one a layer; null when that is not wanted.</summary>
    public float* Saved;

    /// <summary>D rows for each <see cref="FlowTile.CheckpointInterval"/> layers of the chain; null when nothing is saved.</summary>
    public float* Checkpoints;

    /// <summary>What Forward fetches meanwhile.</summary>
    public RowsAhead Ahead;

    /// <summary>Backward's sums: for each layer 2 D + 2 rows of sixteen slots; null when no gradient of the parameters is wanted.</summary>
    public float* Sums;

    /// <summary>ℓ, the derivative of the loss by each ln det.</summary>
    public float LogDetCotangent;

    /// <summary>The rows that keep the input of a layer of the run; null for most layers, and for all where nothing is saved.</summary>
    public readonly float* CheckpointBefore(int layer)
    {
        (int number, int rest) = Math.DivRem(First + layer, FlowTile.CheckpointInterval);
        return Checkpoints == null || rest != 0 || First + layer >= ChainLayers ? null : Checkpoints + (number * Dimension * Stride);
    }
}
