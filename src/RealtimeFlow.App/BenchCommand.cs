using System.CommandLine;

namespace RealtimeFlow.App;

internal static class BenchCommand
{
    public static Command Make() => new("bench", "Measure.");
}
