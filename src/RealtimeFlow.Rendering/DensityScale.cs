namespace RealtimeFlow.Rendering;

/// <summary>How brightness grows with density.</summary>
public enum DensityScale
{
    /// <summary>ln(1 + 20 d/exposure) / ln 21: linear near 0, where it has 6.6 times the contrast of a linear map, and gentle towards the exposure.</summary>
    Linear,

    /// <summary>1 + ln(d/exposure) / 12: from 12 nats below the exposure, all below being dark, to the exposure. Shows what tails are like.</summary>
    Logarithmic,
}
