namespace RealtimeFlow.Flows;

/// <summary>
/// Some rows on their way through one layer, each with parameters of its own: what stands where. All of it is by features: number i of row r at
/// <c>[i · stride + r]</c>; the pointers are those of the first of the rows.
/// </summary>
internal unsafe struct RowRun
{
    /// <summary>D.</summary>
    public int Dimension;

    /// <summary>How many rows: a multiple of <see cref="Lanes.LaneDispatch.Slots"/>.</summary>
    public nint Columns;

    /// <summary>How raw parameters become those of an invertible layer.</summary>
    public FlowConstraint Constraint;

    /// <summary>From a parameter, a constant or a parameter's cotangent to the next.</summary>
    public nint Stride;

    /// <summary>The raw parameters.</summary>
    public float* Raw;

    /// <summary>What Constrain makes of them for the others: <see cref="ILayer.RowConstantCount"/> numbers.</summary>
    public float* Constants;

    /// <summary>What is added to the parameters' cotangents, or written where <see cref="IsFirst"/>.</summary>
    public float* Gradient;

    /// <summary>Whether the gradient holds nothing yet.</summary>
    public bool IsFirst;

    /// <summary>From a coordinate of the points or their cotangents to the next, and from a saved number to the next.</summary>
    public nint PointStride;

    /// <summary>The points: a layer's input becomes its output, and Backward takes them back.</summary>
    public float* Points;

    /// <summary>The derivative of the loss by the points.</summary>
    public float* Cotangents;

    /// <summary>The derivative of the loss by each row's ln det.</summary>
    public float* LogDetCotangents;

    /// <summary>What Forward leaves for Backward: <see cref="RowFlow.SavedCount"/> numbers.</summary>
    public float* Saved;

    /// <summary>Π of the determinants, or of ψ, as mantissas in [1, 2).</summary>
    public float* Product;

    /// <summary>Their exponents: integers.</summary>
    public float* Exponent;

    /// <summary>The same of φ^(D − 1) of radial layers.</summary>
    public float* RadialProduct;

    /// <summary>Their exponents: integers.</summary>
    public float* RadialExponent;
}
