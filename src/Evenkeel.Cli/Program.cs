using Evenkeel.Cli;
using Evenkeel.Cli.Shell;

using var interruption = new Interruption();
using TextWriter output = Console.IsOutputRedirected ? new StandardOutput() : Console.Out;
var terminal = new Terminal(output, Console.Error, !Console.IsOutputRedirected);
return EvenkeelCommand.Run(args, terminal, interruption.Token);
