using RealtimeFlow.App.Live;
using RealtimeFlow.Rendering;
using RealtimeFlow.Targets;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Recording;

/// <summary>
/// A guided tour of the studio: the keys, the wheel and the hand of a person, at fixed times. What is learned changes, a mode is dragged
/// and the flow follows, the layers are gone through, the plane is seen bent.
/// </summary>
internal sealed class Tour
{
    // The part of a drag in which the hand moves; then the flow is watched.
    private const double HandMoves = 0.5;

    private readonly Studio _studio;
    private readonly Scene[] _scenes;
    private int _next;
    private double _began;
    private (double X, double Y) _taken;

    /// <param name="studio">A fresh one.</param>
    public Tour(Studio studio)
    {
        _studio = studio;
        _scenes =
        [
            new(4, $"a flow of {studio.Layers} layers learns a density", () => Do("u1")),
            new(3.5, "another one: keys 1 to 9", () => Do("u2")),
            new(4.5, "eight modes", () =>
            {
                Do("eight-gaussians");
                Do("particles");
            }),
            new(5.5, "a mode is dragged, and the flow follows", TakeHold, Drag),
            new(6, "through the layers by the wheel: every moment is an exact density", LetGo, Scrub),
            new(4, "what the layers do to the plane", () =>
            {
                Do("whole");
                Do("u4");
                Do("grid");
            }),
            new(3.5, "and as logarithms, in nats", () =>
            {
                Do("grid");
                Do("logarithmic");
                Do("colors");
            }),
        ];
    }

    /// <summary>Its length.</summary>
    public double Seconds => _scenes.Sum(scene => scene.Seconds);

    /// <summary>Does what a person does up to a time, which never lies before the last one.</summary>
    public void Advance(double time)
    {
        while (_next < _scenes.Length && time >= _began + (_next == 0 ? 0 : _scenes[_next - 1].Seconds))
        {
            _began += _next == 0 ? 0 : _scenes[_next - 1].Seconds;
            Scene scene = _scenes[_next++];
            scene.Begin();
            _studio.Say(scene.Words);
        }

        Scene now = _scenes[_next - 1];
        now.Go?.Invoke(Math.Min(1, (time - _began) / now.Seconds));
    }

    private void Do(string command) => StudioCommands.Named(command).Do(_studio);

    /// <summary>Takes the target's handle that is highest.</summary>
    private void TakeHold()
    {
        FrameLayout layout = _studio.Renderer.Layout;
        EditableTarget target = _studio.Subject.Editable!;
        TargetHandle handle = Enumerable.Range(0, target.HandleCount).Select(target.Handle).MaxBy(handle => handle.Y);
        _taken = layout.ToPixels(new PlanePoint(_studio.TargetPanel, handle.X, handle.Y));
        Move(_taken.X, _taken.Y);
        _studio.Handle(new InputEvent(InputKind.ButtonDown, 0, KeyModifiers.None, 0, 0));
    }

    /// <summary>From the top down, a third of the panel.</summary>
    private void Drag(double share)
    {
        double moved = Math.Min(1, share / HandMoves), smooth = moved * moved * (3 - (2 * moved));
        double reach = _studio.Renderer.Layout.Panels[_studio.TargetPanel].Width / 3.0;
        Move(_taken.X, _taken.Y + (reach * smooth));
    }

    private void LetGo() => _studio.Handle(new InputEvent(InputKind.ButtonUp, 0, KeyModifiers.None, 0, 0));

    /// <summary>From the whole flow to its base and back, by the wheel.</summary>
    private void Scrub(double share)
    {
        double depth = _studio.Layers * Math.Abs(1 - (2 * Math.Min(1, share * 1.1)));
        double notches = (depth - (_studio.Depth ?? _studio.Layers)) / Studio.DepthStep;
        _studio.Handle(new InputEvent(InputKind.Scroll, 0, KeyModifiers.None, 0, notches));
    }

    private void Move(double x, double y) => _studio.Handle(new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, x, y));

    /// <summary>A part of the tour.</summary>
    /// <param name="Seconds">Its length.</param>
    /// <param name="Words">What is said of it.</param>
    /// <param name="Begin">What a person does at its beginning.</param>
    /// <param name="Go">What is done meanwhile, at a share of it from 0 to 1.</param>
    private sealed record Scene(double Seconds, string Words, Action Begin, Action<double>? Go = null);
}
