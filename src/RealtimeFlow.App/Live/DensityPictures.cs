using System.Numerics.Tensors;
using RealtimeFlow.Engine;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary>The densities of a flow and of what it learns, and their difference, at one resolution.</summary>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
/// <param name="view">What of the plane they show.</param>
/// <param name="workers">The threads to use.</param>
internal sealed class DensityPictures(int width, int height, PlaneView view, IWorkers workers)
{
    private readonly DensityGrid _target = new(width, height, view, workers);
    private int _shownVersion = -1;

    /// <summary>The flow's.</summary>
    public DensityGrid Flow { get; } = new(width, height, view, workers);

    /// <summary>ln p of what is learned; where ln Z is not known, normalised over what is seen.</summary>
    public float[] Target { get; } = new float[width * height];

    /// <summary>q − p.</summary>
    public float[] Difference { get; } = new float[width * height];

    /// <summary>Whether they are of this size and view.</summary>
    public bool Fits(int width, int height, PlaneView view) => (Flow.Width, Flow.Height, Flow.View) == (width, height, view);

    /// <summary>Rows of what is learned that are to be evaluated anew; 0 where it is as it was.</summary>
    /// <param name="version">Another one where what is learned is another.</param>
    public int RowsDue(int version) => _shownVersion == version && _target.NextRow == 0 ? 0 : _target.Height - _target.NextRow;

    /// <summary>Evaluates some rows of what is learned.</summary>
    /// <param name="shown">Its density.</param>
    /// <param name="version">Which one it is.</param>
    /// <param name="rows">How many.</param>
    /// <returns>Whether all of it is new.</returns>
    public bool AdvanceTarget(Target shown, int version, int rows)
    {
        if (_target.NextRow == 0)
        {
            _shownVersion = version;
        }

        if (!_target.Advance(shown, rows))
        {
            return false;
        }

        _target.LogDensity.CopyTo(Target, 0);
        if (shown.LogNormalizer == null)
        {
            Normalize(Target, _target.View.Area / Target.Length);
        }

        return true;
    }

    /// <summary>Makes the difference anew.</summary>
    public void Subtract()
    {
        Span<float> density = stackalloc float[256];
        for (int start = 0; start < Difference.Length; start += density.Length)
        {
            int taken = Math.Min(density.Length, Difference.Length - start);
            Span<float> difference = Difference.AsSpan(start, taken), other = density[..taken];
            TensorPrimitives.Exp(Flow.LogDensity.AsSpan(start, taken), difference);
            TensorPrimitives.Exp<float>(Target.AsSpan(start, taken), other);
            TensorPrimitives.Subtract(difference, other, difference);
        }
    }

    /// <summary>Makes a log-density that is known up to a constant integrate to 1 over what is seen.</summary>
    private static void Normalize(Span<float> logDensity, double cellArea)
    {
        double sum = 0;
        foreach (float value in logDensity)
        {
            sum += Math.Exp(value) * cellArea;
        }

        float logSum = (float)Math.Log(sum);
        foreach (ref float value in logDensity)
        {
            value -= logSum;
        }
    }
}
