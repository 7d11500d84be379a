using System.Buffers.Binary;
using System.Text;
using CsCheck;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class NpyTests
{
    private static readonly float[] NumpyPoints = [0.5f, -1.25f, 3.0e-38f, 1e-45f, 16777216, -0.0f];

    [Theory]
    [InlineData("points-f4-v1.npy")]
    [InlineData("points-f4-v2.npy")]
    [InlineData("points-f4-v3.npy")]
    public void Arrays_that_numpy_wrote_are_read_in_every_version(string name)
    {
        (float[] rows, int dimension, long? count) = PointFiles.Read(PointFiles.Resource(name), name);

        Assert.Equal((2, 3), (dimension, count));
        PointFiles.AssertSameBits(NumpyPoints, rows);
    }

    [Fact]
    public void Doubles_are_rounded_to_the_nearest_float() => PointFiles.AssertSameBits(
        [0.1f, -1.25f, 0, 3.4028234e38f, 16777216, 1f / 3],
        PointFiles.Read(PointFiles.Resource("points-f8-v1.npy"), "a.npy").Rows);

    [Fact]
    public void A_list_of_numbers_has_one_column()
    {
        (float[] rows, int dimension, long? count) = PointFiles.Read(PointFiles.Resource("list-f4.npy"), "list-f4.npy");

        Assert.Equal((1, 3), (dimension, count));
        PointFiles.AssertSameBits([0.5f, 3.0e-38f, 16777216], rows);
    }

    [Fact]
    public void An_empty_array_has_its_dimension_and_no_rows()
    {
        (float[] rows, int dimension, long? count) = PointFiles.Read(PointFiles.Resource("empty-f4.npy"), "empty-f4.npy");

        Assert.Empty(rows);
        Assert.Equal((3, 0), (dimension, count));
    }

    [Theory]
    [InlineData("fortran-f4.npy", "Fortran order", "fortran_order")]
    [InlineData("big-endian-f4.npy", "'>f4'", "big-endian", "'<f4' or '<f8'")]
    [InlineData("half-f2.npy", "'<f2'", "'<f4' or '<f8'")]
    [InlineData("whole-i8.npy", "'<i8'", "'<f4' or '<f8'")]
    [InlineData("fields.npy", "several fields", "'<f4' or '<f8'")]
    [InlineData("cube-f4.npy", "more than two axes")]
    [InlineData("single-f4.npy", "shape ()")]
    [InlineData("not-finite-f4.npy", "row 1, column 1", "not finite")]
    [InlineData("beyond-f8.npy", "row 1, column 0", "beyond float32")]
    public void What_is_no_array_of_points_is_refused_by_name(string name, params string[] words) =>
        PointFiles.AssertRefused(PointFiles.Resource(name), name, [name, .. words]);

    [Theory]
    [InlineData("{'shape':(3,2),'descr':'<f4','fortran_order':False}")]
    [InlineData(" { \"fortran_order\" : False ,\t\"shape\" : ( 3 , 2 , ) , \"descr\" : \"<f4\" , } \n\n")]
    public void The_header_may_be_spaced_ordered_and_quoted_as_one_likes(string header) =>
        PointFiles.AssertSameBits(NumpyPoints, PointFiles.Read(Array(header, NumpyPoints), "a.npy").Rows);

    [Theory]
    [InlineData("", "expected '{'")]
    [InlineData("{}", "needs descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "needs descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'shape': (3, 2)}", "second or unknown entry 'shape'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'more': 1}", "second or unknown entry 'more'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)", "expected '}'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)} x", "its end")]
    [InlineData("{,}", "in quotes")]
    [InlineData("{'descr': '<f4,", "in quotes")]
    [InlineData("{'descr' '<f4'}", "expected ':'")]
    [InlineData("{'descr': None, 'fortran_order': False, 'shape': (3, 2)}", "in quotes")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 2)}", "True or False")]
    [InlineData("{'descr': '<f4', 'fortran_order': Falsely, 'shape': (3, 2)}", "expected '}'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6)}", "a comma after the only axis")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': [3, 2]}", "expected '('")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 2L)}", "expected ')'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (03, 2)}", "a whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-3, 2)}", "a whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3.0, 2)}", "expected ')'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "a whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2)}", "a whole number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0)}", "0 columns")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 65537)}", "65537 columns", "65536")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2)}", "has 24 bytes", "takes 32", "truncated")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (5,)}", "has 24 bytes", "takes 20", "oversized")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 65536)}", "truncated")]
    [InlineData("{'descr': '<f4\n\u2028[31m', 'fortran_order': False, 'shape': (3, 2)}", "'<f4??[31m'")]
    public void A_header_that_says_something_else_is_refused_with_the_reason(string header, params string[] words) =>
        PointFiles.AssertRefused(Array(header, NumpyPoints), "a.npy", words);

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = PointFiles.Resource("points-f4-v1.npy");
        for (int length = 0; length < whole.Length; length++)
        {
            PointFiles.AssertRefused(whole[..length], "a.npy", length < 6 ? "neither" : "truncated");
        }

        PointFiles.AssertRefused([.. whole, 0], "a.npy", "oversized");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(4, 0)]
    public void Other_versions_are_refused_by_number(byte major, byte minor)
    {
        byte[] bytes = PointFiles.Resource("points-f4-v1.npy");
        (bytes[6], bytes[7]) = (major, minor);
        PointFiles.AssertRefused(bytes, "a.npy", $"version {major}.{minor}", "1.0, 2.0 or 3.0");
    }

    [Fact]
    public void A_header_longer_than_any_array_of_points_needs_is_refused_before_it_is_read()
    {
        byte[] bytes = PointFiles.Resource("points-f4-v2.npy");
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), uint.MaxValue);
        PointFiles.AssertRefused(bytes, "a.npy", "announces 4294967295 bytes");
    }

    [Fact]
    public void The_writer_gives_the_bytes_that_numpy_gives()
    {
        Assert.Equal(PointFiles.Resource("points-f4-v1.npy"), PointFiles.Write("a.npy", 2, NumpyPoints));
        Assert.Equal(PointFiles.Resource("list-f4.npy"), PointFiles.Write("a", null, [0.5f, 3.0e-38f, 16777216]));
        Assert.Equal(PointFiles.Resource("empty-f4.npy"), PointFiles.Write("a", 3, []));
    }

    [Fact]
    public void Any_floats_are_read_back_in_any_pieces() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 40_000], Gen.Int[1, 20_000]).Sample(
            (dimension, count, piece) =>
            {
                float[] numbers = new float[dimension * count];
                for (int i = 0; i < numbers.Length; i++)
                {
                    // The finite bit patterns, signs and denormals among them, in steps that hit none twice.
                    numbers[i] = BitConverter.UInt32BitsToSingle((uint)i * 0x9E37_79B1u & 0xBF7F_FFFFu);
                }

                byte[] bytes = PointFiles.Write("a.npy", dimension, numbers, piece);
                PointFiles.AssertSameBits(numbers, PointFiles.Read(bytes, "a.npy", piece).Rows);
            },
            iter: 30);

    [Fact]
    public void The_header_has_room_for_any_count_at_the_same_place()
    {
        byte[] few = PointFiles.Write("a", 65_536, []);

        Assert.Equal(NpyWriter.HeaderSize, few.Length);
        Assert.Equal(0, NpyWriter.HeaderSize % 64);
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({long.MaxValue}, {PointReader.MostColumns}), }}\n";
        Assert.True(10 + text.Length <= NpyWriter.HeaderSize);
    }

    private static byte[] Array(string header, float[] numbers)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = [0x93, .. "NUMPY"u8, 3, 0, .. BitConverter.GetBytes(text.Length), .. text, .. numbers.SelectMany(BitConverter.GetBytes)];
        return bytes;
    }
}
