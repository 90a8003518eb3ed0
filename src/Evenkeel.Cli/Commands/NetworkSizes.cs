namespace Evenkeel.Cli.Commands;

/// <summary>How large a network is, as far as its memory depends on it.</summary>
/// <param name="Weights">The number of weights of each layer.</param>
/// <param name="Outputs">The numbers that each layer gives for one sample, and those that the first one takes.</param>
/// <param name="Places">How many values a channel of a sample has, where it has few.</param>
internal sealed record NetworkSizes(double[] Weights, double[] Outputs, double Places);
