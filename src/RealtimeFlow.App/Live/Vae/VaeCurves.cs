using RealtimeFlow.Amortized;
using RealtimeFlow.App.Live.Widgets;
using RealtimeFlow.Rendering;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>How the models have gone, as curves side by side: the last model's bright, that of the first beneath it and fainter.</summary>
internal sealed class VaeCurves
{
    // A point for so many frames: as in the studio.
    private const int FramesAPoint = 6;

    private readonly ScrollingPlot _firstEnergy, _firstDivergence;
    private readonly ScrollingPlot _energy, _divergence;
    private readonly ScrollingPlot _gain = new("F gained", "F2"), _pace = new("steps/s", "F0");
    private readonly ScrollingPlot[] _plots;
    private int _frames;

    /// <param name="subject">What is learned.</param>
    public VaeCurves(VaeSubject subject)
    {
        bool compares = subject.Models.Count > 1;
        string first = VaeSubject.NameOf(subject.Models[0]);
        (_firstEnergy, _firstDivergence) = (new ScrollingPlot(first, "F2"), new ScrollingPlot(first, "F3"));
        _energy = new ScrollingPlot("F held out", "F2") { Beneath = compares ? _firstEnergy : null };
        _divergence = new ScrollingPlot("KL(q‖p(z|x))", "F3") { Beneath = compares ? _firstDivergence : null };
        ScrollingPlot?[] plots = [_energy, compares ? _gain : null, subject.Models[0].Latents == 2 ? _divergence : null, _pace];
        _plots = [.. plots.OfType<ScrollingPlot>()];
    }

    /// <summary>The curves.</summary>
    public IReadOnlyList<ScrollingPlot> Plots => _plots;

    /// <summary>The height that they want.</summary>
    public static int Height((int Width, int Height) character) => 4 * character.Height;

    /// <summary>Takes a frame in.</summary>
    public void Add(ModelSnapshot snapshot, ReadOnlySpan<ModelPictures> pictures, double stepsPerSecond)
    {
        if (_frames++ % FramesAPoint != 0)
        {
            return;
        }

        // What nobody has learned yet is far above all else.
        double first = snapshot.Steps < LiveModels.StepsBetweenLooks ? double.NaN : snapshot.Models[0].HeldOut.FreeEnergy;
        double last = snapshot.Steps < LiveModels.StepsBetweenLooks ? double.NaN : snapshot.Models[^1].HeldOut.FreeEnergy;
        _firstEnergy.Add(first);
        _energy.Add(last);
        _gain.Add(first - last);
        _firstDivergence.Add(pictures[0].Posterior?.Divergence ?? double.NaN);
        _divergence.Add(pictures[^1].Posterior?.Divergence ?? double.NaN);
        _pace.Add(stepsPerSecond);
    }

    /// <summary>Draws them into the room there is.</summary>
    public void Draw(Drawing drawing, FrameLayout layout)
    {
        PixelRect room = layout.Bottom;
        int gap = layout.Character.Width, width = (room.Width - ((_plots.Length - 1) * gap)) / _plots.Length;
        for (int i = 0; i < _plots.Length; i++)
        {
            _plots[i].Draw(drawing, layout, new PixelRect(room.X + (i * (width + gap)), room.Y, width, room.Height - (layout.Character.Height / 2)));
        }
    }
}
