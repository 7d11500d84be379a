using System.Collections.Concurrent;
using System.Numerics.Tensors;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Tests.Flows;

namespace RealtimeFlow.Tests.Density;

/// <summary>Whatever an optimiser does to raw parameters, what comes of them is a bijection whose numbers are finite.</summary>
public sealed class ExtremeParameterTests
{
    private const int Shapes = 500, ChainsPerShape = 2_000, PointsPerChain = 64, PointSets = 32;

    /// <summary>
    /// A million chains, raw parameters up to 10³ and points up to 10⁴, of all magnitudes, zeros among them: sent forth and back, and
    /// their density at the images and at the points. The base is standard normal.
    /// </summary>
    [Theory]
    [InlineData(FlowConstraint.Identity)]
    [InlineData(FlowConstraint.Paper)]
    public void No_raw_parameters_up_to_a_thousand_give_a_number_that_is_not_finite(FlowConstraint constraint)
    {
        ConcurrentDictionary<string, (int Count, string Shortest)> failures = new();
        Parallel.For(0, Shapes / 2, index =>
        {
            Chains chains = new(index, constraint);
            for (int i = 0; i < ChainsPerShape; i++)
            {
                if (chains.Next() is (string wrong, string where))
                {
                    failures.AddOrUpdate(
                        wrong, (1, where), (_, old) => (old.Count + 1, where.Length < old.Shortest.Length ? where : old.Shortest));
                }
            }
        });
        Assert.True(
            failures.IsEmpty,
            string.Join(Environment.NewLine, failures.Select(f => $"{f.Value.Count} times: {f.Key}. For example {f.Value.Shortest}")));
    }

    /// <summary>One shape, whose parameters are drawn again and again.</summary>
    private sealed class Chains
    {
        private readonly System.Random _random;
        private readonly FlowConstraint _constraint;
        private readonly FlowDistribution _q;
        private readonly FlowShape _shape;
        private readonly float[] _raw, _effective, _images, _numbers = new float[PointsPerChain];
        private readonly float[][] _points = new float[PointSets][];

        public Chains(int index, FlowConstraint constraint)
        {
            _random = new System.Random(index);
            _constraint = constraint;
            int dimension = _random.Next(1, 6);
            LayerKind[] kinds = [.. Enumerable.Range(0, _random.Next(1, 9)).Select(_ => LayerKind.All[_random.Next(2)])];
            _shape = new FlowShape(dimension, kinds);
            _raw = new float[_shape.ParameterCount];
            _effective = new float[_raw.Length];
            _images = new float[dimension * PointsPerChain];
            for (int set = 0; set < PointSets; set++)
            {
                _points[set] = [.. _images.Select(_ => Draw(4))];
            }

            _q = new FlowDistribution(_shape, RandomChain.Constrain(_shape, FlowConstraint.Identity, _raw));
        }

        /// <summary>Draws the next chain; what is wrong with it and where, or null.</summary>
        public (string Wrong, string Where)? Next()
        {
            for (int i = 2 * _shape.Dimension; i < _raw.Length; i++)
            {
                _raw[i] = Draw(3);
            }

            for (int layer = 0; layer < _shape.LayerCount; layer++)
            {
                Range place = _shape.Layer(layer);
                _shape.Layers[layer].Constrain(_shape.Dimension, _constraint, _raw.AsSpan(place), _effective.AsSpan(place));
            }

            try
            {
                _q.SetParameters(_effective);
            }
            catch (ArgumentException error)
            {
                return (error.Message.Split(' ')[0] + " is refused", Describe(error.Message));
            }

            for (int layer = 0; layer < _shape.LayerCount; layer++)
            {
                bool planar = _shape.Layers[layer] == LayerKind.Planar;
                double unit = planar ? 1 : _effective[_shape.Layer(layer).Start.Value + _shape.Dimension];
                if (!(_q.Scale(layer) >= ILayer.LeastScale / 2 * unit))
                {
                    return ($"s of a {_shape.Layers[layer]} layer", Describe($"layer {layer}, s = {_q.Scale(layer)} at alpha = {unit}"));
                }
            }

            float[] points = _points[_random.Next(PointSets)];
            PutACentre(points);
            _q.Transform(points, _images, _numbers);
            (string, string)? wrong = Check("the image", _images) ?? Check("ln det", _numbers);
            if (wrong != null)
            {
                return wrong;
            }

            _q.LogDensity(_images, _numbers);
            wrong = Check("ln q at the image", _numbers);
            _q.InverseTransform(_images, _images, _numbers);
            wrong ??= Check("the origin", _images) ?? Check("ln det of the inverse", _numbers);
            _q.LogDensity(points, _numbers);
            return wrong ?? Check("ln q", _numbers);
        }

        /// <summary>The first point becomes the first D numbers of some layer: of a radial one, its centre.</summary>
        private void PutACentre(float[] points)
        {
            int layer = _random.Next(_shape.LayerCount);
            ReadOnlySpan<float> numbers = _effective.AsSpan(_shape.Layer(layer));
            for (int i = 0; i < _shape.Dimension; i++)
            {
                points[i * PointsPerChain] = numbers[i];
            }
        }

        /// <summary>
        /// Of either sign: of all magnitudes up to a power of ten that floats have, or half the time from 10⁻¹² on, uniform in the
        /// logarithm; now and then 0, or the largest.
        /// </summary>
        private float Draw(int power)
        {
            int what = _random.Next(32);
            int least = what % 2 == 0 ? -45 : -12;
            double magnitude = what switch
            {
                0 or 1 => 0,
                2 => Math.Pow(10, power),
                _ => Math.Pow(10, least + ((power - least) * _random.NextDouble())),
            };
            return (float)(_random.Next(2) == 0 ? magnitude : -magnitude);
        }

        private (string Wrong, string Where)? Check(string what, float[] numbers)
        {
            if (TensorPrimitives.IsFiniteAll<float>(numbers))
            {
                return null;
            }

            int place = Array.FindIndex(numbers, x => !float.IsFinite(x));
            return ($"{what} is {numbers[place]}", Describe($"point {place % PointsPerChain}"));
        }

        private string Describe(string what) =>
            $"{_shape} in {_shape.Dimension} dimensions, {_constraint}, {what}, raw {string.Join(" ", _raw.Skip(2 * _shape.Dimension).Select(x => $"{x:g9}"))}; "
            + $"effective {string.Join(" ", _effective.Skip(2 * _shape.Dimension).Select(x => $"{x:g9}"))}";
    }
}
