namespace RealtimeFlow.Tests.Reference;

/// <summary>
/// SOAP in plain float64, as its paper states it (algorithm 3, with one side of one vector), but that squares along new eigenvectors are read
/// off G: gradients are means in the space of the parameters, eigenvectors are columns, each step multiplies whole matrices.
/// </summary>
internal sealed class ReferenceSoap(int parameters, double epsilon, double decay)
{
    private const double Beta1 = 0.9;

    private int _count = parameters;
    private double[] _mean = new double[parameters];
    private double[] _meanWeight = new double[parameters];
    private double[] _square = new double[parameters];
    private double[] _squareWeight = new double[parameters];
    private double[,] _outer = new double[parameters, parameters];
    private int _age;

    /// <summary>The eigenvectors, as columns.</summary>
    public double[,] Vectors { get; private set; } = Identity(parameters);

    public double[] Step(double[] gradient, double rate)
    {
        for (int i = 0; i < _count; i++)
        {
            _mean[i] = (Beta1 * _mean[i]) + ((1 - Beta1) * gradient[i]);
            for (int j = 0; j < _count; j++)
            {
                _outer[i, j] = (decay * _outer[i, j]) + ((1 - decay) * gradient[i] * gradient[j]);
            }
        }

        _age++;
        if (2 * _age >= _count)
        {
            Turn();
        }

        double[] step = new double[_count];
        for (int k = 0; k < _count; k++)
        {
            double along = 0, mean = 0;
            for (int i = 0; i < _count; i++)
            {
                along += Vectors[i, k] * gradient[i];
                mean += Vectors[i, k] * _mean[i];
            }

            _meanWeight[k] = (Beta1 * _meanWeight[k]) + 1 - Beta1;
            _square[k] = (decay * _square[k]) + ((1 - decay) * along * along);
            _squareWeight[k] = (decay * _squareWeight[k]) + 1 - decay;
            double length = mean / _meanWeight[k] / (Math.Sqrt(_square[k] / _squareWeight[k]) + epsilon);
            for (int i = 0; i < _count; i++)
            {
                step[i] += rate * length * Vectors[i, k];
            }
        }

        return step;
    }

    public void Insert(int place, int count) => Change([.. Enumerable.Range(0, place), .. Enumerable.Repeat(-1, count), .. Enumerable.Range(place, _count - place)]);

    public void Remove(int place, int count) => Change([.. Enumerable.Range(0, place), .. Enumerable.Range(place + count, _count - place - count)]);

    private static double[,] Identity(int count)
    {
        double[,] identity = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    /// <summary>The parameters become those of the given numbers; −1 is a new one.</summary>
    private void Change(int[] old)
    {
        double[,] outer = _outer;
        _count = old.Length;
        _mean = [.. old.Select(i => i < 0 ? 0 : _mean[i])];
        _meanWeight = [.. old.Select(i => i < 0 ? 0 : _meanWeight[i])];
        _squareWeight = [.. old.Select(i => i < 0 ? 0 : _squareWeight[i])];
        _square = [.. old.Select(i => i < 0 ? 0 : outer[i, i])];
        _outer = new double[_count, _count];
        for (int i = 0; i < _count; i++)
        {
            for (int j = 0; j < _count; j++)
            {
                _outer[i, j] = old[i] < 0 || old[j] < 0 ? 0 : outer[old[i], old[j]];
            }
        }

        Vectors = Identity(_count);
        _age = 0;
    }

    private double SquareAlong(int k, double trace)
    {
        double sum = 1e-12 * trace;
        for (int i = 0; i < _count; i++)
        {
            for (int j = 0; j < _count; j++)
            {
                sum += Vectors[i, k] * _outer[i, j] * Vectors[j, k];
            }
        }

        return sum;
    }

    /// <summary>Orthogonal iteration: Q of the QR decomposition of (G + ridge) Q, its columns in the order of their Rayleigh quotients.</summary>
    private void Turn()
    {
        double trace = Enumerable.Range(0, _count).Sum(i => _outer[i, i]);
        double[,] product = new double[_count, _count];
        double[] quotient = new double[_count];
        for (int k = 0; k < _count; k++)
        {
            for (int i = 0; i < _count; i++)
            {
                product[i, k] = 1e-12 * trace * Vectors[i, k];
                for (int j = 0; j < _count; j++)
                {
                    product[i, k] += _outer[i, j] * Vectors[j, k];
                }

                quotient[k] += product[i, k] * Vectors[i, k];
            }
        }

        int[] order = [.. Enumerable.Range(0, _count).OrderByDescending(k => quotient[k])];
        double[,] vectors = new double[_count, _count];
        for (int k = 0; k < _count; k++)
        {
            double[] column = [.. Enumerable.Range(0, _count).Select(i => product[i, order[k]])];
            for (int pass = 0; pass < 2; pass++)
            {
                // Modified Gram and Schmidt.
                for (int other = 0; other < k; other++)
                {
                    double dot = Enumerable.Range(0, _count).Sum(i => column[i] * vectors[i, other]);
                    column = [.. column.Select((x, i) => x - (dot * vectors[i, other]))];
                }

                double norm = Math.Sqrt(column.Sum(x => x * x));
                column = [.. column.Select(x => x / norm)];
            }

            for (int i = 0; i < _count; i++)
            {
                vectors[i, k] = column[i];
            }
        }

        Vectors = vectors;
        _meanWeight = [.. order.Select(k => _meanWeight[k])];
        _square = [.. Enumerable.Range(0, _count).Select(k => SquareAlong(k, trace))];
        _squareWeight = [.. order.Select(k => _squareWeight[k])];
        _age = 0;
    }
}
