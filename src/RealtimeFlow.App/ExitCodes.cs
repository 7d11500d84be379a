namespace RealtimeFlow.App;

/// <summary>What the program tells the shell when it did not do what was asked; 0 when it did.</summary>
internal static class ExitCodes
{
    /// <summary>A file or the machine failed it.</summary>
    public const int Failure = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>A mode that was named cannot run here.</summary>
    public const int ModeUnavailable = 3;

    /// <summary>It was interrupted before the result was there; what shells report of a program that Ctrl-C ended.</summary>
    public const int Interrupted = 130;
}

/// <summary>A command line that makes no sense; the message is one line: the option, what was expected, what was found.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A mode that was named cannot run here; the message is one line: what is missing and the cure.</summary>
internal sealed class ModeUnavailableException(string message) : Exception(message);
