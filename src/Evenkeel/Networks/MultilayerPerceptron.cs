using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Networks;

/// <summary>
/// The multilayer perceptron: hidden layers, each a linear layer, normalization, activation and dropout, then a linear layer.
/// </summary>
/// <remarks>Names: linear1, norm1, activation1, dropout1, linear2, ….</remarks>
public static class MultilayerPerceptron
{
    /// <summary>Makes the network; input [N, inputs], output [N, outputs].</summary>
    /// <param name="inputs">The number of features in.</param>
    /// <param name="hidden">The widths of the hidden layers, first to last; empty for a linear model.</param>
    /// <param name="outputs">The number of features out.</param>
    /// <param name="random">The source of random numbers for weights and dropout.</param>
    /// <param name="options">Normalization, activation, initialization and dropout; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1, or dropout is not at least 0 and below 1.</exception>
    public static Sequential Create(
        int inputs,
        IReadOnlyList<int> hidden,
        int outputs,
        RandomSource random,
        MultilayerPerceptronOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        options ??= new MultilayerPerceptronOptions();
        var layers = new List<(string Name, Layer Layer)>();
        int width = inputs;
        for (int i = 1; i <= hidden.Count; i++)
        {
            int next = hidden[i - 1];

            // A normalization would subtract a bias again, and has a shift of its own.
            var linear = new Linear(width, next, random, bias: options.Normalization is null, options.Weights);
            layers.Add(($"linear{i}", linear));
            if (options.Normalization is not null)
            {
                layers.Add(($"norm{i}", options.Normalization(linear)));
            }

            layers.Add(($"activation{i}", options.Activation()));
            if (options.Dropout != 0)
            {
                layers.Add(($"dropout{i}", new Dropout(options.Dropout, random)));
            }

            width = next;
        }

        layers.Add(($"linear{hidden.Count + 1}", new Linear(width, outputs, random, bias: true, options.Weights)));
        return new Sequential(layers);
    }
}
