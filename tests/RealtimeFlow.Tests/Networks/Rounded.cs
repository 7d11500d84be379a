namespace RealtimeFlow.Tests.Networks;

/// <summary>A number in float64, and how far the same computation in float32 can be from it: a running error analysis, rounding by rounding.</summary>
internal readonly record struct Rounded(double Value, double Error)
{
    /// <summary>Half an ulp of float32, relative.</summary>
    private const double Epsilon = 1.0 / (1 << 24);

    public static implicit operator Rounded(double exact) => new(exact, 0);

    public static Rounded operator +(Rounded a, Rounded b) => Of(a.Value + b.Value, a.Error + b.Error, 1);

    public static Rounded operator *(Rounded a, Rounded b) =>
        Of(a.Value * b.Value, (Math.Abs(a.Value) * b.Error) + (Math.Abs(b.Value) * a.Error) + (a.Error * b.Error), 1);

    /// <summary>A function whose slope is nowhere greater than 1, computed within some ulps.</summary>
    public static Rounded Function(double value, Rounded argument, double ulps) => Of(value, argument.Error, 2 * ulps);

    private static Rounded Of(double value, double error, double roundings) => new(value, error + (roundings * Epsilon * (Math.Abs(value) + error)));
}
