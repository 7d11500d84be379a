namespace RealtimeFlow.Amortized;

/// <summary>
/// What a grey pixel g, 0 to 255, becomes. The three give likelihoods that cannot be compared with each other, nor with those of images that
/// were cut at a threshold, of which far less is left to explain.
/// </summary>
public enum Binarization
{
    /// <summary>
    /// 1 with probability g/255, else 0, drawn once and for all from (seed, image, pixel): as in R. Salakhutdinov, I. Murray, <i>On the
    /// quantitative analysis of deep belief networks</i>, ICML 2008, though not their draw.
    /// </summary>
    Static,

    /// <summary>The same, drawn anew each epoch: the model sees more images, and overfits less.</summary>
    Dynamic,

    /// <summary>g/255 itself, for a likelihood of grey values.</summary>
    None,
}
