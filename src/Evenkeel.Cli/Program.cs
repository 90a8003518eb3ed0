using Evenkeel.Cli;

using var interruption = new Interruption();
return EvenkeelCommand.Run(args, new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected), interruption.Token);
