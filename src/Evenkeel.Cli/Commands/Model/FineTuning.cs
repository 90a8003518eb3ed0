using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Commands.Model;

/// <summary>What of a network is trained, until this is disposed.</summary>
internal sealed class FineTuning : IDisposable
{
    /// <summary>The values of <c>--train</c>, the default first.</summary>
    public static readonly string[] Choices = [All, Last, Normalizations];

    /// <summary>A value of <c>--train</c>.</summary>
    public const string All = "all", Last = "last", Normalizations = "norms";

    private readonly (Parameter Parameter, bool IsTrainable)[] _before;
    private readonly RunningNormalization[] _frozen = [];

    /// <summary>Marks what is trained.</summary>
    /// <param name="network">The network.</param>
    /// <param name="choice">The value of <c>--train</c>.</param>
    /// <param name="last">The last layer.</param>
    /// <param name="isNew">Whether the last layer is new, and so trained in any case.</param>
    /// <param name="freezesStatistics">Whether running statistics normalize in training and stay as they are.</param>
    public FineTuning(Layer network, string choice, Layer last, bool isNew, bool freezesStatistics)
    {
        _before = [.. network.Parameters.Select(parameter => (parameter, parameter.IsTrainable))];
        network.SetTrainable(choice == All);
        if (choice == Normalizations)
        {
            foreach (Layer layer in network.NamedLayers().Select(named => named.Layer).Where(layer => layer is SetNormalization))
            {
                layer.SetTrainable(true);
            }
        }

        if (choice == Last || isNew)
        {
            last.SetTrainable(true);
        }

        if (choice == Last || freezesStatistics)
        {
            _frozen =
            [
                .. network.NamedLayers().Select(named => named.Layer).OfType<RunningNormalization>()
                    .Where(layer => layer is { RunningStatistics: not null, IsFrozen: false }),
            ];
        }

        Array.ForEach(_frozen, layer => layer.Freeze());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_frozen, layer => layer.Unfreeze());
        foreach ((Parameter parameter, bool isTrainable) in _before)
        {
            parameter.IsTrainable = isTrainable;
        }
    }
}
