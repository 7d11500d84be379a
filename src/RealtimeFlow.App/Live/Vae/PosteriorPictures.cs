using RealtimeFlow.Amortized;
using RealtimeFlow.Engine;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>
/// The posterior of one image in a model with two latent variables: q(z|x), exact at every pixel by the inverse of the image's own flow, and the
/// true p(z|x), by the decoder at the points of a grid; both over the part of the plane where either is, both of the model at one moment.
/// </summary>
/// <remarks>
/// A pass is some points a frame: first the true posterior over the whole plane, coarsely, which finds the part to look at; then over that part.
/// What is shown changes when a pass is complete.
/// </remarks>
internal sealed class PosteriorPictures
{
    /// <summary>Cells in a row of the true posterior.</summary>
    public const int Side = 64;

    private const int OverviewSide = 32, Draws = 256;

    // Half the side of the whole plane: here the prior is e^−18 of its peak, per coordinate.
    private const float Reach = 6;

    // Where p is below its peak by so many nats it is dark.
    private const float Nats = 6;

    // Room about what is seen; and how much too large a view may be before it shrinks.
    private const float Margin = 1.15f, Slack = 1.25f;

    private readonly ImagePosterior _posterior;
    private readonly PosteriorGrid _overview;
    private readonly PosteriorGrid _grid;
    private readonly float[] _parameters;
    private readonly float[] _draws = new float[2 * Draws];
    private readonly float[] _logDensityOnGrid = new float[Side * Side];
    private float[] _points = [];
    private float[] _logDensity = [];
    private ImageSource? _images;
    private int _image = -1;
    private bool _isUnderWay;
    private PlaneView _view;

    // Whether the view goes by the overview alone: then the next one may be another.
    private bool _isCoarse;

    /// <param name="model">The model.</param>
    /// <param name="workers">The threads to use.</param>
    public PosteriorPictures(LatentGaussianModel model, IWorkers workers)
    {
        _posterior = new ImagePosterior(model, workers);
        (_overview, _grid) = (new PosteriorGrid(model, OverviewSide, workers), new PosteriorGrid(model, Side, workers));
        _parameters = new float[model.ParameterCount];
        True = new float[Side * Side];
    }

    /// <summary>What the pictures show: a square.</summary>
    public PlaneView View { get; private set; } = PlaneView.Square(Reach);

    /// <summary>ln q at every pixel.</summary>
    public float[] Approximate { get; private set; } = [0];

    /// <summary>Pixels in a row of q's picture.</summary>
    public int ApproximateSide { get; private set; } = 1;

    /// <summary>ln p at every point of the grid.</summary>
    public float[] True { get; }

    /// <summary>KL(q‖p(z|x)), in nats; NaN before the first complete pass.</summary>
    public double Divergence { get; private set; } = double.NaN;

    /// <summary>ln p(x), in nats; likewise.</summary>
    public double LogEvidence { get; private set; } = double.NaN;

    /// <summary>The largest density in the pictures: what they are seen relative to, since two models' latent planes cannot be compared.</summary>
    public float Peak { get; private set; } = 1;

    /// <summary>The image of the last complete pass; −1 before the first.</summary>
    public int ShownImage { get; private set; } = -1;

    /// <summary>How fine the picture of q is to be from the next pass on, in pixels to each side.</summary>
    public void Fit(int side)
    {
        if (side > 0 && _logDensity.Length != side * side)
        {
            (_points, _logDensity) = (new float[2 * side * side], new float[side * side]);
            _isUnderWay = false;
        }
    }

    /// <summary>Goes on with a pass, or begins one.</summary>
    /// <param name="parameters">The model's block as it is; a pass is of the one at its beginning.</param>
    /// <param name="images">The images.</param>
    /// <param name="image">Which of them; another one begins a pass anew.</param>
    /// <param name="points">About how many points to do.</param>
    /// <returns>Whether the pass is complete.</returns>
    public bool Advance(ReadOnlySpan<float> parameters, ImageSource images, int image, int points)
    {
        if (!_isUnderWay || _image != image)
        {
            (_images, _isUnderWay) = (images, true);
            if (_image != image)
            {
                (_image, _view) = (image, default);
            }

            parameters.CopyTo(_parameters);
            _posterior.Update(_parameters, images, image);
            _overview.Begin(images, image, PlaneView.Square(Reach));
        }

        if (!_overview.IsComplete)
        {
            points -= _overview.Advance(_parameters, points);
            if (!_overview.IsComplete)
            {
                return false;
            }

            _view = Frame();
            _grid.Begin(_images!, image, _view);
        }

        if (points > 0)
        {
            _grid.Advance(_parameters, points);
        }

        if (_grid.IsComplete)
        {
            Show();
            _isUnderWay = false;
        }

        return _grid.IsComplete;
    }

