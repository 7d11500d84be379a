using RealtimeFlow.Numerics;

namespace RealtimeFlow.Tests.Numerics;

public sealed class RowMatrixTests
{
    [Fact]
    public void Products_of_all_sizes_are_those_of_plain_sums()
    {
        System.Random random = new(1);
        foreach (int columns in Enumerable.Range(0, 36))
        {
            foreach ((int first, int rows) in ((int, int)[])[(0, 0), (0, 1), (2, 3), (1, 4), (3, 5), (0, 8), (4, 9)])
            {
                RowMatrix matrix = Matrix(random, 13, columns);
                double[] vector = Numbers(random, columns), begun = Numbers(random, columns), weights = Numbers(random, rows)[..rows];
                double[] products = new double[rows], sums = [.. begun];
                matrix.Multiply(first, vector, products);
                matrix.AddRows(first, weights, sums);
                Assert.Equal(Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Sum(j => matrix.Row(first + i)[j] * vector[j])), products);
                Assert.Equal(begun.Select((x, j) => x + Enumerable.Range(0, rows).Sum(i => matrix.Row(first + i)[j] * weights[i])), sums);
            }
        }
    }

    [Fact]
    public void Products_with_four_vectors_at_a_time_are_those_of_plain_sums()
    {
        System.Random random = new(3);
        foreach (int columns in (int[])[1, 7, 8, 9, 17])
        {
            foreach (int count in Enumerable.Range(0, columns + 1))
            {
                RowMatrix matrix = Matrix(random, columns, columns), vectors = Matrix(random, 4, columns), products = new(4, columns);
                matrix.MultiplyFour(count, vectors, products);
                RowMatrix weights = Matrix(random, 12, columns), sums = Matrix(random, 12, columns);
                double[] begun = sums.Numbers.ToArray();
                matrix.AddRowsFour(count, weights, sums, 4);
                for (int r = 0; r < 12; r++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        double sum = r is >= 4 and < 8 ? Enumerable.Range(0, count).Sum(i => weights.Row(r)[i] * matrix.Row(i)[j]) : 0;
                        Assert.Equal(begun[(r * sums.Stride) + j] + sum, sums.Row(r)[j]);
                    }

                    Assert.All(Enumerable.Range(0, r < 4 ? count : 0), i => Assert.Equal(Enumerable.Range(0, columns).Sum(j => matrix.Row(i)[j] * vectors.Row(r)[j]), products.Row(r)[i]));
                }
            }
        }
    }

    [Fact]
    public void The_running_mean_of_products_decays_and_takes_in()
    {
        System.Random random = new(2);
        foreach (int count in Enumerable.Range(0, 20))
        {
            RowMatrix matrix = Matrix(random, count, count);
            double[] before = matrix.Numbers.ToArray(), vector = Numbers(random, count);
            matrix.AddSquare(0.75, vector);
            matrix.Mirror();
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    Assert.Equal((0.75 * before[(i * matrix.Stride) + j]) + (0.25 * vector[i] * vector[j]), matrix.Row(i)[j]);
                    Assert.Equal(matrix.Row(i)[j], matrix.Row(j)[i]);
                }

                Assert.All(matrix.Row(i)[count..].ToArray(), zero => Assert.Equal(0, zero));
            }
        }
    }

    private static RowMatrix Matrix(System.Random random, int rows, int columns)
    {
        RowMatrix matrix = new(rows, columns);
        for (int i = 0; i < rows; i++)
        {
            Numbers(random, columns).CopyTo(matrix.Row(i));
        }

        return matrix;
    }

    /// <summary>Whole numbers so small that no sum of products is rounded, in whatever order; behind them the zeros of a row.</summary>
    private static double[] Numbers(System.Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(-1000, 1000)), .. new double[RowMatrix.StrideOf(count) - count]];
}
