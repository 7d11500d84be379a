using System.CommandLine;

namespace RealtimeFlow.App.Vae;

/// <summary><c>rtflow vae</c>: variational auto-encoders of images, whose posteriors are flows.</summary>
internal static class VaeCommand
{
    public static Command Make()
    {
        Command[] verbs = [VaeTrainCommand.Make(), VaeEvalCommand.Make(), VaeSampleCommand.Make(), VaeEncodeCommand.Make()];
        Command command = new("vae", "Models of images whose posteriors are flows, made by an inference network (Rezende & Mohamed 2015, section 4).");
        foreach (Command verb in verbs)
        {
            command.Add(verb);
        }

        command.SetAction(parsed =>
        {
            foreach (Command verb in verbs)
            {
                parsed.InvocationConfiguration.Output.WriteLine($"rtflow vae {verb.Name,-7} {verb.Description}");
            }
        });
        return command;
    }

    /// <summary>The model file that a verb needs.</summary>
    public static Option<string> ModelOption() => Options.File("--model", "MODEL", "a model file, as vae train --out writes it", required: true);
}
