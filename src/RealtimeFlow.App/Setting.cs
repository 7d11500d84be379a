using System.CommandLine;

namespace RealtimeFlow.App;

/// <summary>An option that sets a part of how something is trained.</summary>
/// <typeparam name="T">All that can be set.</typeparam>
/// <param name="Option">The option.</param>
/// <param name="Apply">Sets its part, where it is given.</param>
internal sealed record Setting<T>(Option Option, Func<ParseResult, T, T> Apply)
    where T : class
{
    /// <summary>Whether the command line has the option.</summary>
    public bool IsGiven(ParseResult parsed) => Options.IsGiven(parsed, Option);
}

/// <summary>Makes settings, and reads all of a command line.</summary>
internal static class Setting
{
    /// <summary>An option with one of the words of an enumeration.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it sets.</param>
    /// <param name="whenAbsent">The default, which help names first.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="spell">What a value is called; null for its name in small letters.</param>
    /// <param name="suits">Which values there are to choose from; null for all.</param>
    public static Setting<T> Word<T, TWord>(
        string name, string description, TWord whenAbsent, Func<T, TWord, T> set, Func<TWord, string>? spell = null, Func<TWord, bool>? suits = null)
        where T : class
        where TWord : struct, Enum
    {
        // The default comes first; the others keep their order.
        TWord[] values = [.. Enum.GetValues<TWord>().Where(suits ?? (_ => true)).OrderBy(value => !value.Equals(whenAbsent))];
        string[] words = [.. values.Select(spell ?? (value => $"{value}".ToLowerInvariant()))];
        Option<string> option = Options.OneOf(name, description, words);
        return new Setting<T>(option, (parsed, all) => set(all, values[Array.IndexOf(words, parsed.GetRequiredValue(option))]));
    }

    /// <summary>A setting of an option's value.</summary>
    public static Setting<T> Of<T, TValue>(Option<TValue> option, Func<T, TValue, T> set)
        where T : class => new(option, (parsed, all) => set(all, parsed.GetValue(option)!));

    /// <summary>A setting of a number that has no value where it is absent.</summary>
    public static Setting<T> Number<T>(Option<double?> option, Func<T, double, T> set)
        where T : class => new(option, (parsed, all) => set(all, parsed.GetValue(option)!.Value));

    /// <summary>What the command line says, and the defaults where it says nothing.</summary>
    public static T Read<T>(this IEnumerable<Setting<T>> settings, ParseResult parsed, T defaults)
        where T : class => settings.Aggregate(defaults, (all, setting) => setting.IsGiven(parsed) ? setting.Apply(parsed, all) : all);

    /// <summary>Refuses a command line that says otherwise than what a run that it resumes was begun with.</summary>
    public static void RequireNoOther<T>(this IEnumerable<Setting<T>> settings, ParseResult parsed, T begun, string file)
        where T : class
    {
        if (settings.FirstOrDefault(setting => setting.IsGiven(parsed) && !setting.Apply(parsed, begun).Equals(begun)) is Setting<T> other)
        {
            throw TrainSettings.Contradiction(other.Option, file);
        }
    }

    /// <summary>What help says of a default.</summary>
    public static string Absent(double value) => FormattableString.Invariant($" [default: {value}]");
}
