namespace RealtimeFlow.Inference;

/// <summary>How the learning rate goes on after the warm-up.</summary>
public enum RateSchedule
{
    /// <summary>Half a cosine down to a final share.</summary>
    Cosine,

    /// <summary>The same to the end.</summary>
    Constant,
}
