using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

/// <summary>Each way in which a file can be wrong is refused with a line that names the tensor or entry and the reason.</summary>
public sealed class ModelRefusalTests
{
    [Theory]
    [InlineData("\"format\":\"realtimeflow\"", "\"format\":\"pt\"", "__metadata__: format is 'pt': expected realtimeflow")]
    [InlineData("\"format\":\"realtimeflow\",", "", "__metadata__: has no 'format'")]
    [InlineData("\"version\":\"1\"", "\"version\":\"2\"", "__metadata__: version is '2': expected 1")]
    [InlineData("\"version\":\"1\"", "\"version\":1", "header: is not the JSON")]
    [InlineData("\"version\":\"1\"", "\"version\":\"1\",\"version\":\"1\"", "__metadata__: has 'version' twice")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"0\"", "dimension is '0'")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"-2\"", "dimension is '-2'")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"3\"", "layers.1.center: has shape [2]: expected [3]")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"02\"", "dimension is '02'")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"2\\u0000\"", "dimension is '2?'")]
    [InlineData("\"dimension\":\"2\"", "\"dimension\":\"2147483648\"", "dimension is '2147483648'")]
    [InlineData("generative", "sideways", "direction is 'sideways'")]
    [InlineData("gaussian", "cauchy\\n", "base is 'cauchy?': expected gaussian or uniform or student-t")]
    [InlineData("planar,radial\"", "planar,radial,\"", "layers has ''")]
    [InlineData("planar,radial\"", "planar,spline\"", "layers has 'spline': expected planar or radial")]
    [InlineData("planar,radial\"", "planar\"", "layers.1.")]
    [InlineData("planar,radial\"", "radial,radial\"", "layers.0.b: is no tensor of a model with a gaussian base and these layers")]
    [InlineData("planar,radial\"", "planar,planar,planar,planar,planar,planar\"", "layers names 6 layers, more than there can be tensors for")]
    [InlineData("\"layers.0.w\"", "\"layers.0.v\"", "layers.0.v: is no tensor of a model with a gaussian base and these layers")]
    [InlineData("\"layers.0.w\"", "\"layers.0.u\"", "layers.0.u: is there twice")]
    [InlineData("\"__metadata__\"", "\"metadata\"", "__metadata__: is missing, so this is no realtimeflow file")]
    [InlineData("[0,4]", "[1,5]", "layers.1.beta: begins at byte 1 of the data, but the tensor ahead of it ends at 0: a gap")]
    [InlineData("[4,12]", "[0,8]", "overlapping")]
    [InlineData("[0,4]", "[9223372036854775803,9223372036854775807]", "layers.1.beta: ends at byte 9223372036854775807 of the data, but the file has only 52: truncated")]
    [InlineData("[0,4]", "[4,0]", "layers.1.beta: has -4 bytes, which is not what shape [1] of F32 takes")]
    [InlineData("[0,4]", "[0,8]", "layers.1.beta: has 8 bytes, which is not what shape [1] of F32 takes")]
    [InlineData("\"F32\",\"shape\":[1]", "\"F64\",\"shape\":[1]", "layers.1.beta: has 4 bytes, which is not what shape [1] of F64 takes")]
    [InlineData("[0,4]", "[-1,4]", "layers.1.beta: data_offsets is not a list")]
    [InlineData("[0,4]", "[0,4.5]", "layers.1.beta: data_offsets is not a list")]
    [InlineData("[0,4]", "[0,4,8]", "layers.1.beta: needs dtype, shape and two data_offsets")]
    [InlineData("[0,4]", "[0,18446744073709551616]", "layers.1.beta: data_offsets is not a list")]
    [InlineData("\"shape\":[1],\"data_offsets\":[0,4]", "\"data_offsets\":[0,4]", "layers.1.beta: needs dtype, shape")]
    [InlineData("\"shape\":[1],\"data_offsets\":[0,4]", "\"shape\":[2],\"data_offsets\":[0,4]", "layers.1.beta: has shape [2]: expected [1]")]
    [InlineData("\"shape\":[1],\"data_offsets\":[0,4]", "\"shape\":[1,1],\"data_offsets\":[0,4]", "layers.1.beta: has shape [1, 1]: expected [1]")]
    [InlineData("\"shape\":[1],\"data_offsets\":[0,4]", "\"shape\":[],\"data_offsets\":[0,4]", "layers.1.beta: has shape []: expected [1]")]
    [InlineData("\"shape\":[1],\"data_offsets\":[0,4]", "\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]", "layers.1.beta: has shape [4294967296, 4294967296]: expected [1]")]
    [InlineData("\"shape\":[1],\"data_offsets\":[0,4]", "\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]", "layers.1.beta: shape is not a list of at most 8")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]", "\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]", "layers.1.beta: has dtype 'BF16': expected F32 or F64")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]", "\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]", "second or unknown entry 'dtype'")]
    public void A_wrong_header_is_refused_by_name(string was, string becomes, string reason) =>
        ModelFileTests.AssertRefused(
            ModelBytes.Sound().Build(json =>
            {
                int at = json.IndexOf(was, StringComparison.Ordinal);
                Assert.True(at >= 0);
                return string.Concat(json.AsSpan(0, at), becomes, json.AsSpan(at + was.Length));
            }),
            reason);

    [Theory]
    [InlineData("layers.0.w", double.NaN, "layers.0.w: number 0 is not finite")]
    [InlineData("layers.0.b", double.PositiveInfinity, "layers.0.b: number 0 is not finite")]
    [InlineData("base.log_scale", 1e39, "base.log_scale: number 0 is not finite, or beyond float32")]
    [InlineData("base.log_scale", 89, "base.log_scale: number 0 is 89, whose exponential is no normal float32")]
    [InlineData("base.log_scale", -88, "base.log_scale: number 0 is -88, whose exponential is no normal float32")]
    [InlineData("layers.0.u", -5, "layers.0.s: the planar layer is not invertible")]
    [InlineData("layers.1.alpha", 0.5, "layers.1.s: the radial layer is not invertible")]
    [InlineData("layers.1.alpha", -1, "layers.1.s: the radial layer is not invertible")]
    public void Numbers_that_make_no_flow_are_refused_by_name(string tensor, double first, string reason)
    {
        ModelBytes file = new();
        foreach (string name in ModelBytes.SoundNames)
        {
            double[] numbers = ModelBytes.SoundNumbers(name);
            numbers[0] = name == tensor ? first : numbers[0];
            file.AddDouble(name, numbers);
        }

        ModelFileTests.AssertRefused(file.Build(), reason);
    }

    [Fact]
    public void A_layer_that_only_float64_could_invert_is_refused()
    {
        // s = 2⁻⁴⁰ as stored, 0 once û is rounded to float32.
        double u = Math.ScaleB(1, -40) - 1;
        ModelBytes file = new() { Metadata = ModelFileTests.PlanarMetadata };
        byte[] bytes = file
            .Add("base.mean", 0).Add("base.log_scale", 0)
            .AddDouble("layers.0.w", 1).AddDouble("layers.0.u", u).AddDouble("layers.0.b", 0).AddDouble("layers.0.s", 1 + u)
            .Build();

        ModelFileTests.AssertRefused(bytes, "layers.0.s: the planar layer is not invertible");
    }

    [Theory]
    [InlineData("gaussian", "base.center", "base.center: is no tensor of a model with a gaussian base")]
    [InlineData("gaussian", "base.degrees_of_freedom", "base.degrees_of_freedom: is no tensor of a model with a gaussian base")]
    [InlineData("uniform", "base.location", "base.location: is no tensor of a model with a uniform base")]
    [InlineData("uniform", "base.log_scale", "base.log_scale: is no tensor of a model with a uniform base")]
    [InlineData("student-t", "base.log_half_width", "base.log_half_width: is no tensor of a model with a student-t base")]
    [InlineData("student-t", "base.mean", "base.mean: is no tensor of a model with a student-t base")]
    [InlineData("student-t", null, "base.degrees_of_freedom: is missing")]
    public void The_tensors_of_another_base_are_unknown(string kind, string? more, string reason)
    {
        BaseKind expected = ModelBytes.Bases.Single(known => known.Name == kind);
        ModelBytes file = new() { Metadata = ModelFileTests.PlanarMetadata.Replace("gaussian", kind, StringComparison.Ordinal) };
        file.Add("layers.0.w", 1).Add("layers.0.u", 1).Add("layers.0.b", 1)
            .Add($"base.{expected.LocationName}", 0).Add($"base.{expected.ScaleName}", 0);
        if (more != null)
        {
            file.Add(more, 1);
        }

        ModelFileTests.AssertRefused(file.Build(), reason);
    }

    [Theory]
    [InlineData("layers.00.w")]
    [InlineData("layers.+0.w")]
    [InlineData("layers.-0.w")]
    [InlineData("layers. 0.w")]
    [InlineData("layers.0\\u0000.w")]
    [InlineData("layers.4294967296.w")]
    [InlineData("layers.0.")]
    [InlineData("layers.0")]
    [InlineData("layers..w")]
    [InlineData("layers.0.w ")]
    [InlineData("Layers.0.w")]
    [InlineData("base.")]
    [InlineData("")]
    public void A_name_has_one_spelling(string name) =>
        ModelFileTests.AssertRefused(
            ModelBytes.Sound().Build(json => json.Replace("\"layers.0.w\"", $"\"{name}\"", StringComparison.Ordinal)), "is no tensor of a model");

    [Fact]
    public void A_name_may_be_spelt_with_escapes() =>
        Assert.Equal(2, ModelFile.Read(new MemoryStream(ModelBytes.Sound().Build(
            json => json.Replace("\"layers.0.w\"", "\"l\\u0061yers.0.\\u0077\"", StringComparison.Ordinal)
                .Replace("planar,radial", "planar\\u002cradial", StringComparison.Ordinal)))).Shape.LayerCount);

    [Theory]
    [InlineData("\"format\":", "\"\\ud800\":\"\",\"format\":")]
    [InlineData("\"layers.0.w\"", "\"\\udc00\"")]
    public void An_escape_that_is_no_character_is_refused(string was, string becomes) =>
        ModelFileTests.AssertRefused(
            ModelBytes.Sound().Build(json => json.Replace(was, becomes, StringComparison.Ordinal)), "header: is not the JSON");

    [Theory]
    [InlineData("realtimeflow")]
    [InlineData("somebody")]
    [InlineData("layers.0.w")]
    public void Text_that_is_not_UTF_8_is_refused(string where)
    {
        ModelBytes file = ModelBytes.Sound();
        file.Metadata += ",\"by\":\"somebody\"";
        byte[] bytes = file.Build();
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(where))] = 0xff;

        ModelFileTests.AssertRefused(bytes, "header: is not the JSON");
    }

    [Fact]
    public void The_metadata_may_stand_anywhere_but_once()
    {
        ModelBytes file = ModelBytes.Sound();
        string first = $"\"__metadata__\":{{{file.Metadata}}},", last = first.TrimEnd(',');
        byte[] moved = file.Build(json => string.Concat(json.Replace(first, "", StringComparison.Ordinal).AsSpan()[..^1], ",", last, "}"));

        Assert.Equal(2, ModelFile.Read(new MemoryStream(moved)).Shape.LayerCount);
        ModelFileTests.AssertRefused(file.Build(json => string.Concat(json.AsSpan()[..^1], ",", last, "}")), "__metadata__: is there twice");
    }

    [Fact]
    public void Bytes_after_the_last_tensor_are_refused() =>
        ModelFileTests.AssertRefused([.. ModelBytes.Sound().Build(), 0], "header: its tensors end at byte 52 of the data, but the file has 53: oversized");

    [Fact]
    public void Text_after_the_header_object_is_refused() =>
        ModelFileTests.AssertRefused(ModelBytes.Sound().Build(json => json + " {}"), "header: is not the JSON");

    [Fact]
    public void An_unknown_tensor_is_refused() =>
        ModelFileTests.AssertRefused(ModelBytes.Sound().Add("layers.2.w", 1, 2).Build(), "layers.2.w: is no tensor of a model with a gaussian base and these layers");

    [Fact]
    public void A_name_from_the_file_cannot_break_the_line() =>
        ModelFileTests.AssertRefused(ModelBytes.Sound().Add("a\\nb\\u2028" + new string('c', 500), 1).Build(), "a?b?ccc", "…: is no tensor");
}
