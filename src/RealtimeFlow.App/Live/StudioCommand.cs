namespace RealtimeFlow.App.Live;

/// <summary>What commands stand together in the help and in the control panel.</summary>
internal enum CommandGroup
{
    /// <summary>What is learned.</summary>
    Targets,

    /// <summary>How training goes.</summary>
    Training,

    /// <summary>How deep into the flow one looks.</summary>
    Depth,

    /// <summary>What is shown.</summary>
    Views,

    /// <summary>How it is coloured.</summary>
    Colors,

    /// <summary>What stands around the pictures, and files.</summary>
    Studio,
}

/// <summary>Something that a person can do in the studio by a key, and perhaps by a button.</summary>
/// <param name="Name">For scripts: one word, small letters and hyphens.</param>
/// <param name="Label">For people, on a button: a word or two.</param>
/// <param name="Description">For people, in the help: what it does.</param>
/// <param name="Group">Where it stands.</param>
/// <param name="Chords">The keys, the first of them shown.</param>
/// <param name="Do">Does it.</param>
/// <param name="IsOn">Whether what it switches is on; null where it switches nothing.</param>
internal sealed record StudioCommand(
    string Name,
    string Label,
    string Description,
    CommandGroup Group,
    IReadOnlyList<Chord> Chords,
    Action<Studio> Do,
    Func<StudioState, bool>? IsOn = null)
    : KeyCommand(Name, Label, Description, Group, Chords);
