using System.Runtime.InteropServices;

namespace RealtimeFlow.App;

/// <summary>Turns Ctrl-C, a request to terminate and a terminal that closes into a token, so that work ends where it is whole.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption()
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>Cancelled once somebody asked for the end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What is told of a run that was interrupted.</summary>
    /// <param name="steps">How far it came.</param>
    /// <param name="model">The file that holds what it learned; or null.</param>
    /// <param name="checkpoint">The file from which it can go on; or null.</param>
    public static string Told(long steps, string? model, string? checkpoint)
    {
        string kept = model == null ? "" : $"; '{model}' holds what was reached";
        string goesOn = checkpoint == null ? "" : $"; --resume '{checkpoint}' goes on from there";
        return FormattableString.Invariant($"rtflow: interrupted after {steps} steps, before the end of the schedule{kept}{goesOn}");
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
