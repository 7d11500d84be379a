using RealtimeFlow.Differentiation;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Tests.Targets;

/// <summary>Linear regression as a user would write it.</summary>
internal readonly struct OwnPosterior : IPosterior
{
    private const float LogRootTwoPi = 0.91893853f, LogNoise = -0.69314718f;

    public R NegativeLogPrior<R>(ReadOnlySpan<R> z)
        where R : struct, IReal<R>
    {
        R sum = R.Square(z[0]);
        for (int i = 1; i < z.Length; i++)
        {
            sum += R.Square(z[i]);
        }

        return (0.5f * sum) + (z.Length * LogRootTwoPi);
    }

    public R NegativeLogLikelihood<R>(ReadOnlySpan<R> z, DataRow row)
        where R : struct, IReal<R>
    {
        R mean = z[0];
        for (int i = 1; i < z.Length; i++)
        {
            mean += row[i - 1] * z[i];
        }

        return (0.5f * R.Square((mean - row[z.Length - 1]) / 0.5f)) + (LogNoise + LogRootTwoPi);
    }
}
