using RealtimeFlow.Density;
using RealtimeFlow.Random;

namespace RealtimeFlow.Tests.Density;

/// <summary>
/// ∫ q over the plane by adaptive cubature: squares of a quadtree, each with a tensor Gauss–Legendre rule. A square is cut in four while
/// its parts do not add up to it, and while a point sampled from q that lies in it has a density far above what its nodes saw: that finds
/// ridges that fall between the nodes.
/// </summary>
internal sealed class Cubature
{
    // The error of the parts is far below what they differ from the whole by.
    private const double Tolerance = 2e-8;

    private const int MostGenerations = 24, BatchOfCells = 2048, Samples = 1 << 18;

    private static readonly (double Node, double Weight)[] Rule = GaussLegendre(6);

    private readonly FlowDistribution _q;
    private readonly float[] _x = new float[Samples], _y = new float[Samples], _sampled = new float[Samples];
    private readonly float[] _points = new float[2 * BatchOfCells * Rule.Length * Rule.Length];
    private readonly float[] _logDensity = new float[BatchOfCells * Rule.Length * Rule.Length];

    private Cubature(FlowDistribution q)
    {
        _q = q;
        float[] samples = new float[2 * Samples];
        q.Sample(new RandomStream(1, 77), 0, samples, _sampled);
        samples.AsSpan(0, Samples).CopyTo(_x);
        samples.AsSpan(Samples).CopyTo(_y);
    }

    /// <summary>How often q was evaluated.</summary>
    public long Evaluations { get; private set; }

    /// <summary>The generations of squares it took.</summary>
    public int Generations { get; private set; }

    /// <summary>∫ q over the square about the origin.</summary>
    public static (double Integral, Cubature Work) Integrate(FlowDistribution q, double halfSide)
    {
        Cubature work = new(q);
        return (work.Run(halfSide), work);
    }

    private double Run(double halfSide)
    {
        List<Cell> active = [new(0, 0, halfSide, 0, Samples)];
        Evaluate(active);
        double sum = 0;
        for (; active.Count > 0 && Generations < MostGenerations; Generations++)
        {
            List<Cell> parts = new(4 * active.Count);
            foreach (Cell cell in active)
            {
                Cut(cell, parts);
            }

            Evaluate(parts);
            active = [];
            for (int i = 0; i < parts.Count; i += 4)
            {
                // A whole that its parts do not add up to is in doubt, and so are they.
                double ofParts = parts[i].Integral + parts[i + 1].Integral + parts[i + 2].Integral + parts[i + 3].Integral;
                bool inDoubt = Math.Abs(ofParts - parts[i].OfParent) > Tolerance;
                for (int part = i; part < i + 4; part++)
                {
                    if (inDoubt || HasMissedRidge(parts[part]))
                    {
                        active.Add(parts[part]);
                    }
                    else
                    {
                        sum += parts[part].Integral;
                    }
                }
            }
        }

        return sum + active.Sum(cell => cell.Integral);
    }

    /// <summary>The four quarters, each with its part of the sample.</summary>
    private void Cut(Cell cell, List<Cell> parts)
    {
        int middle = Partition(_x, cell.First, cell.End, cell.X);
        int left = Partition(_y, cell.First, middle, cell.Y), right = Partition(_y, middle, cell.End, cell.Y);
        double half = cell.HalfSide / 2;
        parts.Add(new(cell.X - half, cell.Y - half, half, cell.First, left) { OfParent = cell.Integral });
        parts.Add(new(cell.X - half, cell.Y + half, half, left, middle) { OfParent = cell.Integral });
        parts.Add(new(cell.X + half, cell.Y - half, half, middle, right) { OfParent = cell.Integral });
        parts.Add(new(cell.X + half, cell.Y + half, half, right, cell.End) { OfParent = cell.Integral });
    }

    /// <summary>Moves the points of a stretch whose key is below the pivot to its front; returns where the others begin.</summary>
    private int Partition(float[] keys, int first, int end, double pivot)
    {
        int place = first;
        for (int i = first; i < end; i++)
        {
            if (keys[i] < pivot)
            {
                (_x[i], _x[place]) = (_x[place], _x[i]);
                (_y[i], _y[place]) = (_y[place], _y[i]);
                (_sampled[i], _sampled[place]) = (_sampled[place], _sampled[i]);
                place++;
            }
        }

        return place;
    }

    /// <summary>Whether a sampled point, at its density all over the square, would make far more of it than the nodes found.</summary>
    private bool HasMissedRidge(Cell cell)
    {
        double area = 4 * cell.HalfSide * cell.HalfSide, least = Math.Log(Math.Max(Tolerance, 8 * cell.Integral) / area);
        for (int i = cell.First; i < cell.End; i++)
        {
            if (_sampled[i] > least)
            {
                return true;
            }
        }

        return false;
    }

    private void Evaluate(List<Cell> cells)
    {
        int perCell = Rule.Length * Rule.Length;
        for (int start = 0; start < cells.Count; start += BatchOfCells)
        {
            int count = Math.Min(BatchOfCells, cells.Count - start), total = count * perCell;
            Span<float> x = _points.AsSpan(0, total), y = _points.AsSpan(total, total);
            for (int i = 0, at = 0; i < count; i++)
            {
                Cell cell = cells[start + i];
                foreach ((double column, _) in Rule)
                {
                    foreach ((double row, _) in Rule)
                    {
                        x[at] = (float)(cell.X + (column * cell.HalfSide));
                        y[at++] = (float)(cell.Y + (row * cell.HalfSide));
                    }
                }
            }

            _q.LogDensity(_points.AsSpan(0, 2 * total), _logDensity.AsSpan(0, total));
            Evaluations += total;
            for (int i = 0, at = 0; i < count; i++)
            {
                double sum = 0;
                foreach ((_, double column) in Rule)
                {
                    foreach ((_, double row) in Rule)
                    {
                        sum += column * row * Math.Exp(_logDensity[at++]);
                    }
                }

                cells[start + i].Integral = sum * cells[start + i].HalfSide * cells[start + i].HalfSide;
            }
        }
    }

    /// <summary>Nodes and weights on (−1, 1): the roots of the Legendre polynomial by Newton's method.</summary>
    private static (double Node, double Weight)[] GaussLegendre(int n) =>
        [.. Enumerable.Range(0, n).Select(i =>
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (n + 0.5)), slope = 0;
            for (int step = 0; step < 10; step++)
            {
                double previous = 1, value = x;
                for (int k = 2; k <= n; k++)
                {
                    (previous, value) = (value, ((((2 * k) - 1) * x * value) - ((k - 1) * previous)) / k);
                }

                slope = n * ((x * value) - previous) / ((x * x) - 1);
                x -= value / slope;
            }

            return (x, 2 / ((1 - (x * x)) * slope * slope));
        })];

    /// <summary>A square, and the stretch of the sample that lies in it.</summary>
    private sealed record Cell(double X, double Y, double HalfSide, int First, int End)
    {
        public double Integral { get; set; }

        public double OfParent { get; init; }
    }
}
