using System.Globalization;
using RealtimeFlow.Engine;

namespace RealtimeFlow.Rendering;

/// <summary>
/// A colour bar with numbers beneath it, at the bottom right. It is a panel like the others, so that it shows what the renderer does
/// and not what it should do.
/// </summary>
internal sealed class Legend
{
    /// <summary>Its panel is drawn at this exposure.</summary>
    internal const float Exposure = 1;

    // In characters: the bar, and what stands before and behind it where there is room, with a space.
    private const int BarColumns = 20, CaptionColumns = 11, EndColumns = 10, GapColumns = 2;

    private static readonly NumberFormatInfo Numbers = new() { NegativeSign = "−" };

    private readonly PanelKind _kind;
    private readonly Label[] _labels = [new(), new(), new()];
    private readonly Label _end = new();
    private readonly float[] _values = new float[ColorTable.Entries];
    private DensityScale? _valuesOf;

    internal Legend(PanelKind kind)
    {
        _kind = kind;
        PlaneView view = new(0, 1, 0, 1);
        Panel = kind == PanelKind.Difference
            ? Panel.OfDifference("", _values, _values.Length, 1, view)
            : Panel.OfLogDensity("", _values, _values.Length, 1, view);
    }

    /// <summary>The bar's pixels; empty where there is nothing to explain, or no room.</summary>
    internal PixelRect Bar { get; private set; }

    /// <summary>Brightness grows evenly along it.</summary>
    internal Panel Panel { get; }

    /// <summary>Whether the frame shows what it explains.</summary>
    internal bool IsNeeded { get; private set; }

    /// <summary>What the numbers are of.</summary>
    internal string Caption { get; private set; } = "";

    /// <summary>What the bar's right end is in the other unit.</summary>
    internal ReadOnlySpan<char> End => _end.Text;

    /// <summary>Whether caption and end have room.</summary>
    internal bool IsFull { get; private set; }

    /// <summary>The numbers beneath the bar: of its left end, of a place on it, of its right end; each with that place as a part of the bar.</summary>
    internal ReadOnlySpan<Label> Labels => _labels;

    /// <summary>Takes in a frame.</summary>
    internal void Update(in FrameInfo frame)
    {
        Bar = default;
        IsNeeded = false;
        foreach (ref readonly Panel panel in frame.Panels)
        {
            IsNeeded |= panel.Kind == _kind || (panel.Kind == PanelKind.Counts && _kind == PanelKind.LogDensity);
        }

        if (!IsNeeded)
        {
            return;
        }

        double exposure = frame.ExposureOf(_kind);
        double nats = Math.Log(exposure);
        ToneCurve curve = ToneCurve.Of(_kind, frame.Scale);
        if (_kind == PanelKind.Difference)
        {
            Caption = "difference";
            _labels[0].Set("", -exposure, "G3", "", 0);
            _labels[1].Set("", 0, "G3", "", 0.5);
            _labels[2].Set("+", exposure, "G3", "", 1);
            _end.Set("", 0, "", "", 1);
        }
        else if (frame.Scale == DensityScale.Logarithmic)
        {
            double middle = Math.Round(nats - (ToneCurve.Nats / 2));
            Caption = "ln density";
            _labels[0].Set("", nats - ToneCurve.Nats, "F1", "", 0);
            _labels[1].Set("", middle, "F0", "", curve.Brightness(Math.Exp(middle - nats)));
            _labels[2].Set("", nats, "F1", " nats", 1);
            _end.Set("= ln ", exposure, "G3", "", 1);
        }
        else
        {
            double middle = OneDigit(exposure * curve.Relative(0.5));
            Caption = "density";
            _labels[0].Set("", 0, "G3", "", 0);
            _labels[1].Set("", middle, "G1", "", curve.Brightness(middle / exposure));
            _labels[2].Set("", exposure, "G3", "", 1);
            _end.Set("", nats, "F1", " nats", 1);
        }

        FillValues(frame.Scale, curve);
    }

    /// <summary>The characters that it is wide.</summary>
    internal int Columns(bool isFull) => !IsNeeded ? 0 : BarColumns + GapColumns + (isFull ? CaptionColumns + EndColumns : 0);

    /// <summary>Takes its place left of a pixel.</summary>
    /// <param name="right">Where it ends.</param>
    /// <param name="top">The upper edge of its two lines.</param>
    /// <param name="isFull">Whether there is room for what stands beside the bar.</param>
    /// <param name="character">Its size.</param>
    internal void Place(int right, int top, bool isFull, (int Width, int Height) character)
    {
        int barRight = right - (isFull ? EndColumns * character.Width : 0);
        Bar = new PixelRect(barRight - (BarColumns * character.Width), top + (character.Height / 4), BarColumns * character.Width, character.Height / 2);
        IsFull = isFull;
    }

    /// <summary>Its first digit, rounded, with the others 0.</summary>
    private static double OneDigit(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Math.Round(value / unit) * unit;
    }

    private void FillValues(DensityScale scale, in ToneCurve curve)
    {
        if (_valuesOf == scale)
        {
            return;
        }

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

    /// <summary>A number in words, written without allocation.</summary>
    internal sealed class Label
    {
        private readonly char[] _text = new char[32];
        private int _length;

        internal ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

        /// <summary>From 0, the bar's left end, to 1.</summary>
        internal double Place { get; private set; }

        /// <param name="before">What stands before the number.</param>
        /// <param name="number">The number.</param>
        /// <param name="format">How it is written; empty for no text at all.</param>
        /// <param name="behind">What stands behind it.</param>
        /// <param name="place">Where on the bar it belongs.</param>
        internal void Set(string before, double number, string format, string behind, double place)
        {
            Place = place;
            _length = 0;
            if (format.Length > 0)
            {
                before.CopyTo(_text);
                number.TryFormat(_text.AsSpan(before.Length), out int digits, format, Numbers);
                behind.CopyTo(_text.AsSpan(before.Length + digits));
                _length = before.Length + digits + behind.Length;
            }
        }
    }
}