    /// <summary>The square that holds what there is to see; the last one, where it still does and is not much too large.</summary>
    private PlaneView Frame()
    {
        PlaneView? finer = Finer();
        PlaneView box = Union(BoxOfDraws(), finer ?? BoxOf(_overview));
        float half = Math.Max(box.Right - box.Left, box.Top - box.Bottom) / 2;
        bool holds = !_isCoarse && _view.Left <= box.Left && _view.Right >= box.Right && _view.Bottom <= box.Bottom && _view.Top >= box.Top;
        if (holds && _view.Right - _view.Left <= 2 * Slack * Margin * half)
        {
            return _view;
        }

        _isCoarse = finer == null;
        (float x, float y, float side) = ((box.Left + box.Right) / 2, (box.Bottom + box.Top) / 2, half * Margin);
        return new PlaneView(x - side, x + side, y - side, y + side);
    }

    /// <summary>What the last pass saw of p, at its finer grid, where it saw all that the present overview does.</summary>
    private PlaneView? Finer()
    {
        if (_view == default || !_grid.IsComplete || _grid.View != _view)
        {
            return null;
        }

        float cell = 2 * Reach / OverviewSide, fine = (_view.Right - _view.Left) / Side;
        PlaneView coarse = BoxOf(_overview), box = BoxOf(_grid);
        bool sawAll = coarse.Left >= _view.Left - cell && coarse.Right <= _view.Right + cell && coarse.Bottom >= _view.Bottom - cell && coarse.Top <= _view.Top + cell;
        bool isInside = box.Left > _view.Left + fine && box.Right < _view.Right - fine && box.Bottom > _view.Bottom + fine && box.Top < _view.Top - fine;
        return sawAll && isInside ? box : null;
    }

    private static PlaneView BoxOf(PosteriorGrid grid)
    {
        float least = grid.LogDensity.Max() - Nats, half = (grid.View.Right - grid.View.Left) / grid.Side / 2;
        PlaneView box = Nothing;
        for (int i = 0; i < grid.LogDensity.Length; i++)
        {
            if (grid.LogDensity[i] >= least)
            {
                (float x, float y) = (grid.Points[i], grid.Points[grid.LogDensity.Length + i]);
                box = Union(box, new PlaneView(x - half, x + half, y - half, y + half));
            }
        }

        return box;
    }

    private PlaneView BoxOfDraws()
    {
        _posterior.Flow.Sample(new RandomStream(0, StreamNumbers.Samples), 0, _draws);
        PlaneView box = Nothing;
        for (int i = 0; i < Draws; i++)
        {
            box = Union(box, new PlaneView(_draws[i], _draws[i], _draws[Draws + i], _draws[Draws + i]));
        }

        return box;
    }

    private static PlaneView Nothing =>
        new(float.PositiveInfinity, float.NegativeInfinity, float.PositiveInfinity, float.NegativeInfinity);

    private static PlaneView Union(PlaneView a, PlaneView b) =>
        new(Math.Min(a.Left, b.Left), Math.Max(a.Right, b.Right), Math.Min(a.Bottom, b.Bottom), Math.Max(a.Top, b.Top));

    private void Show()
    {
        _posterior.Flow.LogDensity(_grid.Points, _logDensityOnGrid);
        (Divergence, LogEvidence) = (_grid.Divergence(_logDensityOnGrid), _grid.LogEvidence);
        _grid.LogDensity.CopyTo(True, 0);
        (View, ShownImage) = (_grid.View, _image);

        int side = (int)Math.Sqrt(_logDensity.Length);
        float step = (View.Right - View.Left) / side;
        for (int i = 0; i < _logDensity.Length; i++)
        {
            _points[i] = View.Left + (((i % side) + 0.5f) * step);
            _points[_logDensity.Length + i] = View.Bottom + (((i / side) + 0.5f) * step);
        }

        _posterior.Flow.LogDensity(_points, _logDensity);
        (Approximate, ApproximateSide) = (_logDensity, side);
        float peak = MathF.Exp(Math.Max(_logDensity.Max(), True.Max()));
        Peak = peak is > 0 and < float.PositiveInfinity ? peak : Peak;
    }
}
