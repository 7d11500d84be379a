namespace RealtimeFlow.Engine;

/// <summary>A rectangle of the plane, cut into cells by those who look at it.</summary>
/// <param name="Left">The least x.</param>
/// <param name="Right">The greatest x; more than <paramref name="Left"/>.</param>
/// <param name="Bottom">The least y.</param>
/// <param name="Top">The greatest y; more than <paramref name="Bottom"/>.</param>
public readonly record struct PlaneView(float Left, float Right, float Bottom, float Top)
{
    /// <summary>Width and height together cover this many square units.</summary>
    public double Area => ((double)Right - Left) * ((double)Top - Bottom);

    /// <summary>Width over height.</summary>
    public double Aspect => ((double)Right - Left) / ((double)Top - Bottom);

    /// <summary>The square about the origin.</summary>
    /// <param name="radius">Half its side; positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not.</exception>
    public static PlaneView Square(float radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        return radius < float.PositiveInfinity
            ? new PlaneView(-radius, radius, -radius, radius)
            : throw new ArgumentOutOfRangeException(nameof(radius), radius, "Expected a finite number.");
    }

    /// <summary>Refuses a rectangle that has no inside.</summary>
    /// <exception cref="ArgumentException">A number is not finite, or a side has no length.</exception>
    internal void Validate(string name)
    {
        bool isFinite = float.IsFinite(Left) && float.IsFinite(Right) && float.IsFinite(Bottom) && float.IsFinite(Top);
        if (!isFinite || !(Left < Right) || !(Bottom < Top))
        {
            throw new ArgumentException($"{this} is not a rectangle: expected finite numbers, Left < Right and Bottom < Top.", name);
        }
    }
}
