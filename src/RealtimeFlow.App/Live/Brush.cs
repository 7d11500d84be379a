using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Live;

/// <summary>Paints a picture's pixels: soft at its edge, and evenly along a stroke, however fast the hand.</summary>
internal sealed class Brush
{
    // Of the picture's longer side.
    private const float RadiusShare = 0.06f;

    // The share of the way that a touch takes a pixel.
    private const float Strength = 0.5f;

    // Pixels are never darker than this share of the brightest: a picture all of black is no density.
    private const float Floor = 1e-4f;

    private float[] _pixels = [];
    private (float X, float Y)? _last;

    /// <summary>Its radius, in units of the plane.</summary>
    public static float Radius(ImageDensity picture) => RadiusShare * Math.Max(picture.Width, picture.Height) * picture.PixelSize;

    /// <summary>The next touch begins a stroke.</summary>
    public void Begin() => _last = null;

    /// <summary>Paints from the last place to this one; returns whether that is in the picture at all.</summary>
    /// <param name="picture">What is painted.</param>
    /// <param name="x">Where, on the plane.</param>
    /// <param name="y">Where, on the plane.</param>
    /// <param name="erases">Whether it makes dark.</param>
    public bool Stroke(ImageDensity picture, float x, float y, bool erases)
    {
        if (_pixels.Length != picture.Numbers.Length)
        {
            _pixels = new float[picture.Numbers.Length];
        }

        picture.Numbers.CopyTo(_pixels);
        float full = 0;
        foreach (float pixel in _pixels)
        {
            full = Math.Max(full, pixel);
        }

        // The brightest is 1 again: what is erased again and again does not fade to nothing.
        foreach (ref float pixel in _pixels.AsSpan())
        {
            pixel /= full;
        }

        (float fromX, float fromY) = _last ?? (x, y);
        _last = (x, y);
        float radius = Radius(picture), distance = float.Hypot(x - fromX, y - fromY);
        int touches = Math.Clamp((int)(2 * distance / radius), 1, 64);
        bool changed = false;
        for (int i = 1; i <= touches; i++)
        {
            float share = (float)i / touches;
            changed |= Touch(picture, fromX + (share * (x - fromX)), fromY + (share * (y - fromY)), radius, erases);
        }

        if (changed)
        {
            picture.Set(_pixels);
        }

        return changed;
    }

    private bool Touch(ImageDensity picture, float x, float y, float radius, bool erases)
    {
        bool changed = false;
        for (int row = 0; row < picture.Height; row++)
        {
            float offY = (((0.5f * picture.Height) - row - 0.5f) * picture.PixelSize) - y;
            for (int column = 0; Math.Abs(offY) < radius && column < picture.Width; column++)
            {
                float offX = ((column + 0.5f - (0.5f * picture.Width)) * picture.PixelSize) - x;
                float square = ((offX * offX) + (offY * offY)) / (radius * radius);
                if (square < 1)
                {
                    ref float pixel = ref _pixels[(row * picture.Width) + column];
                    float weight = Strength * (1 - square) * (1 - square);
                    pixel += weight * ((erases ? Floor : 1) - pixel);
                    changed = true;
                }
            }
        }

        return changed;
    }
}
