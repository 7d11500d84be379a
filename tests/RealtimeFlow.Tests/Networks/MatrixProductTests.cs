using RealtimeFlow.Engine;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Tests.Networks;

public sealed unsafe class MatrixProductTests
{
    // Half an ulp of float32, relative.
    private const double Epsilon = 1.0 / (1 << 24);

    /// <summary>About the rows of a tile, its vectors and the longest blocks, with inner indices about the borders of those.</summary>
    public static TheoryData<int, int, int> Shapes { get; } = MakeShapes();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_is_within_the_rounding_of_its_chains_in_every_form(int rows, int columns, int inner)
    {
        using WorkerPool alone = new(1);
        foreach (bool transposedA in (bool[])[false, true])
        {
            foreach (bool transposedB in (bool[])[false, true])
            {
                foreach (bool start in (bool[])[false, true])
                {
                    ProductCase product = new(rows, columns, inner, transposedA, transposedB, start);
                    float[] found = product.Multiply(alone, LaneDispatch.Width);
                    for (int i = 0; i < rows; i++)
                    {
                        for (int j = 0; j < columns; j++)
                        {
                            (double expected, double magnitude) = product.Element(i, j);
                            Assert.InRange(found[(i * product.StrideC) + j], expected - Bound(inner, magnitude), expected + Bound(inner, magnitude));
                        }
                    }

                    Assert.All(product.Beyond(found), value => Assert.Equal(ProductCase.Untouched, value));
                }
            }
        }
    }

    [Fact]
    public void A_product_has_the_same_bits_at_every_width_and_with_any_number_of_threads()
    {
        foreach ((int rows, int columns, int inner) in ((int, int, int)[])[(101, 100, 400), (21, 33, 7), (400, 112, 784)])
        {
            ProductCase product = new(rows, columns, inner, transposedA: true, transposedB: false, start: true);
            using WorkerPool one = new(1), two = new(2), three = new(3);
            float[] expected = product.Multiply(one, LaneWidth.Scalar);
            foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
            {
                Assert.Equal(expected, product.Multiply(one, width));
                Assert.Equal(expected, product.Multiply(two, width));
                Assert.Equal(expected, product.Multiply(three, width));
            }
        }
    }

    // A fused multiply-add rounds once; each rounding is of a partial sum, at most Σ|a||b| + |start|.
    private static double Bound(int inner, double magnitude) => Epsilon * inner * magnitude * (1 + (inner * Epsilon));

    private static TheoryData<int, int, int> MakeShapes()
    {
        TheoryData<int, int, int> shapes = [];
        int[] inner = [1, 2, 399, 400, 401, 800, 801, 5, 40];
        for (int rows = 1; rows <= 35; rows++)
        {
            shapes.Add(rows, 1 + (rows * 7 % 53), inner[rows % inner.Length]);
        }

        foreach (int columns in (int[])[1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 79, 80, 81, 96, 97, 112, 113])
        {
            shapes.Add(9, columns, 11);
        }

        shapes.Add(150, 130, 300);
        shapes.Add(1200, 17, 90);
        return shapes;
    }
}
