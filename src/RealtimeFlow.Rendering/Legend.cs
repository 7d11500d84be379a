namespace RealtimeFlow.Rendering;

/// <summary>The colour bar. It is a panel like the others, so that it shows what the renderer does and not what it should do.</summary>
internal static class Legend
{
    /// <summary>Its panel is drawn at this exposure.</summary>
    internal const float Exposure = 1;

    /// <summary>Columns of text that the bar is wide.</summary>
    internal const int Columns = 12;

    /// <summary>What stands before the bar: its name and the density at its left end.</summary>
    internal const string Caption = "density 0 ";

    /// <summary>Brightness t grows evenly from left to right: the density, by the inverse of the tone curve, is ((1 + k)^t − 1) / k.</summary>
    internal static readonly Panel Panel = MakePanel();

    private static Panel MakePanel()
    {
        float[] logDensity = new float[ColorTable.Entries];
        for (int entry = 0; entry < logDensity.Length; entry++)
        {
            double brightness = entry / (logDensity.Length - 1.0);
            logDensity[entry] = (float)Math.Log((Math.Pow(1 + ToneCurve.Contrast, brightness) - 1) / ToneCurve.Contrast);
        }

        return Panel.OfLogDensity("", logDensity, logDensity.Length, 1, new ViewBox(0, 1, 0, 1));
    }
}
