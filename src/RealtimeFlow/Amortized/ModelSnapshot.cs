namespace RealtimeFlow.Amortized;

/// <summary>What the models of a <see cref="LiveModels"/> have reached, between two steps.</summary>
public sealed class ModelSnapshot
{
    internal ModelSnapshot(IReadOnlyList<AmortizedTrainer> trainers) => Models = [.. trainers.Select(trainer => new LiveModel(trainer.Model))];

    /// <summary>Steps so far, alike in all models.</summary>
    public long Steps { get; internal set; }

    /// <summary>How often all images were seen.</summary>
    public double Epochs { get; internal set; }

    /// <summary>β of the next step.</summary>
    public double Beta { get; internal set; }

    /// <summary>The models, in their order.</summary>
    public IReadOnlyList<LiveModel> Models { get; }
}

/// <summary>What one model has reached.</summary>
public sealed class LiveModel
{
    private readonly float[] _parameters;

    internal LiveModel(LatentGaussianModel shape) => (Shape, _parameters) = (shape, new float[shape.ParameterCount]);

    /// <summary>The model without its numbers.</summary>
    public LatentGaussianModel Shape { get; }

    /// <summary>Its block.</summary>
    public ReadOnlyMemory<float> Parameters => _parameters;

    /// <summary>What its trainer has counted and reported.</summary>
    public AmortizedState State { get; private set; } = AmortizedState.Beginning;

    /// <summary>How well it explains the images that are held out, the last time that was looked at.</summary>
    public AmortizedEvaluation HeldOut { get; private set; }

    internal void Take(AmortizedTrainer trainer, in AmortizedEvaluation heldOut)
    {
        trainer.Parameters.CopyTo(_parameters);
        (State, HeldOut) = (trainer.State, heldOut);
    }
}
