return RealtimeFlow.App.Cli.Run(args, Console.Out, Console.Error);
