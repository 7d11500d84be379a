using System.Globalization;
using RealtimeFlow.Amortized;

namespace RealtimeFlow.App.Live.Vae;

/// <summary>What a frame has to say, beside what training says.</summary>
/// <param name="FramesPerSecond">The pace.</param>
/// <param name="StepsPerSecond">Training's pace.</param>
internal readonly record struct VaeFacts(double FramesPerSecond, double StepsPerSecond);

/// <summary>The numbers beneath the pictures, written into one buffer: a frame's text allocates nothing.</summary>
internal sealed class VaeReadout
{
    private static readonly NumberFormatInfo Numbers = new() { NaNSymbol = "–", PositiveInfinitySymbol = "∞", NegativeInfinitySymbol = "−∞", NegativeSign = "−" };

    private readonly char[] _text = new char[2048];
    private readonly string _name;
    private readonly string[] _names;
    private readonly string _lastLine;
    private int _length;

    /// <summary>Makes an empty readout.</summary>
    /// <param name="subject">What is learned.</param>
    /// <param name="options">How the view runs.</param>
    public VaeReadout(VaeSubject subject, StudioOptions options)
    {
        _name = subject.Name;
        _names = [.. subject.Models.Select(VaeSubject.NameOf)];
        _lastLine = string.Create(
            CultureInfo.InvariantCulture,
            $"{subject.Models[^1].Latents} latents, {(subject.Models[^1].Posterior.LayerCount == 0 ? "no flow" : subject.Models[^1].Posterior)}, seed {subject.Seed}, {options.Device}");
    }

    /// <summary>The text, for the frame.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>Writes the numbers of a frame.</summary>
    /// <param name="state">What is set.</param>
    /// <param name="snapshot">What training has reached.</param>
    /// <param name="pictures">The pictures of its models.</param>
    /// <param name="facts">What the frame has to say.</param>
    public void Write(VaeState state, ModelSnapshot snapshot, ReadOnlySpan<ModelPictures> pictures, in VaeFacts facts)
    {
        _length = 0;
        if (!state.HasNumbers)
        {
            return;
        }

        string step = state.IsPaused ? "paused at" : "step";
        _text.AsSpan().TryWrite(
            Numbers,
            $"{_name}, {step}\t{snapshot.Steps:N0}\tepochs\t{snapshot.Epochs:F2}\tsteps/s\t{facts.StepsPerSecond:F0}\timage\t{state.Image:N0}\n",
            out _length);
        for (int i = 0; i < pictures.Length; i++)
        {
            LiveModel model = snapshot.Models[i];
            _text.AsSpan(_length).TryWrite(
                Numbers,
                $"{_names[i]} F held out\t{model.HeldOut.FreeEnergy:F2}",
                out int written);
            _length += written;
            if (pictures[i].Posterior is PosteriorPictures posterior)
            {
                _text.AsSpan(_length).TryWrite(
                    Numbers,
                    $"\tF(x)\t{posterior.Divergence - posterior.LogEvidence:F2}\t−ln p(x)\t{-posterior.LogEvidence:F2}\tKL(q‖p)\t{posterior.Divergence:F3}",
                    out written);
                _length += written;
            }

            _text[_length++] = '\n';
        }

        _text.AsSpan(_length).TryWrite(Numbers, $"{facts.FramesPerSecond:F0} frames/s, {_lastLine}", out int last);
        _length += last;
    }
}
