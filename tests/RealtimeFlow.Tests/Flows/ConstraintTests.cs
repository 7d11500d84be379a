using CsCheck;
using RealtimeFlow.Flows;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Flows;

public sealed class ConstraintTests
{
    private static readonly Gen<FlowConstraint> AnyConstraint = Gen.Enum<FlowConstraint>();

    /// <summary>Raw layers of magnitudes 10⁻⁸ to 10³, each of w and u with its own.</summary>
    private static readonly Gen<(FlowConstraint Constraint, float[] W, float[] U)> AnyPlanar =
        from dimension in Gen.Int[1, 6]
        from constraint in AnyConstraint
        from w in Scaled(dimension, -8, 3)
        from u in Scaled(dimension, -8, 3)
        where constraint == FlowConstraint.Identity || Vectors.Norm(Vectors.ToDoubles(w)) > 1e-6
        select (constraint, w, u);

    [Fact]
    public void A_planar_layer_is_the_reference_constraint_of_its_raw_numbers() =>
        AnyPlanar.Sample(planar =>
        {
            (double[] raw, float[] effective) = Constrain(planar);
            double[] expected = ReferenceConstraint.Effective(LayerKind.Planar, planar.W.Length, planar.Constraint, raw);
            double k = Vectors.Dot(raw.AsSpan(0, planar.W.Length), expected.AsSpan(planar.W.Length, planar.W.Length));

            // The floor of s may move û: by what lifts s from where rounding to float32 has left it.
            double norm = Vectors.Norm(Vectors.ToDoubles(planar.W)), size = Vectors.Norm(expected.AsSpan(planar.W.Length));
            double moved = k < 0 ? 8 * size * Math.Pow(2, -24) * Math.Sqrt(planar.W.Length) : 0;
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], effective[i], (Math.Abs(expected[i]) * Math.Pow(2, -23)) + moved + 1e-44);
            }
        });

    [Fact]
    public void S_as_applied_keeps_half_its_floor_for_any_raw_numbers() =>
        AnyPlanar.Sample(planar => Assert.InRange(S(Constrain(planar).Effective), ReferenceConstraint.LeastScale / 2, double.MaxValue));

    [Theory]
    [InlineData(FlowConstraint.Identity)]
    [InlineData(FlowConstraint.Paper)]
    public void S_as_applied_keeps_half_its_floor_where_rounding_to_float32_would_take_it(FlowConstraint constraint)
    {
        System.Random random = new(3);
        int taken = 0;
        for (int i = 0; i < 2000; i++)
        {
            // Long w and u at an obtuse angle: k = −1 + s_min is what is left of products of up to 10⁶.
            float[] w = [.. Enumerable.Range(0, 3).Select(_ => (float)((random.NextDouble() - 0.5) * 2e3))];
            float[] u = [.. w.Select(x => (float)(((random.NextDouble() - 0.5) * 1e3) - (x / 2)))];
            if (Vectors.Dot(Vectors.ToDoubles(w), Vectors.ToDoubles(u)) > -100)
            {
                continue;
            }

            (double[] raw, float[] effective) = Constrain((constraint, w, u));
            double[] exact = ReferenceConstraint.Effective(LayerKind.Planar, 3, constraint, raw);
            taken += S([.. exact.Select(x => (float)x)]) < ReferenceConstraint.LeastScale / 2 ? 1 : 0;
            Assert.InRange(S(effective), ReferenceConstraint.LeastScale / 2, 1);
        }

        Assert.InRange(taken, 200, 2000);
    }

    [Fact]
    public void U_zero_is_exactly_the_identity_map_under_the_identity_constraint() =>
        Gen.Select(Gen.Int[1, 5], Gen.Float[-5, 5].Array[5], Gen.Float[-5, 5]).Sample((dimension, w, b) =>
        {
            float[] raw = [.. w[..dimension], .. new float[dimension], b];
            RandomChain chain = new(
                new FlowShape(dimension, LayerKind.Planar), FlowConstraint.Identity, [.. new float[2 * dimension], .. raw], []);
            Assert.Equal(raw, chain.Effective[(2 * dimension)..]);

            float[] points = [.. w[..dimension]], images = new float[dimension], logDet = new float[1];
            chain.At(Lanes.LaneDispatch.Width).Transform(points, images, logDet);
            Assert.Equal(points, images);
            Assert.Equal(0f, logDet[0]);
        });

    [Fact]
    public void At_w_zero_the_identity_constraint_leaves_u_alone()
    {
        float[] raw = [0, 0, 3, -4, 0.5f], effective = new float[5];
        LayerKind.Planar.Constrain(2, FlowConstraint.Identity, raw, effective);
        Assert.Equal(raw, effective);
    }

    /// <summary>
    /// Step lengths follow the function: wᵀu is what bends, over lengths of 1, and û turns with w over lengths of ‖w‖. Where wᵀu is
    /// within two steps of 0, the kink of m″ would enter the differences.
    /// </summary>
    [Fact]
    public void The_planar_pull_back_is_the_transposed_derivative_of_the_constraint() =>
        Gen.Select(AnyPlanar, Gen.Double[-1, 1].Array[13]).Sample((planar, cotangents) =>
        {
            int dimension = planar.W.Length;
            (double[] raw, _) = Constrain(planar);
            double[] cotangent = cotangents[..((2 * dimension) + 1)];
            double normW = Vectors.Norm(raw.AsSpan(0, dimension)), normU = Vectors.Norm(raw.AsSpan(dimension, dimension));
            double dot = Vectors.Dot(raw.AsSpan(0, dimension), raw.AsSpan(dimension, dimension));
            double bend = Math.Max(1, -dot);
            double stepW = 1e-3 * Math.Min(normW, bend / (normU + 1e-30));
            double stepU = 1e-3 * Math.Min(Math.Max(normU, 1), bend / normW);
            if (normW == 0 || Math.Abs(dot) < 3 * Math.Max(stepW * normU, stepU * normW))
            {
                return;
            }

            AssertPullBack(LayerKind.Planar, planar.Constraint, dimension, raw, cotangent, i => i < dimension ? stepW : stepU);
        });

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-7)]
    [InlineData(1e-10)]
    [InlineData(1e-15)]
    [InlineData(1e-20)]
    public void The_planar_pull_back_has_its_limit_as_w_goes_to_zero(double eta) =>
        Gen.Select(Gen.Double[-2, -0.1], Gen.Double[-2, 2], Gen.Double[-1, 1].Array[5]).Sample((along, across, cotangent) =>
        {
            // w = η e₁ and u = (along, across) with along < 0: δ/n → along²/2 as η → 0, so the gradient by w stays finite.
            double[] raw = [(float)eta, 0, (float)along, (float)across, 0];
            AssertPullBack(LayerKind.Planar, FlowConstraint.Identity, 2, raw, cotangent, i => i < 2 ? 1e-3 * eta : 1e-3);
        });

    [Fact]
    public void The_planar_pull_back_at_w_zero_is_the_identity()
    {
        double[] gradient = [1, -2, 3, -4, 5];
        LayerKind.Planar.PullBack(2, FlowConstraint.Identity, [0, 0, 3, -4, 0.5f], gradient);
        Assert.Equal([1, -2, 3, -4, 5], gradient);
    }

    [Fact]
    public void A_radial_layer_is_the_reference_constraint_of_its_raw_numbers_and_s_stays_above_half_its_floor() =>
        AnyRadial.Sample(radial =>
        {
            float[] effective = new float[radial.Length];
            int dimension = radial.Length - 2;
            LayerKind.Radial.Constrain(dimension, FlowConstraint.Identity, radial, effective);
            double[] expected = ReferenceConstraint.Effective(
                LayerKind.Radial, dimension, FlowConstraint.Identity, Vectors.ToDoubles(radial));
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], effective[i], (Math.Abs(expected[i]) + expected[dimension]) * Math.Pow(2, -23));
            }

            double alpha = effective[dimension];
            Assert.InRange(alpha + effective[dimension + 1], ReferenceConstraint.LeastScale / 2 * alpha, double.MaxValue);
        });

    [Fact]
    public void The_radial_pull_back_is_the_transposed_derivative_of_the_constraint() =>
        Gen.Select(AnyRadial, Gen.Double[-1, 1].Array[8]).Sample((radial, cotangents) =>
            AssertPullBack(
                LayerKind.Radial,
                FlowConstraint.Identity,
                radial.Length - 2,
                Vectors.ToDoubles(radial),
                cotangents[..radial.Length],
                _ => 1e-3));

    /// <summary>α′ and β′ from −15, where α = 3·10⁻⁷, to 1000.</summary>
    private static Gen<float[]> AnyRadial =>
        from dimension in Gen.Int[1, 6]
        from center in Scaled(dimension, -3, 3)
        from alpha in Gen.OneOf(Gen.Float[-15, 15], Gen.Float[15, 1000])
        from beta in Gen.OneOf(Gen.Float[-15, 15], Gen.Float[15, 1000])
        select (float[])[.. center, alpha, beta];

    private static Gen<float[]> Scaled(int dimension, int least, int greatest) =>
        from exponent in Gen.Double[least, greatest]
        from direction in Gen.Float[-1, 1].Array[dimension]
        select direction.Select(x => (float)(x * Math.Pow(10, exponent))).ToArray();

    private static (double[] Raw, float[] Effective) Constrain((FlowConstraint Constraint, float[] W, float[] U) planar)
    {
        float[] raw = [.. planar.W, .. planar.U, 0.25f], effective = new float[raw.Length];
        LayerKind.Planar.Constrain(planar.W.Length, planar.Constraint, raw, effective);
        return (Vectors.ToDoubles(raw), effective);
    }

    /// <summary>1 + w·û in float64 from the numbers that are applied.</summary>
    private static double S(float[] effective)
    {
        int dimension = effective.Length / 2;
        double[] numbers = Vectors.ToDoubles(effective);
        return 1 + Vectors.Dot(numbers.AsSpan(0, dimension), numbers.AsSpan(dimension, dimension));
    }

    private static void AssertPullBack(
        LayerKind kind, FlowConstraint constraint, int dimension, double[] raw, double[] cotangent, Func<int, double> step)
    {
        double[] actual = [.. cotangent];
        kind.PullBack(dimension, constraint, [.. raw.Select(x => (float)x)], actual);
        double[] expected = Derivative.Gradient(
            x => Vectors.Dot(cotangent, ReferenceConstraint.Effective(kind, dimension, constraint, x)), raw, step);

        // Rounding of the reference, over the step; its truncation is below 10⁻¹⁰ of the largest derivative.
        double size = Vectors.Norm(ReferenceConstraint.Effective(kind, dimension, constraint, raw)) + Vectors.Norm(raw);
        double greatest = Math.Max(Vectors.Norm(expected), Vectors.Norm(cotangent));
        for (int i = 0; i < raw.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], (1e-8 * greatest) + (1e-14 * size / step(i)));
        }
    }
}
