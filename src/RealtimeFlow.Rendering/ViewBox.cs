namespace RealtimeFlow.Rendering;

/// <summary>The part of the plane that a panel shows, in the units of the particles.</summary>
/// <param name="XMin">Left edge of the leftmost column of cells.</param>
/// <param name="XMax">Right edge of the rightmost column; greater than <paramref name="XMin"/>.</param>
/// <param name="YMin">Lower edge of row 0.</param>
/// <param name="YMax">Upper edge of the last row; greater than <paramref name="YMin"/>.</param>
public readonly record struct ViewBox(float XMin, float XMax, float YMin, float YMax)
{
    /// <summary>Width over height.</summary>
    public double Aspect => ((double)XMax - XMin) / ((double)YMax - YMin);

    /// <summary>Area, in squared units.</summary>
    public double Area => ((double)XMax - XMin) * ((double)YMax - YMin);
}
