using System.Runtime.CompilerServices;
using RealtimeFlow.Flows;
using RealtimeFlow.Lanes;

namespace RealtimeFlow.Targets;

/// <summary>The prior z ~ N(0, τ²I): −ln p(z) = ½‖z‖²/τ² + D ln(τ√(2π)).</summary>
internal static unsafe class GaussianPrior
{
    /// <summary>Sets the tile's values to −ln p(z) and its cotangents to the gradient of that.</summary>
    /// <param name="tile">The points.</param>
    /// <param name="columns">How many.</param>
    /// <param name="scale">τ.</param>
    /// <param name="width">The width to run at.</param>
    public static void Set(FlowTile tile, nint columns, double scale, LaneWidth width)
    {
        Kernel kernel = new(tile, columns, (float)(1 / (scale * scale)), (float)(tile.Dimension * LogNormalizer(scale)));
        LaneDispatch.Run(width, ref kernel);
    }

    /// <summary>ln(σ√(2π)), the logarithm of the integral of e^(−½(x/σ)²).</summary>
    public static double LogNormalizer(double scale) => Math.Log(scale * Math.Sqrt(2 * Math.PI));

    /// <summary>Refuses a standard deviation that is not positive and finite.</summary>
    public static void RequireScale(double scale, string name)
    {
        if (scale is not (> 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(name, scale, "A standard deviation is positive and finite.");
        }
    }

    private readonly struct Kernel(FlowTile tile, nint columns, float precision, float logNormalizer) : ILaneKernel
    {
        public void Run<V>()
            where V : struct, ILanes<V> => Loop<V>(tile, columns, precision, logNormalizer);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<V>(FlowTile tile, nint columns, float precision, float logNormalizer)
            where V : struct, ILanes<V>
        {
            for (nint column = 0; column < columns; column += V.Count)
            {
                V energy = V.Splat(logNormalizer);
                for (int i = 0; i < tile.Dimension; i++)
                {
                    nint place = (i * tile.Stride) + column;
                    V z = V.Load(ref *tile.Points, place);
                    V pull = z * V.Splat(precision);
                    V.Store(pull, ref *tile.Cotangents, place);
                    energy = V.Fma(V.Splat(0.5f) * pull, z, energy);
                }

                V.Store(energy, ref *tile.Values, column);
            }
        }
    }
}
