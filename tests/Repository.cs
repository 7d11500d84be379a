namespace RealtimeFlow.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its top folder, found upwards from where the tests run.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run from inside the checkout.</exception>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder)
    {
        while (folder != null && !File.Exists(Path.Combine(folder, "RealtimeFlow.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run from inside the checkout that they were built from.");
    }
}
