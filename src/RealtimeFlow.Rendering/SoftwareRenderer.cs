using System.Runtime.InteropServices;

namespace RealtimeFlow.Rendering;

/// <summary>Draws frames on the CPU; needs nothing but memory.</summary>
public sealed class SoftwareRenderer : IFrameRenderer
{
    // A band is worth waking a thread for.
    private const int LeastBandRows = 32;

    private readonly IWorkers? _workers;
    private readonly Bands _bands;
    private readonly Overlay _overlay = new();
    private uint[] _pixels = [];
    private int _width;
    private int _height;

    /// <summary>Makes one; the picture has no size before <see cref="Resize"/>.</summary>
    /// <param name="workers">Threads that share a frame's work; the calling thread alone if null. The picture is the same.</param>
    public SoftwareRenderer(IWorkers? workers = null)
    {
        _workers = workers;
        _bands = new Bands(this, workers?.Count ?? 1);
    }

    /// <summary>The last drawn picture, red in the lowest byte, the top row first.</summary>
    internal ReadOnlySpan<uint> Pixels => _pixels.AsSpan(0, _width * _height);

    /// <inheritdoc/>
    public FrameLayout Layout { get; } = new();

    /// <inheritdoc/>
    public void Resize(int width, int height)
    {
        FrameSize.Check(width, height);
        _width = width;
        _height = height;
        Buffers.Grow(ref _pixels, (width * height) + ShapePainter.Excess);
    }

    /// <inheritdoc/>
    public void Arrange(in FrameInfo frame)
    {
        frame.Validate();
        Layout.Update(_width, _height, frame);
    }

    /// <inheritdoc/>
    public void Render(in FrameInfo frame)
    {
        Arrange(frame);
        if (_width == 0 || _height == 0)
        {
            return;
        }

        foreach (ref readonly Panel panel in frame.Panels)
        {
            if (panel.Grid != null)
            {
                throw new ArgumentException($"The grid of '{panel.Title}' lies on the GPU: FlowRenderer draws it.");
            }
        }

        _overlay.Compose(Layout, frame);
        _bands.Take(frame);
        try
        {
            if (_bands.Count == 1)
            {
                _bands.Do(0, 0);
            }
            else
            {
                _workers!.Run(_bands, _bands.Count);
            }
        }
        finally
        {
            _bands.GiveBack();
        }
    }

    /// <inheritdoc/>
    public void ReadPixels(Span<byte> rgba)
    {
        FrameSize.CheckRoom(rgba, _width, _height);
        MemoryMarshal.AsBytes(Pixels).CopyTo(rgba);
    }

    /// <summary>Does nothing: all memory is managed.</summary>
    public void Dispose()
    {
    }

    /// <summary>A frame's work in bands of rows, each drawn from the background to the last shape.</summary>
    private sealed class Bands : IShardedWork
    {
        private readonly SoftwareRenderer _renderer;
        private readonly PanelPainter[] _painters;
        private readonly Panel[] _panels = new Panel[FrameInfo.MaxPanels];
        private readonly ToneTable _densityTones = new(), _differenceTones = new();
        private int _panelCount;
        private float _exposure;
        private float _differenceExposure;
        private DensityScale _scale;
        private Drawing? _drawing;

        internal Bands(SoftwareRenderer renderer, int workers)
        {
            _renderer = renderer;
            _painters = new PanelPainter[workers];
            for (int worker = 0; worker < workers; worker++)
            {
                _painters[worker] = new PanelPainter();
            }
        }

        internal void Take(in FrameInfo frame)
        {
            frame.Panels.CopyTo(_panels);
            _panelCount = frame.Panels.Length;
            (_exposure, _differenceExposure) = (frame.Exposure, frame.ExposureOf(PanelKind.Difference));
            (_scale, _drawing) = (frame.Scale, frame.Drawing);
            _densityTones.Fill(frame.ColorMap, ToneCurve.Of(_scale), isSigned: false);
            _differenceTones.Fill(frame.ColorMap, ToneCurve.Of(PanelKind.Difference, _scale), isSigned: true);
        }

        /// <summary>Keeps nothing of the caller's memory.</summary>
        internal void GiveBack()
        {
            _panels.AsSpan(0, _panelCount).Clear();
            _drawing = null;
        }

        /// <summary>One for each thread. In a picture narrower than what is drawn at a time a band would reach into the next one.</summary>
        internal int Count => _renderer._width <= ShapePainter.Excess ? 1 : Math.Clamp(_renderer._height / LeastBandRows, 1, _painters.Length);

        public void Do(int shard, int worker)
        {
            int top = _renderer._height * shard / Count;
            int bottom = _renderer._height * (shard + 1) / Count;
            FrameLayout layout = _renderer.Layout;
            int width = _renderer._width;
            Span<uint> pixels = _renderer._pixels.AsSpan(0, (width * _renderer._height) + ShapePainter.Excess);
            pixels[(top * width)..(bottom * width)].Fill(Palette.Background);
            for (int index = 0; index < _panelCount; index++)
            {
                float exposure = _panels[index].Kind == PanelKind.Difference ? _differenceExposure : _exposure;
                PaintPanel(_panels[index], layout.Panels[index], exposure, pixels, top, bottom, worker);
            }

            foreach (Legend legend in layout.Legends)
            {
                PaintPanel(legend.Panel, legend.Bar, Legend.Exposure, pixels, top, bottom, worker);
            }

            ShapePainter painter = new(pixels, width, top, bottom);
            painter.Paint(_renderer._overlay.Drawing);
            if (_drawing != null)
            {
                painter.Paint(_drawing);
            }
        }

        private void PaintPanel(in Panel panel, PixelRect rect, float exposure, Span<uint> pixels, int top, int bottom, int worker)
        {
            ToneTable tones = panel.Kind == PanelKind.Difference ? _differenceTones : _densityTones;
            _painters[worker].Paint(panel, rect, exposure, ToneCurve.Of(panel.Kind, _scale), tones, pixels, _renderer._width, top, bottom);
        }
    }
}
