namespace RealtimeFlow.App.Live;

/// <summary>Something that a person can do by a key, in some view.</summary>
/// <param name="Name">For scripts: one word, small letters and hyphens.</param>
/// <param name="Label">For people, on a button: a word or two.</param>
/// <param name="Description">For people, in the help: what it does.</param>
/// <param name="Group">Where it stands.</param>
/// <param name="Chords">The keys, the first of them shown.</param>
internal abstract record KeyCommand(string Name, string Label, string Description, CommandGroup Group, IReadOnlyList<Chord> Chords)
{
    /// <summary>The keys, for people: each way once.</summary>
    public string Keys { get; } = string.Join(", ", Chords.Select(chord => chord.ToString()).Distinct().Take(2));
}
