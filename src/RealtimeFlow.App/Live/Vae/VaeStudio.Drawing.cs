using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live.Vae;

/// <content>What is drawn, and what the pointer does to it.</content>
internal sealed partial class VaeStudio
{
    private const string Hint = "H help   space pause   ← → image   point at an image";

    /// <inheritdoc/>
    public void Draw()
    {
        // Twice: what is wanted at the bottom goes by the size of letters, which goes by that of the picture.
        Renderer.Arrange(Frame());
        FrameInfo frame = Frame();
        Renderer.Arrange(frame);
        FrameLayout layout = Renderer.Layout;
        foreach (ModelPictures pictures in _pictures)
        {
            pictures.Posterior?.Fit(layout.Panels[1].Width);
        }

        _drawing.Begin(layout);
        DrawOverPanels(layout);
        if (State.HasCurves)
        {
            _curves.Draw(_drawing, layout);
        }

        if (State.HasHelp)
        {
            _help.Draw(_drawing, layout, VaeCommands.Help);
        }

        _notice.Draw(_drawing, layout);
        Renderer.Render(frame);
        Frames++;
    }

    /// <inheritdoc/>
    public void Handle(in InputEvent input)
    {
        switch (input.Kind)
        {
            case InputKind.KeyDown:
            case InputKind.KeyRepeat when input.Key is Key.Left or Key.Right or Key.PageUp or Key.PageDown or Key.Period or Key.E:
                Press(input);
                break;
            case InputKind.PointerMove:
                _pointer = (input.X, input.Y);
                LookAt();
                break;
            case InputKind.ButtonDown when State.HasHelp:
                Set(State with { HasHelp = false });
                break;
            case InputKind.Scroll when State.HasHelp:
                _help.Scroll(input.Y);
                break;
            case InputKind.Scroll:
                Look(-Math.Sign(input.Y));
                break;
            default:
                break;
        }
    }

    private void Press(in InputEvent input)
    {
        // What belongs to the system is not ours.
        if ((input.Modifiers & (KeyModifiers.Control | KeyModifiers.Alt | KeyModifiers.Super)) == 0)
        {
            VaeCommands.Keys.Find(input.Key, (input.Modifiers & KeyModifiers.Shift) != 0)?.Do(this);
        }
    }

    /// <summary>The image under the pointer, or what a model made of it, is the one that is looked at.</summary>
    private void LookAt()
    {
        if (Renderer.Layout.At(_pointer.X, _pointer.Y) is PlanePoint point && point.Panel % PanelsOfModel == 0)
        {
            int column = (int)(point.X * ModelPictures.Across), row = (int)((1 - point.Y) * ModelPictures.Across);
            int image = (State.Image / ModelPictures.Page * ModelPictures.Page) + (row / 2 * ModelPictures.Across) + column;
            if (image < _subject.HeldOut.Count)
            {
                Set(State with { Image = image });
            }
        }
    }

    private int PanelsOfModel => _pictures[0].PanelCount;

    private FrameInfo Frame() => new()
    {
        Panels = _panels,
        Columns = PanelsOfModel,
        Exposure = MathF.Pow(2, -(float)State.Stops),
        Scale = State.Scale,
        ColorMap = State.ColorMap,
        Hud = _readout.Text,
        Footer = State.HasNumbers ? Hint : default,
        BottomHeight = State.HasCurves ? VaeCurves.Height(Renderer.Layout.Character) : 0,
        ContentScale = ContentScale,
        Drawing = _drawing,
    };

    private void DrawOverPanels(FrameLayout layout)
    {
        for (int i = 0; i < _pictures.Length; i++)
        {
            int panel = i * PanelsOfModel;
            DrawChoice(layout, panel);
            if (_pictures[i].Posterior is PosteriorPictures posterior)
            {
                DrawView(layout, panel + 3, posterior.View);
            }
        }
    }

    /// <summary>A frame about the image that is looked at and what the model makes of it.</summary>
    private void DrawChoice(FrameLayout layout, int panel)
    {
        const float step = 1f / ModelPictures.Across;
        (int row, int column) = Math.DivRem(State.Image % ModelPictures.Page, ModelPictures.Across);
        _drawing.InPanel(panel);
        _drawing.Outline(column * step, 1 - ((row + 1) * 2 * step), step, 2 * step, 2 * layout.Scale, StudioColors.Accent);
        _drawing.InPixels();
    }

    /// <summary>The part of the latent plane that the posteriors show, on the manifold.</summary>
    private void DrawView(FrameLayout layout, int panel, PlaneView view)
    {
        _drawing.InPanel(panel);
        _drawing.Outline(view.Left, view.Bottom, view.Right - view.Left, view.Top - view.Bottom, 2 * layout.Scale, StudioColors.Accent);
        _drawing.InPixels();
    }
}
