namespace RealtimeFlow.Numerics;

/// <summary>Whether numbers are numbers.</summary>
internal static class FiniteCheck
{
    /// <summary>Whether any element is infinite or not a number.</summary>
    public static bool ContainsNonFinite(this ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether any element is infinite or not a number.</summary>
    public static bool ContainsNonFinite(this ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                return true;
            }
        }

        return false;
    }
}
