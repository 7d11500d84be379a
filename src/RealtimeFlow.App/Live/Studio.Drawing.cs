using System.Globalization;
using RealtimeFlow.App.Live.Overlays;
using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live;

/// <content>What is drawn over and around the pictures.</content>
internal sealed partial class Studio
{
    private const string Hint = "H help   M controls   1–9 targets   space pause";

    private const float LeastExposure = 1e-30f;

    // Of the depth's bar, in characters.
    private const int DepthColumns = 24;

    private readonly char[] _line = new char[64];

    private FrameInfo Frame()
    {
        (int width, int height) = Renderer.Layout.Character;
        int side = State.HasControls ? (ControlPanel.Columns * width) + height : 0;
        return new FrameInfo
        {
            Panels = _pictures.Panels,
            Strip = _pictures.StripCount,
            Exposure = Exposure(1),
            DifferenceExposure = Exposure(0.5f),
            Scale = State.Scale,
            ColorMap = State.ColorMap,
            Hud = _readout.Text,
            Footer = State.Readout == StudioNumbers.None ? default : Hint,
            SideWidth = side,
            BottomHeight = State.HasCurves ? _curves.Height(Renderer.Layout.Width - side - (2 * height), (width, height)) : 0,
            ContentScale = ContentScale,
            Drawing = _drawing,
        };
    }

    /// <summary>The density of full brightness: the peak of what is learned, by the stops that were set.</summary>
    private float Exposure(float share) =>
        Math.Clamp(share * _pictures.Exposure * MathF.Pow(2, -(float)State.Stops), LeastExposure, 1 / LeastExposure);

    /// <summary>Lays the frame out and makes grids as fine as their panels.</summary>
    private void Arrange()
    {
        Renderer.Arrange(Frame());
        if (_pictures.Fit(Renderer.Layout, State, Subject))
        {
            _settled = 0;
        }
    }

    private void DrawOverPanels(FrameLayout layout)
    {
        for (int panel = 0; panel < _pictures.PanelCount; panel++)
        {
            bool isTarget = panel == TargetPanel;
            if (!isTarget)
            {
                if (State.HasGrid)
                {
                    _grid.Draw(_drawing, layout, panel, Subject.UnitX);
                }

                if (State.HasTrajectories)
                {
                    _trajectories.Draw(_drawing, layout, panel, Subject.UnitX);
                }

                if (State.HasLayers)
                {
                    LayerOverlay.Draw(_drawing, layout, panel, Subject.Box, _snapshot, Depth ?? Layers);
                }
            }

            bool hasHandles = isTarget || TargetPanel < 0 || _hand.Panel == panel;
            if (!State.HasBrush && hasHandles && Subject.Editable is { HandleCount: > 0 } target)
            {
                HandleOverlay.Draw(_drawing, layout, panel, target, _hand.Handle);
            }
        }

        _hand.Draw(_drawing, layout);
        DrawDepth(layout);
    }

    /// <summary>The panel that shows what is learned; −1 where none does.</summary>
    internal int TargetPanel => !_pictures.Shows(StudioPanels.Target)
        ? -1
        : (_pictures.Shows(StudioPanels.Particles) ? 1 : 0) + (_pictures.Shows(StudioPanels.Density) ? 1 : 0);

    /// <summary>How far into the flow one looks, where that is not all the way: a bar at the foot of the first panel.</summary>
    private void DrawDepth(FrameLayout layout)
    {
        if (Depth is not double depth || layout.Panels[0].IsEmpty)
        {
            return;
        }

        PixelRect panel = layout.Panels[0];
        (int width, int height) = layout.Character;
        int length = Math.Min(DepthColumns * width, panel.Width - (2 * width)), line = layout.Scale;
        float x = panel.X + width, y = panel.Y + panel.Height - height;
        _drawing.InPixels(panel);
        _drawing.Box(panel.X, y - (1.75f * height), panel.Width, 2.75f * height, StudioColors.Shade);
        _line.AsSpan().TryWrite(CultureInfo.InvariantCulture, $"after {depth:F2} of {Layers} layers", out int written);
        _drawing.Text(_line.AsSpan(0, written), x, y - (1.5f * height), Palette.Value);
        _drawing.Box(x, y - line, length, 2 * line, StudioColors.Track);
        _drawing.Box(x, y - line, (float)(depth / Layers) * length, 2 * line, StudioColors.Accent);
        _drawing.Disc(x + ((float)(depth / Layers) * length), y, 4 * line, StudioColors.Accent);
        _drawing.InPixels();
    }

    private void DrawAround(FrameLayout layout)
    {
        if (State.HasCurves)
        {
            _curves.Draw(_drawing, layout);
        }

        _controls.Panel.Arrange(State.HasControls ? layout.Side : default, layout);
        _controls.Panel.Draw(_drawing, layout);
        if (State.HasHelp)
        {
            _help.Draw(_drawing, layout, StudioCommands.Help);
        }

        _notice.Draw(_drawing, layout);
    }
}
