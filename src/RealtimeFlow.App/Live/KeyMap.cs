using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>Which command a key has.</summary>
/// <param name="commands">All commands; no two have the same key.</param>
internal sealed class KeyMap<TCommand>(IEnumerable<TCommand> commands)
    where TCommand : KeyCommand
{
    private readonly Dictionary<Chord, TCommand> _byChord = commands.SelectMany(command => command.Chords.Select(chord => (chord, command))).ToDictionary();

    /// <summary>What a key does, or null. A key that has no meaning with Shift has the one without.</summary>
    public TCommand? Find(Key key, bool shift) =>
        _byChord.GetValueOrDefault(new Chord(key, shift)) ?? (shift ? _byChord.GetValueOrDefault(new Chord(key)) : null);
}
