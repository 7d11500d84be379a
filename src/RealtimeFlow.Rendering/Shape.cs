using System.Numerics;
using System.Runtime.InteropServices;

namespace RealtimeFlow.Rendering;

/// <summary>
/// One thing that is drawn over the panels: a box or a glyph on whole pixels, or a segment or circle with smooth edges. The memory layout is
/// that of the vertex attributes of shape.vert; the meaning of the vectors is that of <see cref="Kind"/>.
/// </summary>
/// <param name="Left">No pixel left of this one is drawn.</param>
/// <param name="Top">No pixel above this one.</param>
/// <param name="Right">Neither this one nor those right of it.</param>
/// <param name="Bottom">Neither this one nor those below it.</param>
/// <param name="Kind">A cell of the glyph sheet, or one of the constants.</param>
/// <param name="Color">Red in the lowest byte, opacity in the highest.</param>
/// <param name="A">The corner of a glyph, one end of a segment, the centre of a circle.</param>
/// <param name="B">The other end of a segment; the radius of a circle, twice.</param>
/// <param name="StartCut">A segment is drawn where (p − A)·StartCut is not below 0: not where the one that ends at A is. 0 for none: it begins round.</param>
/// <param name="EndCut">And where (p − B)·EndCut is below 0; 0 for none.</param>
/// <param name="Reach">Half the width of a stroke, and half a pixel: coverage is what of it the distance from the stroke's middle leaves, 1 at most.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Shape(
    short Left, short Top, short Right, short Bottom, int Kind, uint Color, Vector2 A, Vector2 B, Vector2 StartCut, Vector2 EndCut, float Reach)
{
    internal const int Box = -1, Segment = -2, Circle = -3;

    internal const uint KindOffset = 8;
    internal const uint ColorOffset = 12;
    internal const uint EndsOffset = 16;
    internal const uint CutsOffset = 32;
    internal const uint ReachOffset = 48;
    internal const uint Size = 52;
}
