using System.Runtime.CompilerServices;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Flows;

/// <summary>
/// One point a lane: what a layer may do to its coordinates. In one, two and three dimensions they are held in registers
/// (<see cref="Point1{V}"/>, <see cref="Point2{V}"/>, <see cref="Point3{V}"/>), in any other in the rows of a tile
/// (<see cref="PointRows{V}"/>); a layer is written once, over this interface.
/// </summary>
/// <remarks>
/// Layout: coordinate i of the points from <c>column</c> on is at <c>rows[i * stride + column]</c>. Coefficients
/// (<c>c</c>, from <see cref="Splat"/>) are the same in all lanes: where points are held in registers, they are too. Sums run
/// over the coordinates in ascending order in every implementation, so the bits do not depend on which one is used.
/// </remarks>
internal unsafe interface IPoint<P, V>
    where P : struct, IPoint<P, V>
    where V : struct, ILanes<V>
{
    /// <summary>The number of coordinates where the type fixes it, else 0; a constant to the compiler.</summary>
    static abstract int Dimension { get; }

    /// <summary>Reads the points of the columns from <paramref name="column"/> on.</summary>
    static abstract P Load(float* rows, nint stride, nint column, int dimension);

    /// <summary>D coefficients as a point that is the same in every lane.</summary>
    static abstract P Splat(float* c, int dimension);

    /// <summary>Writes the points back to where they were loaded from.</summary>
    static abstract void Store(in P point, float* rows, nint stride, nint column);

    /// <summary>Writes the points to other rows.</summary>
    static abstract void Copy(in P point, float* rows, nint stride, nint column);

    /// <summary>initial + Σ cᵢ zᵢ.</summary>
    static abstract V Dot(in P point, in P c, V initial);

    /// <summary><see cref="Dot"/> of four rows of lanes, this and the next three, of points in rows: four chains of operations in the time of one.</summary>
    /// <exception cref="NotSupportedException">The points are held in registers.</exception>
    static virtual void FourDots(in P point, in P c, V initial, float* sums) => throw new NotSupportedException();

    /// <summary>As <see cref="Dot"/>, with the roundings of many terms made good: where an inverse magnifies what is lost here.</summary>
    static abstract V DotCompensated(in P point, in P c, V initial);

    /// <summary>Σ (zᵢ − cᵢ) vᵢ: the displacement of one point from a centre, times another.</summary>
    static abstract V DotDisplacement(in P point, in P c, in P other);

    /// <summary>Σ (zᵢ − cᵢ)².</summary>
    static abstract V SquaredDistance(in P point, in P c);

    /// <summary><see cref="SquaredDistance"/> of four rows of lanes, as <see cref="FourDots"/>.</summary>
    /// <exception cref="NotSupportedException">The points are held in registers.</exception>
    static virtual void FourSquaredDistances(in P point, in P c, float* sums) => throw new NotSupportedException();

    /// <summary>zᵢ ← zᵢ + cᵢ · t.</summary>
    static abstract void AddScaled(ref P point, in P c, V t);

    /// <summary>zᵢ ← zᵢ − cᵢ · t.</summary>
    static abstract void SubtractScaled(ref P point, in P c, V t);

    /// <summary>zᵢ ← cᵢ + factor · (zᵢ − cᵢ).</summary>
    static abstract void ScaleAbout(ref P point, in P c, V factor);

    /// <summary>zᵢ ← factor · zᵢ + t · (otherᵢ − cᵢ).</summary>
    static abstract void ScaleAndAddDisplacement(ref P point, V factor, V t, in P other, in P c);

    /// <summary>sumᵢ ← sumᵢ + otherᵢ · t.</summary>
    static abstract void Accumulate(ref P sum, in P other, V t);

    /// <summary>
    /// zᵢ ← zᵢ − uᵢ · t, firstᵢ ← firstᵢ + vᵢ · t, secondᵢ ← secondᵢ + zᵢ · s, vᵢ ← vᵢ + wᵢ · s: what a planar layer does to a point and its
    /// cotangent on the way back. Points in rows do it in one loop.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void PullBackAlong(ref P point, ref P cotangent, in P u, in P w, V t, V s, ref P first, ref P second)
    {
        P.SubtractScaled(ref point, in u, t);
        P.Accumulate(ref first, in cotangent, t);
        P.Accumulate(ref second, in point, s);
        P.AddScaled(ref cotangent, in w, s);
    }

    /// <summary>
    /// secondᵢ ← secondᵢ + vᵢ, vᵢ ← factor · vᵢ + t · (zᵢ − cᵢ), firstᵢ ← firstᵢ + vᵢ: what a radial layer does to a cotangent on the way
    /// back. Points in rows do it in one loop.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void PullBackAbout(ref P cotangent, V factor, V t, in P point, in P c, ref P first, ref P second)
    {
        P.Accumulate(ref second, in cotangent, V.Splat(1));
        P.ScaleAndAddDisplacement(ref cotangent, factor, t, in point, in c);
        P.Accumulate(ref first, in cotangent, V.Splat(1));
    }
}
