using Evenkeel.Cli;

using var interruption = new Interruption();
var terminal = new Terminal(StandardOutput.Open(), Console.Error, !Console.IsOutputRedirected);
return EvenkeelCommand.Run(args, terminal, interruption.Token);
