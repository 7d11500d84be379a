using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>The pictures of one model: images with what it makes of them, samples that walk, and with two latents its manifold and posteriors.</summary>
internal sealed class ModelPictures
{
    /// <summary>Images in a row of the pairs and of the samples.</summary>
    public const int Across = 8;

    /// <summary>Images of a page: each row of them has another beneath.</summary>
    public const int Page = Across * Across / 2;

    /// <summary>Half the side of the square of the latent plane that the manifold shows.</summary>
    public const float ManifoldReach = 3.5f;

    private const int ManifoldAcross = 10;

    private static readonly string[] Names = ["x, decoded", "samples", "manifold", "q(z|x)", "true p(z|x)"];

    private static readonly PlaneView Unit = new(0, 1, 0, 1);
    private static readonly PlaneView Plane = new(-ManifoldReach, ManifoldReach, -ManifoldReach, ManifoldReach);

    private readonly ImageCoder _coder;
    private readonly ImageRows _images;
    private readonly Mosaic _pairs;
    private readonly Mosaic _samples;
    private readonly Mosaic _manifold;
    private readonly PosteriorPictures? _posterior;
    private readonly LatentWalk _walk;
    private readonly float[] _lattice;
    private readonly float[] _codes;
    private readonly float[] _deviations;
    private readonly float[] _pixels;
    private readonly int[] _place = new int[1];
    private readonly ulong _seed;
    private readonly int _latents;
    private readonly string[] _titles;

    /// <param name="model">The model.</param>
    /// <param name="images">The images that it is shown.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="seed">Decides the samples.</param>
    /// <param name="workers">The threads to use.</param>
    public ModelPictures(LatentGaussianModel model, ImageRows images, ImageKind kind, ulong seed, IWorkers workers)
    {
        (_images, _seed, _latents) = (images, seed, model.Latents);
        _coder = new ImageCoder(model, workers);
        _posterior = model.Latents == 2 ? new PosteriorPictures(model, workers) : null;
        _walk = new LatentWalk(Across * Across, model.Latents, seed);
        _pairs = new Mosaic(Across, Across, kind.Height, kind.Width);
        _samples = new Mosaic(Across, Across, kind.Height, kind.Width);
        _manifold = new Mosaic(ManifoldAcross, ManifoldAcross, kind.Height, kind.Width);
        _lattice = model.Latents == 2 ? Lattice() : [];
        (_codes, _deviations) = (new float[Page * model.Latents], new float[Page * model.Latents]);
        _pixels = new float[ImageCoder.Capacity * model.Pixels];
        string name = VaeSubject.NameOf(model);
        _titles = [.. Names.Select(what => $"{name} {what}")];
    }

    /// <summary>The posterior of the image that is looked at; null where there are not two latents.</summary>
    public PosteriorPictures? Posterior => _posterior;

    /// <summary>How many panels it has.</summary>
    public int PanelCount => _posterior == null ? 2 : _titles.Length;

    /// <summary>Lets the samples walk, and decodes them.</summary>
    public void Walk(ReadOnlySpan<float> parameters, double seconds)
    {
        _walk.Advance(seconds);
        Decode(parameters, _walk.Points, _samples);
    }

    /// <summary>Brings the pictures up to date, but for the posterior, of which it does a part.</summary>
    /// <param name="parameters">The model's block.</param>
    /// <param name="image">The image that is looked at.</param>
    /// <param name="points">About how many points of the posterior to do.</param>
    /// <returns>Whether all is up to date.</returns>
    public bool Update(ReadOnlySpan<float> parameters, int image, int points)
    {
        Pair(parameters, image / Page * Page);
        if (_posterior == null)
        {
            return true;
        }

        Decode(parameters, _lattice, _manifold);
        return _posterior.Advance(parameters, _images, image, points);
    }

    /// <summary>Writes the panels, as many as <see cref="PanelCount"/>.</summary>
    public void Show(Span<Panel> panels)
    {
        panels[0] = _pairs.Panel(_titles[0], Unit);
        if (_posterior == null)
        {
            panels[1] = _samples.Panel(_titles[1], Unit);
            return;
        }

        panels[1] = Panel.OfLogDensity(_titles[3], _posterior.Approximate, _posterior.ApproximateSide, _posterior.ApproximateSide, _posterior.View) with { Unit = _posterior.Peak };
        panels[2] = Panel.OfLogDensity(_titles[4], _posterior.True, PosteriorPictures.Side, PosteriorPictures.Side, _posterior.View) with { Unit = _posterior.Peak };
        panels[3] = _manifold.Panel(_titles[2], Plane);
        panels[4] = _samples.Panel(_titles[1], Unit);
    }

    /// <summary>Evenly spaced points, the top row first.</summary>
    private static float[] Lattice()
    {
        float[] points = new float[2 * ManifoldAcross * ManifoldAcross];
        const float step = 2 * ManifoldReach / ManifoldAcross;
        for (int i = 0; i < points.Length / 2; i++)
        {
            points[2 * i] = (((i % ManifoldAcross) + 0.5f) * step) - ManifoldReach;
            points[(2 * i) + 1] = ManifoldReach - (((i / ManifoldAcross) + 0.5f) * step);
        }

        return points;
    }

    /// <summary>The images of a page, and beneath each what the model makes of a sample of its posterior.</summary>
    private void Pair(ReadOnlySpan<float> parameters, int first)
    {
        int count = Math.Min(Page, _images.Count - first);
        Span<float> codes = _codes.AsSpan(0, count * _latents), deviations = _deviations.AsSpan(0, count * _latents);
        _coder.Encode(parameters, _images, first, count, _seed, deviations, deviations, codes);
        _coder.Decode(parameters, codes, _pixels.AsSpan(0, count * _images.Pixels));
        for (int i = 0; i < count; i++)
        {
            _pairs.Put(PlaceOf(i) + Across, PixelsOf(i));
        }

        for (int i = 0; i < Page; i++)
        {
            if (i < count)
            {
                _place[0] = first + i;
                _images.Fill(_place, epoch: 0, _pixels, 1);
                _pairs.Put(PlaceOf(i), _pixels);
            }
            else
            {
                _pairs.Clear(PlaceOf(i));
                _pairs.Clear(PlaceOf(i) + Across);
            }
        }
    }

    private void Decode(ReadOnlySpan<float> parameters, ReadOnlySpan<float> points, Mosaic picture)
    {
        _coder.Decode(parameters, points, _pixels.AsSpan(0, picture.Count * _images.Pixels));
        for (int i = 0; i < picture.Count; i++)
        {
            picture.Put(i, PixelsOf(i));
        }
    }

    private ReadOnlySpan<float> PixelsOf(int image) => _pixels.AsSpan(image * _images.Pixels, _images.Pixels);

    /// <summary>Of an image of the page; that of what the model makes of it is a row further down.</summary>
    private static int PlaceOf(int image) => (image / Across * 2 * Across) + (image % Across);
}
