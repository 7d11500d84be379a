using System.Globalization;
using System.Text;
using CsCheck;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class CsvTests
{
    [Theory]
    [InlineData("1,2\n3,4\n")]
    [InlineData("1,2\r\n3,4\r\n")]
    [InlineData("1,2\n3,4")]
    [InlineData("1,2\n3,4\n\n")]
    [InlineData("1,2\r\n3,4\r\n \t\r\n\n")]
    [InlineData("x,y\n1,2\n3,4\n")]
    [InlineData("\uFEFF1,2\n3,4\n")]
    [InlineData("\uFEFF\"x\", \"y\"\n1,2\n3,4\n")]
    [InlineData("# x, y\n 1 ,\t+2.0\n3e0,0.04E+2\n")]
    [InlineData(",y\n1,2\n3,4\n")]
    public void Rows_are_read_whatever_their_header_spaces_and_line_ends(string text)
    {
        (float[] rows, int dimension, long? count) = Read(text);

        Assert.Equal((2, null), (dimension, count));
        Assert.Equal([1f, 2, 3, 4], rows);
    }

    [Fact]
    public void A_header_alone_is_no_rows()
    {
        (float[] rows, int dimension, _) = Read("x,y,z\n");

        Assert.Empty(rows);
        Assert.Equal(3, dimension);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\uFEFF", "is empty")]
    [InlineData("\n1,2\n", "line 1 is empty")]
    [InlineData("1,2\n\n3,4\n", "line 2 is empty, but not the last")]
    [InlineData("1,2\n\n,\n", "line 2 is empty, but not the last")]
    [InlineData("1,2\n3\n", "line 2 has fewer columns than line 1, which has 2")]
    [InlineData("1,2\n3,4,5\n", "line 2 has more columns than line 1, which has 2")]
    [InlineData("1,2\n3,4,\n", "line 2 has more columns than line 1, which has 2")]
    [InlineData("x,y\n1,2\n3,4,5", "line 3 has more columns than line 1, which has 2")]
    [InlineData("1,2\n3,", "line 2, column 2: '' is empty")]
    [InlineData("1,2\n ,4", "line 2, column 1: '' is empty")]
    [InlineData("1,", "line 1, column 2: '' is no number")]
    [InlineData("1,x\n", "line 1, column 2: 'x' is no number, but")]
    [InlineData("x,1\n", "line 1, column 2: '1' is a number, but")]
    [InlineData("1,2\n3,x\n", "line 2, column 2: 'x' is not a number")]
    [InlineData("1,2\n3,4 5\n", "line 2, column 2: '4 5' is not a number")]
    [InlineData("1,2\n3;4\n", "line 2 has fewer columns")]
    [InlineData("1\n3;4\n", "line 2, column 1: '3;4' is not a number")]
    [InlineData("1,2\n3,1e\n", "'1e' is not a number")]
    [InlineData("1,2\n3,0x10\n", "'0x10' is not a number")]
    [InlineData("1,2\n3,1_0\n", "'1_0' is not a number")]
    [InlineData("1,2\n3,\"4\"\n", "'\"4\"' is not a number")]
    [InlineData("1,2\n3,4\0\n", "'4?' is not a number")]
    [InlineData("1,2\n3,--4\n", "'--4' is not a number")]
    [InlineData("1,2\n3,٤\n", "'٤' is not a number")]
    [InlineData("1,2\r3,4\r", "'2?3' is no number")]
    [InlineData("1,2\n3,nan\n", "line 2, column 2: 'nan' is not finite")]
    [InlineData("nan,2\n3,4\n", "line 1, column 1: 'nan' is not finite")]
    [InlineData("1,2\n3,-Inf\n", "'-Inf' is not finite")]
    [InlineData("1,2\n3,Infinity\n", "'Infinity' is not finite")]
    [InlineData("1,2\n3,1e39\n", "'1e39' is not finite, or beyond float32")]
    [InlineData("1,2\n3,1e99999999999\n", "beyond float32")]
    public void What_is_no_table_of_numbers_is_refused_with_line_and_column(string text, string words) =>
        PointFiles.AssertRefused(Encoding.UTF8.GetBytes(text), "a.csv", words);

    [Fact]
    public void Text_that_is_not_named_csv_is_refused() =>
        PointFiles.AssertRefused("1,2\n"u8.ToArray(), "a.txt", "\\x93NUMPY", ".csv");

    [Fact]
    public void Numbers_are_rounded_once()
    {
        // Half-way between 1 and the next float, and beyond that by less than a double sees: rounded by way of a double, both are 1.
        string tie = "1.000000059604644775390625", above = "1.00000005960464477539062500000000000000000000001";
        PointFiles.AssertSameBits(
            [1, float.BitIncrement(1), 1e-45f, float.MaxValue, -0.0f, 0],
            Read($"{tie},{above},1e-45,3.4028235e38,-0,1e-99999999999").Rows);
    }

    [Fact]
    public void Fields_and_lines_have_bounds()
    {
        string digits = "0." + new string('0', 1100) + "1";
        Assert.Equal([0f, 2], Read($"{digits},2").Rows);
        PointFiles.AssertRefused(Encoding.UTF8.GetBytes("1,2\n3," + new string('0', 70_000)), "a.csv", "line 2, column 2", "longer than");
        PointFiles.AssertRefused(Encoding.UTF8.GetBytes(new string('0', 300_000)), "a.csv", "line 1, column 1", "longer than");
        Assert.Equal(PointReader.MostColumns, Read(string.Join(',', Enumerable.Repeat("1", PointReader.MostColumns))).Dimension);
        PointFiles.AssertRefused(
            Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Repeat("1", PointReader.MostColumns + 1))), "a.csv", "more than 65536 columns");
    }

    [Fact]
    public void Any_floats_are_read_back_in_any_pieces() =>
        Gen.Select(Gen.Int[1, 5], Gen.Single.Where(float.IsFinite).Array[0, 5_000], Gen.Int[1, 700]).Sample(
            (dimension, numbers, piece) =>
            {
                float[] rows = numbers[..(numbers.Length / dimension * dimension)];
                byte[] bytes = PointFiles.Write("a.csv", dimension, rows, piece);
                Assert.Equal(rows.Length / dimension, bytes.Count(b => b == '\n'));
                if (rows.Length > 0)
                {
                    (float[] back, int columns, _) = PointFiles.Read(bytes, "A.CSV", piece);
                    Assert.Equal(dimension, columns);
                    PointFiles.AssertSameBits(rows, back);
                }
            },
            iter: 50);

    [Fact]
    public void The_text_is_the_shortest_and_of_no_culture()
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal("0.1,-1.5\n1E-45,16777216\n", Encoding.UTF8.GetString(PointFiles.Write("a.csv", 2, [0.1f, -1.5f, 1e-45f, 16777216])));
            Assert.Equal([-1.5f, 2], Read("-1.5,2").Rows);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static (float[] Rows, int Dimension, long? Count) Read(string text) => PointFiles.Read(Encoding.UTF8.GetBytes(text), "a.csv", 7);
}
