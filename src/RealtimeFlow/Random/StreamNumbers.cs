namespace RealtimeFlow.Random;

/// <summary>Which stream of a seed serves what. Each is independent of the others, so that no estimate sees the noise it was trained on.</summary>
public static class StreamNumbers
{
    /// <summary>Samples that people ask for.</summary>
    public const ulong Samples = 0;

    /// <summary>The noise of training steps.</summary>
    public const ulong Training = 1;

    /// <summary>Initial parameters.</summary>
    public const ulong Initialization = 2;

    /// <summary>The particles on the screen.</summary>
    public const ulong Particles = 3;

    /// <summary>Estimates made while training, which decide when it stops.</summary>
    public const ulong Monitoring = 4;

    /// <summary>The estimate that is reported.</summary>
    public const ulong Evaluation = 5;

    /// <summary>Which rows of a data set each training step sees.</summary>
    public const ulong Minibatches = 6;

    /// <summary>Which rows of a data set are held out.</summary>
    public const ulong Split = 7;

    /// <summary>The rows of made-up data.</summary>
    public const ulong Data = 8;

    /// <summary>Which pixels of grey images are white, in epoch 0; later epochs follow, so that nothing else may come behind this.</summary>
    public const ulong Binarization = 1UL << 32;
}
