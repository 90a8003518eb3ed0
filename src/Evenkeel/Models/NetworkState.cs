using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tensors;

namespace Evenkeel.Models;

/// <summary>The tensors of a network by name, as PyTorch's <c>state_dict</c>, and loading them.</summary>
public static class NetworkState
{
    /// <summary>Lists the parameters and the state of a layer and of those inside it, layer by layer.</summary>
    /// <param name="layer">The layer or network.</param>
    /// <param name="includeTrainingOnly">
    /// Whether to list what only training needs too, such as the number of dropout's passes; PyTorch's <c>state_dict</c> has no
    /// counterpart of these.
    /// </param>
    /// <returns>
    /// The tensors in the memory of the layers, under the keys of PyTorch's <c>state_dict</c>: <c>1.running_mean</c>,
    /// <c>1.num_batches_tracked</c>.
    /// </returns>
    public static IReadOnlyList<StateTensor> StateDict(this Layer layer, bool includeTrainingOnly = false)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var tensors = new List<StateTensor>();
        foreach ((string path, Layer part) in layer.NamedLayers())
        {
            IEnumerable<Parameter> own = part.Parameters.Except(part.Children.SelectMany(child => child.Parameters));
            tensors.AddRange(own.Select(parameter => StateTensor.Of(Layer.Join(path, parameter.Name), parameter.Value)));
            tensors.AddRange(part.State.Where(tensor => includeTrainingOnly || !tensor.IsTrainingOnly)
                .Select(tensor => (StateTensor)tensor.WithName(Layer.Join(path, tensor.Name))));
        }

        return tensors;
    }

    /// <summary>Loads tensors into the parameters and the state of a network with the same names.</summary>
    /// <remarks>
    /// Float16, BFloat16 and integers of 8 and 16 bits become Float32 without rounding. If it throws, the network is left unchanged. What
    /// only training needs is loaded where it is given.
    /// </remarks>
    /// <param name="network">The network, or a part of it.</param>
    /// <param name="tensors">The tensors, such as those of a <see cref="Formats.SafetensorsFile"/>, or another network's.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="ArgumentException">Two tensors have the same name once renamed.</exception>
    /// <exception cref="InvalidDataException">
    /// Loading is strict, and a tensor is missing, unexpected, or of a wrong shape or type; a running variance is negative or not finite;
    /// or a tensor is in a file that was changed or damaged.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static LoadReport Load(this Layer network, IEnumerable<NamedTensor> tensors, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(tensors);
        options ??= new LoadOptions();
        using ThreadGuard.Scope call = network.Enter();
        (LoadReport report, List<(StateTensor To, NamedTensor From)> pairs) = Match(network, Named(tensors, options), options);
        if (options.Strict && !report.IsComplete)
        {
            throw new InvalidDataException($"The tensors are not those of the network: {report}.");
        }

        foreach ((StateTensor to, NamedTensor from) in pairs)
        {
            from.CheckHash();
            CheckValues(to, from);
        }

        // Tensors in memory may be those of this network, under other names: all are copied before one is changed.
        foreach ((StateTensor to, NamedTensor from) in pairs.ConvertAll(static pair => (pair.To, pair.From.Detached())))
        {
            to.Load(from);
        }

        return report;
    }

    /// <summary>Loads the tensors of a file into a network that was made for them; if it throws, the network is of no use.</summary>
    /// <exception cref="InvalidDataException">The tensors are not those of the network, or are refused.</exception>
    internal static void LoadVerified(this Layer network, IReadOnlyList<NamedTensor> tensors)
    {
        var options = new LoadOptions();
        (LoadReport report, List<(StateTensor To, NamedTensor From)> pairs) = Match(network, Named(tensors, options), options);
        if (!report.IsComplete)
        {
            throw new InvalidDataException($"The tensors are not those of the network that the file describes: {report}.");
        }

        foreach ((StateTensor to, NamedTensor from) in pairs)
        {
            CheckValues(to, from);
            to.Load(from);
        }
    }

    /// <summary>
    /// Copies all that training changes into a network with the same layers: tensors, whatever their values, the settings of normalizers,
    /// and which parameters are trainable.
    /// </summary>
    /// <exception cref="InvalidDataException">The networks have different tensors.</exception>
    internal static void CopyTo(this Layer network, Layer other)
    {
        using ThreadGuard.Scope call = other.Enter();
        var options = new LoadOptions();
        (LoadReport report, List<(StateTensor To, NamedTensor From)> pairs) =
            Match(other, Named(network.StateDict(includeTrainingOnly: true), options), options);
        if (!report.IsComplete)
        {
            throw new InvalidDataException($"The tensors are not those of the network: {report}.");
        }

        foreach ((StateTensor to, NamedTensor from) in pairs)
        {
            to.Load(from);
        }

        foreach (((_, Layer from), (_, Layer to)) in network.NamedLayers().Zip(other.NamedLayers()))
        {
            if ((from, to) is (RunningNormalization source, RunningNormalization target))
            {
                target.CopySettings(source);
            }
        }

        foreach ((Parameter from, Parameter to) in network.Parameters.Zip(other.Parameters))
        {
            to.IsTrainable = from.IsTrainable;
        }
    }

    /// <summary>Throws if values must not be loaded.</summary>
    /// <exception cref="InvalidDataException">They are out of their range.</exception>
    internal static void CheckValues(StateTensor to, NamedTensor from)
    {
        if (to.FindProblem(from) is { } problem)
        {
            throw new InvalidDataException($"The tensor '{from.Name}' {problem}.");
        }
    }

    private static Dictionary<string, NamedTensor> Named(IEnumerable<NamedTensor> tensors, LoadOptions options)
    {
        var named = new Dictionary<string, NamedTensor>();
        foreach (NamedTensor tensor in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
            string? name = options.Prefix is null ? tensor.Name
                : tensor.Name.StartsWith(options.Prefix, StringComparison.Ordinal) ? tensor.Name[options.Prefix.Length..]
                : null;
            name = name is not null && options.Rename is { } rename ? rename(name) : name;
            if (name is not null && !named.TryAdd(name, tensor))
            {
                throw new ArgumentException($"Two tensors are named '{name}': '{named[name].Name}' and '{tensor.Name}'.", nameof(tensors));
            }
        }

        return named;
    }

    private static (LoadReport Report, List<(StateTensor To, NamedTensor From)> Pairs) Match(
        Layer network, Dictionary<string, NamedTensor> named, LoadOptions options)
    {
        var pairs = new List<(StateTensor, NamedTensor)>();
        List<string> loaded = [], missing = [];
        List<TensorMismatch> wrongShape = [], wrongType = [];
        foreach (StateTensor to in network.StateDict(includeTrainingOnly: true))
        {
            if (!named.Remove(to.Name, out NamedTensor? from))
            {
                if (!to.IsTrainingOnly)
                {
                    missing.Add(to.Name);
                }
            }
            else if (!from.Lengths.SequenceEqual(to.Lengths))
            {
                wrongShape.Add(new TensorMismatch(to.Name, Shape.Describe(to.Lengths), Shape.Describe(from.Lengths)));
            }
            else if (!to.CanHold(from, options.AllowRounding))
            {
                wrongType.Add(new TensorMismatch(to.Name, $"{to.Type}", $"{from.Type}"));
            }
            else
            {
                loaded.Add(to.Name);
                pairs.Add((to, from));
            }
        }

        var report = new LoadReport
        {
            Loaded = loaded,
            Missing = missing,
            Unexpected = [.. named.Keys],
            WrongShape = wrongShape,
            WrongType = wrongType,
        };
        return (report, pairs);
    }
}
