using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace RealtimeFlow.Tests.Processes;

/// <summary>The machine code of the loops in which all time is spent: inlined whole, in registers, at the width they are meant for.</summary>
public sealed partial class HotLoopTests
{
    [Fact]
    public void Loops_over_tiles_call_nothing_keep_to_their_width_and_in_the_plane_and_in_products_to_registers()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "What is counted here are the instructions of AVX-512.");
        string file = Path.GetTempFileName();
        try
        {
            ChildProcess.Run(nameof(BitsOfEverything), ("DOTNET_JitDisasm", "Loop* Compute2 Compute3"), ("DOTNET_JitStdOutFile", file));
            Listing[] all = [.. Listing.Of(File.ReadAllText(file))], loops = [.. all.Where(loop => loop.IsHot)];

            Assert.All(loops, loop => Assert.True(loop.Calls + loop.OtherWidths == 0 && loop.Fused > 0, loop.ToString()));

            // In the plane all constants and sums have a register: planar and radial; forward and with the score, each saving or not, backward
            // with a gradient and without; the inverse's three loops and two.
            Listing[] plane = [.. loops.Where(loop => loop.IsOfThePlane)];
            Assert.Equal((2 * 6) + 3 + 2, plane.Length);
            Assert.All(plane, loop => Assert.True(loop.VectorsOnStack == 0, loop.ToString()));

            // A matrix product's tiles of two vectors and three.
            Listing[] tiles = [.. all.Where(loop => loop.IsTile)];
            Assert.Equal(2, tiles.Length);
            Assert.All(
                tiles,
                tile => Assert.True(tile.Calls + tile.OtherWidths + tile.VectorsOnStack + tile.MovesInLoop == 0 && tile.Fused > 0, tile.ToString()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>One method as the compiler lists it.</summary>
    private sealed partial record Listing(string Name, string Code)
    {
        /// <summary>
        /// A pass over a tile, at a width of its own, by the kernels of layers as they are met in practice. The inverse has a method for each of
        /// its three loops; of a radial layer, it has no steps.
        /// </summary>
        public bool IsHot =>
            Name.Contains("Pass", StringComparison.Ordinal) && Width != "" && !Name.Contains("Steep", StringComparison.Ordinal)
            && !Name.Contains("InversePass:Loop[", StringComparison.Ordinal) && !Regex.IsMatch(Name, "LoopOfSteps.*Radial");

        public bool IsOfThePlane => Name.Contains("Point2", StringComparison.Ordinal) && Width == "zmm";

        /// <summary>What a matrix product has in registers.</summary>
        public bool IsTile => Name.Contains("ProductTile", StringComparison.Ordinal) && Width == "zmm";

        public int Calls => Call().Count(Code);

        public int VectorsOnStack => OnStack().Count(Code);

        /// <summary>Sums that go round in another register than their own. A tile's loop is the block that fetches what comes next.</summary>
        public int MovesInLoop => BlockStart().Split(Code).Where(block => block.Contains("prefetch", StringComparison.Ordinal)).Sum(Move().Count);

        public int OtherWidths => Regex.Count(Code, Width == "zmm" ? @"vfn?madd\w+ps\s+[xy]mm" : "zmm");

        public int Fused => Regex.Count(Code, $@"vfn?madd\w+ps\s+{Width}");

        private string Width =>
            Name.Contains("Lanes512", StringComparison.Ordinal) ? "zmm"
            : Name.Contains("Lanes256", StringComparison.Ordinal) ? "ymm"
            : Name.Contains("Lanes128", StringComparison.Ordinal) ? "xmm" : "";

        public static IEnumerable<Listing> Of(string text) =>
            Head().Split(text).Skip(1).Chunk(2).Select(parts => new Listing(parts[0], parts[1]));

        public override string ToString() => $"{Name}: {Calls} calls, {VectorsOnStack} vectors on the stack, {MovesInLoop} moved, {OtherWidths} operations at another width";

        [GeneratedRegex(@"^; Assembly listing for method (.*)$", RegexOptions.Multiline)]
        private static partial Regex Head();

        [GeneratedRegex(@"^\s+call\s", RegexOptions.Multiline)]
        private static partial Regex Call();

        [GeneratedRegex(@"^G_M\w+:", RegexOptions.Multiline)]
        private static partial Regex BlockStart();

        [GeneratedRegex(@"vmovaps\s+zmm\d+, zmm")]
        private static partial Regex Move();

        [GeneratedRegex(@"[yz]mmword ptr \[r[sb]p")]
        private static partial Regex OnStack();
    }
}
