namespace RealtimeFlow.Files;

/// <summary>A model file that is refused. The message is one line: the file, the tensor or header entry, and the reason.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One line for the user.</param>
    /// <param name="innerException">What brought it about, where there is one.</param>
    public ModelFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
