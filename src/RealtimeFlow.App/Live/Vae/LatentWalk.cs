using RealtimeFlow.Random;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>
/// Points that walk through the latent space, each on an ellipse of its own about the origin: z(t) = z_a cos t + z_b sin t with z_a and z_b from
/// the prior, so that at every moment they are independent samples of the prior.
/// </summary>
internal sealed class LatentWalk
{
    // Once round takes so long.
    private const double SecondsOfRound = 24;

    private readonly float[] _starts;
    private readonly float[] _turns;
    private double _seconds;

    /// <param name="count">How many points.</param>
    /// <param name="latents">D.</param>
    /// <param name="seed">Decides where they walk.</param>
    public LatentWalk(int count, int latents, ulong seed)
    {
        RandomStream stream = new(seed, StreamNumbers.Samples);
        (_starts, _turns, Points) = (new float[count * latents], new float[count * latents], new float[count * latents]);
        stream.FillNormal(0, _starts);
        stream.FillNormal((ulong)_starts.Length, _turns);
        Advance(0);
    }

    /// <summary>Where they are, [count][D].</summary>
    public float[] Points { get; }

    /// <summary>Lets them walk for a time.</summary>
    public void Advance(double seconds)
    {
        _seconds += seconds;
        (double sin, double cos) = Math.SinCos(2 * Math.PI * (_seconds / SecondsOfRound % 1));
        for (int i = 0; i < Points.Length; i++)
        {
            Points[i] = (float)((cos * _starts[i]) + (sin * _turns[i]));
        }
    }
}
