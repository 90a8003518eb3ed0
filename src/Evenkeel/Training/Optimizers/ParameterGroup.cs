using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Training;

/// <summary>Parameters that an optimizer updates with settings of their own.</summary>
/// <example><code>
/// var optimizer = new AdamW(weightDecay: 0.05) { Groups = [ParameterGroup.WithoutWeightDecay(network)] };
/// </code></example>
public sealed class ParameterGroup
{
    private readonly double _learningRateFactor = 1;
    private readonly double? _weightDecay;

    /// <summary>Creates a group.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> or one of them is null.</exception>
    public ParameterGroup(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = [.. parameters];
        foreach (Parameter parameter in Parameters)
        {
            ArgumentNullException.ThrowIfNull(parameter, nameof(parameters));
        }
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The factor of the optimizer's learning rate, finite and not negative. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRateFactor
    {
        get => _learningRateFactor;
        init => _learningRateFactor = Optimizer.CheckNotNegative(value, nameof(value));
    }

    /// <summary>The weight decay, finite and not negative; null, the default, for the optimizer's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double? WeightDecay
    {
        get => _weightDecay;
        init => _weightDecay = value is { } decay ? Optimizer.CheckNotNegative(decay, nameof(value)) : null;
    }

    /// <summary>The parameters that recipes for normalized networks do not decay: γ and β of normalizations, and every bias.</summary>
    /// <param name="network">The network.</param>
    /// <returns>A group of them, with a weight decay of 0.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="network"/> is null.</exception>
    public static ParameterGroup WithoutWeightDecay(Layer network)
    {
        ArgumentNullException.ThrowIfNull(network);
        HashSet<Parameter> found = [.. network.Parameters.Where(parameter => parameter.Name == "bias")];
        AddNormalizations(network);
        return new ParameterGroup(network.Parameters.Where(found.Contains).Distinct()) { WeightDecay = 0 };

        void AddNormalizations(Layer layer)
        {
            if (layer is SetNormalization)
            {
                found.UnionWith(layer.Parameters);
            }

            foreach (Layer child in layer.Children)
            {
                AddNormalizations(child);
            }
        }
    }
}
