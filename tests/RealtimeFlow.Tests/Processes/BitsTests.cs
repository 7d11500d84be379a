using System.Runtime.Intrinsics;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Tests.Processes;

/// <summary>The same bits at every width, with any number of threads, and whatever instructions the runtime may use.</summary>
public sealed class BitsTests
{
    private static readonly Lazy<string> Expected = new(() => BitsOfEverything.Of(LaneDispatch.Width, threads: 1));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_width_and_number_of_threads_gives_one_hash(int threads) =>
        Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(Expected.Value, BitsOfEverything.Of(width, threads)));

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0", "Vector512=False")]
    [InlineData("DOTNET_EnableAVX2", "0", "Avx2=False")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0", "Vector128=False")]
    [InlineData("DOTNET_MaxVectorTBitWidth", "512", "Count=16")]
    [InlineData("DOTNET_MaxVectorTBitWidth", "128", "Count=4")]
    [InlineData("DOTNET_TieredCompilation", "0", "")]
    public void A_process_with_other_instructions_gives_the_same_hash(string variable, string value, string effect)
    {
        Assert.SkipWhen(
            effect == "Count=16" && !Vector512.IsHardwareAccelerated, "A Vector<float> of 16 lanes needs hardware with 512-bit vectors.");
        string[] lines = ChildProcess.Run(nameof(BitsOfEverything), (variable, value));
        Assert.Contains(effect, lines[0], StringComparison.Ordinal);
        Assert.Equal(Enum.GetValues<LaneWidth>().Length + 2, lines.Length);
        Assert.All(lines[1..], line => Assert.Equal(Expected.Value, line.Split(' ')[1]));
    }

    [Theory]
    [InlineData("512", "Bits512")]
    [InlineData("256", "Bits256")]
    [InlineData("128", "Bits128")]
    [InlineData("vector", "VectorT")]
    [InlineData("scalar", "Scalar")]
    public void The_environment_forces_a_width(string name, string width)
    {
        string[] lines = ChildProcess.Run(nameof(BitsOfEverything), (LaneDispatch.WidthVariable, name));
        Assert.Equal($"{width} {Expected.Value}", lines[^1]);
    }
}
