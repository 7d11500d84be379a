using System.CommandLine;

namespace RealtimeFlow.App;

internal static class LiveCommand
{
    public const string NoOpenGLVariable = "RTFLOW_NO_OPENGL";

    public static Command Make()
    {
        Command command = new("live", "Watch a flow learn.");
        Complete(command);
        return command;
    }

    public static void Complete(Command command) => command.SetAction(parsed => 0);
}
