using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RealtimeFlow.Flows;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App;

/// <summary>Options that refuse nonsense with a line that names them and says what they take.</summary>
internal static class Options
{
    /// <summary>The name of a target that exists.</summary>
    public static Option<string> Target() => Target(TargetLibrary.All, _ => "");

    /// <summary>The name of a target that can be drawn: on the plane.</summary>
    public static Option<string> PlaneTarget() => Target(
        [.. TargetLibrary.All.Where(target => target.Dimension == 2)],
        text => TargetLibrary.Find(text) is Target target ? $", which has {target.Dimension} dimensions: rtflow train learns it without a picture" : "");

    private static Option<string> Target(IReadOnlyList<Target> targets, Func<string, string> remark)
    {
        string[] names = [.. targets.Select(target => target.Name)];
        return Text("--target", "NAME", "what to learn; rtflow targets lists them", names[0], text =>
            TargetLibrary.Find(text) is Target target && targets.Contains(target) ? null : $"expected {Suggestion.List(names)}, not '{text}'{remark(text)}");
    }

    /// <summary>A formula of layers.</summary>
    public static Option<string> Flow(string whenAbsent = "planar:32") =>
        Text("--flow", "FORMULA", "the layers in order, as in planar:16,radial:16", whenAbsent, text =>
        {
            try
            {
                FlowShape.Parse(text, dimension: 1);
                return null;
            }
            catch (FormatException exception)
            {
                return exception.Message;
            }
        });

    public static Option<ulong> Seed(ulong whenAbsent = 1) =>
        Make("--seed", "S", "decides everything random", text => Whole(text, 0, ulong.MaxValue, number => (ulong)number), () => whenAbsent);

    public static Option<int> Threads() =>
        Count("--threads", "T", "threads that compute", 1, 1024, () => Environment.ProcessorCount);

    /// <summary>The size of a picture in pixels.</summary>
    public static Option<(int Width, int Height)> PictureSize() =>
        Make("--size", "WxH", "the picture's size in pixels [default: 1280x720]", Sides, () => (1280, 720));

    /// <summary>The name of a file.</summary>
    public static Option<string> File(string name, string helpName, string description, bool required = false)
    {
        Option<string> option = Make(name, helpName, description, FileName);
        option.Required = required;
        return option;
    }

    /// <summary>A text as the name of a file.</summary>
    public static (string Value, string? Expected) FileName(string text) =>
        (text, string.IsNullOrWhiteSpace(text) ? $"the name of a file, not '{text}'" : null);

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object instead of text" };

    public static Option<int> Count(string name, string helpName, string description, int least, int most, Func<int> whenAbsent) =>
        Make(name, helpName, description, text => Whole(text, least, most, number => (int)number), whenAbsent);

    /// <summary>Whether the command line has an option, and not its default alone.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>A positive, finite number; null where the option is absent.</summary>
    public static Option<double?> Positive(string name, string helpName, string description) =>
        Number(name, helpName, description, number => number is > 0 and < double.PositiveInfinity, "a positive number");

    /// <summary>A finite number above 1; null where the option is absent.</summary>
    public static Option<double?> AboveOne(string name, string helpName, string description) =>
        Number(name, helpName, description, number => number is > 1 and < double.PositiveInfinity, "a number above 1");

    /// <summary>A number from 0 to 1; null where the option is absent.</summary>
    public static Option<double?> Share(string name, string helpName, string description) =>
        Number(name, helpName, description, number => number is >= 0 and <= 1, "a number from 0 to 1");

    /// <summary>A number of at least 0 and below 1; null where the option is absent.</summary>
    public static Option<double?> ShareBelowOne(string name, string helpName, string description) =>
        Number(name, helpName, description, number => number is >= 0 and < 1, "a number of at least 0 and below 1");

    /// <summary>A whole number from 1 on; null where the option is absent.</summary>
    public static Option<long?> Steps(string name, string description) =>
        Make<long?>(name, "N", description, text => Whole(text, 1, 1_000_000_000_000, number => (long?)number));

    /// <summary>One of a few words, the first where the option is absent.</summary>
    public static Option<string> OneOf(string name, string description, params string[] choices) =>
        Text(name, string.Join('|', choices), description, choices[0], text =>
            choices.Contains(text) ? null : $"expected {Suggestion.List(choices)}, not '{text}'");

    private static ((int Width, int Height) Value, string? Expected) Sides(string text)
    {
        const int least = 64, most = 8192;
        string[] sides = text.Split('x');
        (int width, string? wrongWidth) = Whole(sides[0], least, most, number => (int)number);
        (int height, string? wrongHeight) = Whole(sides[^1], least, most, number => (int)number);
        return sides.Length == 2 && wrongWidth == null && wrongHeight == null
            ? ((width, height), null)
            : (default, $"WIDTHxHEIGHT, each from {least} to {most}, as in 1280x720, not '{text}'");
    }

    private static Option<double?> Number(string name, string helpName, string description, Predicate<double> holds, string expected) =>
        Make<double?>(name, helpName, description, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && holds(number)
                ? (number, null)
                : (null, $"{expected}, not '{text}'"));

    private static Option<string> Text(string name, string helpName, string description, string whenAbsent, Func<string, string?> complaint)
    {
        Option<string> option = new(name) { HelpName = helpName, Description = description, DefaultValueFactory = _ => whenAbsent };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [Token token] && complaint(token.Value) is string words)
            {
                result.AddError($"{name}: {words}");
            }
        });
        return option;
    }

    /// <summary>An option from a function that gives the value of a text, or says what it expected.</summary>
    public static Option<T> Make<T>(
        string name, string helpName, string description, Func<string, (T Value, string? Expected)> parse, Func<T>? whenAbsent = null)
    {
        Option<T> option = new(name) { HelpName = helpName, Description = description };
        option.CustomParser = result =>
        {
            (T value, string? expected) = parse(result.Tokens.Single().Value);
            if (expected != null)
            {
                result.AddError($"{name}: expected {expected}");
            }

            return value;
        };
        if (whenAbsent != null)
        {
            option.DefaultValueFactory = _ => whenAbsent();
        }

        return option;
    }

    /// <summary>Whole numbers in digits, or as in 1e6 and 2.5e3; no sign, no separators.</summary>
    public static (T Value, string? Expected) Whole<T>(string text, decimal least, decimal most, Func<decimal, T> convert)
    {
        bool ok = decimal.TryParse(
            text, NumberStyles.AllowExponent | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && decimal.IsInteger(number) && number >= least && number <= most;
        return ok
            ? (convert(number), null)
            : (default!, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}, not '{text}'"));
    }
}
