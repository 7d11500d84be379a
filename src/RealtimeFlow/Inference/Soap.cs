using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using RealtimeFlow.Numerics;

namespace RealtimeFlow.Inference;

/// <summary>
/// SOAP: N. Vyas, D. Morwani, R. Zhao, M. Kwun, I. Shapira, D. Brandfonbrener, L. Janson, S. Kakade, <i>SOAP: improving and stabilizing
/// Shampoo using Adam</i>, ICLR 2025. Adam that does not step along the parameters but along the eigenvectors of the running mean
/// G = E[g gᵀ] of gradients, here of all parameters together: what is steep in one direction and flat in another is scaled apart even where
/// neither is the direction of a parameter. Where the directions turn, the paper carries their means of squares over; here they are read off
/// G, since a mean along a direction may be any multiple of the root of a square along another.
/// </summary>
/// <remarks>
/// The eigenvectors are followed by a turn of orthogonal iteration every P/2 steps, for P parameters: of its 4 P³ multiplications a step
/// has 8 P² then, beside 3 P² of its own.
/// </remarks>
internal sealed class Soap : Optimizer
{
    /// <summary>The most parameters: a turn of the basis then takes seconds, and each of three matrices 32 MiB.</summary>
    internal const int MostParameters = 2048;

    // What is added to G's diagonal, as a share of its trace, so that a direction without gradients remains one, and its square positive: far
    // above the rounding of a product with G, far below any curvature that could be known.
    private const double Ridge = 1e-12;

    // Directions a turn of a step, whose vectors stay in the first-level cache from the gradient's product with them to the step's sum.
    private const int Together = 16;

    // Vectors that are made orthonormal together, as many as the matrix takes in a turn.
    private const int Panel = 4;

    // Far above what rounding leaves, far below what two passes could not mend.
    private const double MostSkew = 1e-9;

    private readonly double _epsilon;
    private readonly double _decay;

    // G: up to its diagonal, and beyond it as it was at the last turn.
    private RowMatrix _outer;

    // The eigenvectors as rows, that of the largest eigenvalue first.
    private RowMatrix _basis;

    private RowMatrix _turned;
    private RowMatrix _panel;
    private RowMatrix _products;
    private RowMatrix _vector;
    private double[] _along;
    private double[] _keys;
    private int[] _order;

    /// <summary>Makes the optimizer at its beginning.</summary>
    /// <param name="parameters">How many parameters.</param>
    /// <param name="epsilon">ε, as Adam's.</param>
    /// <param name="squareDecay">β₂: the decay of G, and of the mean of squares along its eigenvectors.</param>
    public Soap(int parameters, double epsilon, double squareDecay)
        : base(
            parameters,
            new("mean", true),
            new("mean_weight", false),
            new("square", false),
            new("square_weight", false),
            new("age", false, Rank: 0),
            new("outer", true, Rank: 2),
            new("basis", true, Rank: 2))
    {
        (_epsilon, _decay) = (epsilon, squareDecay);
        MakeRoom(parameters);
    }

    // Along the eigenvectors, Adam's running means.
    private Span<double> Mean => State(0);

    private Span<double> MeanWeight => State(1);

    private Span<double> Square => State(2);

    private Span<double> SquareWeight => State(3);

    // Steps since the eigenvectors were found.
    private ref double Age => ref State(4)[0];

    /// <inheritdoc/>
    internal override Span<double> State(int index) => index switch
    {
        5 => _outer.Numbers,
        6 => _basis.Numbers,
        _ => base.State(index),
    };

    /// <inheritdoc/>
    internal override string? StateDefect()
    {
        for (int first = 0; first < _basis.Rows; first += Panel)
        {
            int count = Math.Min(Panel, _basis.Rows - first);
            for (int i = 0; i < count; i++)
            {
                _basis.Row(first + i).CopyTo(_panel.Row(i));
            }

            _basis.MultiplyFour(_basis.Rows, _panel, _products);
            for (int i = 0; i < count; i++)
            {
                _products.Row(i)[first + i]--;
                double most = TensorPrimitives.MaxMagnitude<double>(_products.Row(i)[.._basis.Rows]);
                if (!(Math.Abs(most) < MostSkew))
                {
                    return "the basis is not orthonormal";
                }
            }
        }

        return null;
    }

    /// <inheritdoc/>
    internal override void Insert(int place, int count)
    {
        ReturnToParameters();
        base.Insert(place, count);
        RowMatrix before = _outer;
        MakeRoom(before.Rows + count);
        for (int i = 0; i < before.Rows; i++)
        {
            Span<double> row = _outer.Row(i < place ? i : i + count);
            before.Row(i)[..place].CopyTo(row);
            before.Row(i)[place..before.Columns].CopyTo(row[(place + count)..]);
        }
    }

    /// <inheritdoc/>
    internal override void Remove(int place, int count)
    {
        ReturnToParameters();
        base.Remove(place, count);
        RowMatrix before = _outer;
        MakeRoom(before.Rows - count);
        for (int i = 0; i < _outer.Rows; i++)
        {
            Span<double> row = before.Row(i < place ? i : i + count);
            row[..place].CopyTo(_outer.Row(i));
            row[(place + count)..before.Columns].CopyTo(_outer.Row(i)[place..]);
        }
    }

    /// <inheritdoc/>
    internal override void Forget()
    {
        base.Forget();
        MakeRoom(_outer.Rows);
    }

