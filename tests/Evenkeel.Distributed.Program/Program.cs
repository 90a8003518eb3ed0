using Evenkeel.Distributed.Program;
using Evenkeel.Distributed.Program.Modes;

Mode[] modes =
[
    new ContractMode(), new ExchangeMode(), new CheckMode(), new FailMode(), new RuntimeMode(), new TimeMode(), new TrainMode(),
    new ExampleMode(),
];
if (modes.FirstOrDefault(mode => mode.Name == args.FirstOrDefault()) is not { } chosen)
{
    Console.Error.WriteLine($"Modes: {string.Join(", ", modes.Select(mode => $"{mode.Name} ({mode.Summary})"))}.");
    return 2;
}

return chosen.Run(args[1..]);
