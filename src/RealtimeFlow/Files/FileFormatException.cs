namespace RealtimeFlow.Files;

/// <summary>A file that is refused, a model or an array. The message is one line: the file, what in it is wrong, and the reason.</summary>
public sealed class FileFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One line for the user.</param>
    /// <param name="innerException">What brought it about, where there is one.</param>
    public FileFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
