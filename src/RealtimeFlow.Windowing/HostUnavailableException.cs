namespace RealtimeFlow.Windowing;

/// <summary>This machine lacks something that the host needs. The message is one line: what is missing and how to get it.</summary>
public sealed class HostUnavailableException : Exception
{
    /// <summary>Without a word on what is missing.</summary>
    public HostUnavailableException()
    {
    }

    /// <summary>With the line to show.</summary>
    public HostUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With the line to show and its cause.</summary>
    public HostUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
