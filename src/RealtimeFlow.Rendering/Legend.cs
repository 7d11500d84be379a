using System.Globalization;

namespace RealtimeFlow.Rendering;

/// <summary>
/// A colour bar with the numbers of its ends, at the bottom right. It is a panel like the others, so that it shows what the renderer does
/// and not what it should do.
/// </summary>
internal sealed class Legend
{
    /// <summary>Its panel is drawn at this exposure.</summary>
    internal const float Exposure = 1;

    // In characters.
    private const int BarColumns = 12;

    // Numbers differ in length; a bar stands still while its texts have at most so many characters.
    private const int TextStep = 4;

    private static readonly NumberFormatInfo Numbers = new() { NegativeSign = "−" };

    private readonly PanelKind _kind;
    private readonly char[] _caption = new char[64];
    private readonly char[] _end = new char[64];
    private readonly float[] _values = new float[ColorTable.Entries];
    private int _captionLength;
    private int _endLength;
    private DensityScale? _valuesOf;

    internal Legend(PanelKind kind)
    {
        _kind = kind;
        ViewBox view = new(0, 1, 0, 1);
        Panel = kind == PanelKind.Difference
            ? Panel.OfDifference("", _values, _values.Length, 1, view)
            : Panel.OfLogDensity("", _values, _values.Length, 1, view);
    }

    /// <summary>The bar's pixels; empty where there is nothing to explain, or no room.</summary>
    internal PixelRect Bar { get; private set; }

    /// <summary>Brightness grows evenly along it.</summary>
    internal Panel Panel { get; }

    /// <summary>What stands before the bar, and where.</summary>
    internal ReadOnlySpan<char> Caption => _caption.AsSpan(0, _captionLength);

    /// <summary>What stands behind it.</summary>
    internal ReadOnlySpan<char> End => _end.AsSpan(0, _endLength);

    /// <summary>Finds its place left of a pixel; returns where the next one's ends.</summary>
    internal int Place(FrameLayout layout, in FrameInfo frame, int right)
    {
        Bar = default;
        if (!IsNeeded(frame))
        {
            return right;
        }

        Write(frame);
        FillValues(frame.Scale);
        (int width, int height) = layout.Character;
        int barLeft = right - ((Steps(_endLength) + BarColumns) * width);
        int left = barLeft - (Steps(_captionLength) * width);
        if (left < layout.Footer.X + layout.Footer.Width + (2 * width) || left < layout.Margin)
        {
            return right;
        }

        Bar = new PixelRect(barLeft, layout.Footer.Y + (height / 4), BarColumns * width, height / 2);
        return left - (2 * width);
    }

    private static int Steps(int length) => (length + TextStep - 1) / TextStep * TextStep;

    private bool IsNeeded(in FrameInfo frame)
    {
        foreach (ref readonly Panel panel in frame.Panels)
        {
            if (panel.Kind == _kind || (panel.Kind == PanelKind.Counts && _kind == PanelKind.LogDensity))
            {
                return true;
            }
        }

        return false;
    }

    private void Write(in FrameInfo frame)
    {
        float exposure = frame.ExposureOf(_kind);
        double nats = Math.Log(exposure);
        (_captionLength, _endLength) = (0, 0);
        if (_kind == PanelKind.Difference)
        {
            Append(_caption, ref _captionLength, "difference ", -exposure, "G3", " ");
            Append(_end, ref _endLength, " +", exposure, "G3", "");
        }
        else if (frame.Scale == DensityScale.Logarithmic)
        {
            Append(_caption, ref _captionLength, "log-density ", nats - ToneCurve.Nats, "F1", " ");
            Append(_end, ref _endLength, " ", nats, "F1", " nats = ");
            Append(_end, ref _endLength, "", exposure, "G3", "");
        }
        else
        {
            Append(_caption, ref _captionLength, "density ", 0, "G3", " ");
            Append(_end, ref _endLength, " ", exposure, "G3", " = ");
            Append(_end, ref _endLength, "", nats, "F1", " nats");
        }
    }

    private static void Append(char[] line, ref int length, string before, double number, string format, string behind)
    {
        before.CopyTo(line.AsSpan(length));
        length += before.Length;
        number.TryFormat(line.AsSpan(length), out int digits, format, Numbers);
        length += digits;
        behind.CopyTo(line.AsSpan(length));
        length += behind.Length;
    }

    private void FillValues(DensityScale scale)
    {
        if (_valuesOf == scale)
        {
            return;
        }

        ToneCurve curve = ToneCurve.Of(_kind, scale);
        for (int entry = 0; entry < _values.Length; entry++)
        {
            double along = entry / (_values.Length - 1.0);
            double relative = _kind == PanelKind.Difference
                ? Math.Sign(along - 0.5) * curve.Relative(Math.Abs((2 * along) - 1))
                : Math.Log(curve.Relative(along));
            _values[entry] = (float)relative;
        }

        _valuesOf = scale;
    }
}
