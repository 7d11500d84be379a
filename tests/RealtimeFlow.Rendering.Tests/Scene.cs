using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering.Tests;

/// <summary>A frame with known content: a ring with two modes as particles, as a coarser density and as the exact one.</summary>
internal sealed class Scene
{
    internal const string Footer = "1–4 target · space pause · R restart · D density/particles · Esc quit";

    internal const string Hud =
        "target\tu1, ring with two modes\tfree energy\t−1.2345 nats\tframes/s\t59.8\n"
        + "flow\tplanar × 32\tln Z\t1.7263\tsteps/s\t4 812\n"
        + "particles\t1 000 000\tKL(q‖p)\t0.0021 ± 0.0004\tβ\t1.000\n"
        + "parameters\t160\tloss\t▇▆▅▄▃▂▂▁▁▁\tallocated\t0 B/frame";

    private static readonly PlaneView View = new(-4, 4, -4, 4);

    internal Scene(int gridSide = 512, int particles = 1_000_000)
    {
        float[] target = LogRing(gridSide);
        float[] coarse = LogRing(gridSide / 4);
        uint[] counts = Draw(target, gridSide, particles);
        Panels =
        [
            Panel.OfCounts("particles", counts, gridSide, gridSide, particles, View),
            Panel.OfLogDensity("exact density qₖ", coarse, gridSide / 4, gridSide / 4, View),
            Panel.OfLogDensity("target p", target, gridSide, gridSide, View),
        ];
    }

    internal Panel[] Panels { get; }

    internal FrameInfo Frame(ColorMap map = ColorMap.Inferno, DensityScale scale = DensityScale.Linear, Drawing? drawing = null) =>
        new() { Panels = Panels, Exposure = 0.25f, ColorMap = map, Scale = scale, Hud = Hud, Footer = Footer, Drawing = drawing };

    internal static byte[] Picture(IFrameRenderer renderer, in FrameInfo frame, int width, int height)
    {
        byte[] rgba = new byte[4 * width * height];
        renderer.Resize(width, height);
        renderer.Render(frame);
        renderer.ReadPixels(rgba);
        return rgba;
    }

    /// <summary>ln of the normalised density exp(−½ ((|z| − 2)/0.4)²) (exp(−½ ((x − 2)/0.6)²) + exp(−½ ((x + 2)/0.6)²)).</summary>
    private static float[] LogRing(int side)
    {
        double[] log = new double[side * side];
        double sum = 0;
        double step = 8.0 / side;
        for (int cell = 0; cell < log.Length; cell++)
        {
            double x = -4 + (((cell % side) + 0.5) * step);
            double y = -4 + (((cell / side) + 0.5) * step);
            double ring = (Math.Sqrt((x * x) + (y * y)) - 2) / 0.4;
            log[cell] = (-0.5 * ring * ring)
                + Math.Log(Math.Exp(-0.5 * Math.Pow((x - 2) / 0.6, 2)) + Math.Exp(-0.5 * Math.Pow((x + 2) / 0.6, 2)));
            sum += Math.Exp(log[cell]) * step * step;
        }

        return Array.ConvertAll(log, value => (float)(value - Math.Log(sum)));
    }

    /// <summary>Particles of that density: each goes to the cell in which a uniform number falls.</summary>
    private static uint[] Draw(float[] logDensity, int side, int particles)
    {
        double[] cumulated = new double[logDensity.Length];
        double sum = 0;
        for (int cell = 0; cell < cumulated.Length; cell++)
        {
            sum += Math.Exp(logDensity[cell]) * 64 / (side * side);
            cumulated[cell] = sum;
        }

        System.Random random = new(1);
        uint[] counts = new uint[logDensity.Length];
        for (int particle = 0; particle < particles; particle++)
        {
            int cell = Array.BinarySearch(cumulated, random.NextDouble() * sum);
            counts[cell < 0 ? ~cell : cell]++;
        }

        return counts;
    }
}