    /// <inheritdoc/>
    private protected override void FindStep(ReadOnlySpan<double> gradient, double learningRate, Span<double> step)
    {
        gradient.CopyTo(_vector.Row(0));
        _outer.AddSquare(_decay, _vector.Row(0));
        if (2 * ++Age >= gradient.Length)
        {
            Turn();
        }

        Span<double> sum = _vector.Row(1);
        sum.Clear();
        for (int first = 0; first < gradient.Length; first += Together)
        {
            Range some = first..Math.Min(first + Together, gradient.Length);
            Span<double> along = _along.AsSpan(some);
            _basis.Multiply(first, _vector.Row(0), along);
            Adam.FindStep(along, Mean[some], MeanWeight[some], Square[some], SquareWeight[some], _epsilon, _decay, learningRate, step[some]);
            _basis.AddRows(first, step[some], sum);
        }

        sum[..step.Length].CopyTo(step);
    }

    /// <summary>Turns the basis towards the eigenvectors of G: its product with G is made orthonormal, beginning with the largest.</summary>
    private void Turn()
    {
        Age = 0;
        double trace = 0;
        for (int i = 0; i < _outer.Rows; i++)
        {
            trace += _outer.Row(i)[i];
        }

        // Where all gradients were 0, or their squares are no numbers, there is nothing to turn to.
        if (!(trace > 0 && double.IsFinite(trace)))
        {
            return;
        }

        _outer.Mirror();
        MultiplyBasis(trace);
        for (int i = 0; i < _basis.Rows; i++)
        {
            (_keys[i], _order[i]) = (-RowMatrix.Dot(_turned.Row(i), _basis.Row(i)), i);
        }

        Span<double> mean = _vector.Row(1);
        ToParameters(mean);
        Array.Sort(_keys, _order);
        for (int first = 0; first < _basis.Rows; first += Panel)
        {
            OrthonormalizePanel(first, Math.Min(Panel, _basis.Rows - first));
        }

        Reorder(MeanWeight);
        Reorder(SquareWeight);
        _basis.Multiply(0, mean, Mean);

        // As if it had been the basis all along: E[(v·g)²] = vᵀ G v.
        MultiplyBasis(trace);
        for (int i = 0; i < _basis.Rows; i++)
        {
            Square[i] = trace * RowMatrix.Dot(_turned.Row(i), _basis.Row(i));
        }
    }

    /// <summary>The product of G, over its trace and with the ridge, and each vector of the basis.</summary>
    private void MultiplyBasis(double trace)
    {
        _turned.Numbers.Clear();
        for (int i = 0; i < _basis.Rows; i++)
        {
            if (i % Panel == 0)
            {
                // G is its own transpose.
                _outer.AddRowsFour(_outer.Rows, _basis, _turned, i);
            }

            TensorPrimitives.Divide(_turned.Row(i), trace, _turned.Row(i));
            _basis.AddRows(i, [Ridge], _turned.Row(i));
        }
    }

    /// <summary>
    /// What Gram and Schmidt leave of the next products beside the first vectors of the basis and each other. Most of a product may be along
    /// vectors before it, and what is left of it skew then; twice is enough (W. Kahan and B. Parlett, in B. Parlett, <i>The symmetric eigenvalue
    /// problem</i>, 1980, section 6-9; by panels: J. Barlow, A. Smoktunowicz, 2013).
    /// </summary>
    private void OrthonormalizePanel(int first, int count)
    {
        _panel.Numbers.Clear();
        for (int i = 0; i < count; i++)
        {
            _turned.Row(_order[first + i]).CopyTo(_panel.Row(i));
        }

        for (int pass = 0; pass < 2; pass++)
        {
            _basis.MultiplyFour(first, _panel, _products);
            TensorPrimitives.Negate(_products.Numbers, _products.Numbers);
            _basis.AddRowsFour(first, _products, _panel, 0);
            for (int i = 0; i < count; i++)
            {
                LeaveOut(i);
                LeaveOut(i);
            }
        }

        for (int i = 0; i < count; i++)
        {
            _panel.Row(i).CopyTo(_basis.Row(first + i));
        }
    }

    /// <summary>Takes what a vector of the panel has of those before it out of it, and makes it one long.</summary>
    private void LeaveOut(int i)
    {
        Span<double> vector = _panel.Row(i), products = _along.AsSpan(0, i);
        _panel.Multiply(0, vector, products);
        TensorPrimitives.Negate(products, products);
        _panel.AddRows(0, products, vector);
        TensorPrimitives.Divide(vector, Math.Sqrt(RowMatrix.Dot(vector, vector)), vector);
    }

    private void Reorder(Span<double> numbers)
    {
        numbers.CopyTo(_along);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = _along[_order[i]];
        }
    }

    /// <summary>The running mean of gradients by the parameters.</summary>
    private void ToParameters(Span<double> mean)
    {
        mean.Clear();
        _basis.AddRows(0, Mean, mean);
    }

    /// <summary>All that is kept is by the parameters again, as Adam keeps it: their squares are on G's diagonal.</summary>
    private void ReturnToParameters()
    {
        ToParameters(_vector.Row(1));
        _vector.Row(1)[..Mean.Length].CopyTo(Mean);
        for (int i = 0; i < Square.Length; i++)
        {
            Square[i] = _outer.Row(i)[i];
        }

        Age = 0;
    }

    /// <summary>Nothing is known of G, and the parameters themselves are the basis.</summary>
    [MemberNotNull(nameof(_outer), nameof(_basis), nameof(_turned), nameof(_panel), nameof(_products), nameof(_vector), nameof(_along), nameof(_keys), nameof(_order))]
    private void MakeRoom(int parameters)
    {
        (_outer, _basis, _turned) = (new(parameters, parameters), new(parameters, parameters), new(parameters, parameters));
        (_panel, _products, _vector) = (new(Panel, parameters), new(Panel, parameters), new(2, parameters));
        (_along, _keys, _order) = (new double[parameters], new double[parameters], new int[parameters]);
        for (int i = 0; i < parameters; i++)
        {
            _basis.Row(i)[i] = 1;
        }
    }
}
