using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Tensors;

namespace Evenkeel.Training;

/// <summary>A copy of all state of a network, in memory of its own that is allocated once.</summary>
internal sealed class StateSnapshot
{
    private readonly Layer _layer;
    private readonly (StateTensor Live, StateTensor Copy)[] _pairs;

    /// <summary>Allocates memory for the state of a layer and of those inside it; nothing is copied yet.</summary>
    public StateSnapshot(Layer layer)
    {
        _layer = layer;
        _pairs = [.. layer.StateDict(includeTrainingOnly: true).Select(live => (live, CopyOf(live)))];
        Tensors = [.. _pairs.Select(pair => pair.Copy)];
    }

    /// <summary>The tensors of the copy, under the names of <see cref="NetworkState.StateDict"/>.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Copies the state of the network.</summary>
    public void Take()
    {
        foreach ((StateTensor live, StateTensor copy) in _pairs)
        {
            copy.Load(live);
        }
    }

    /// <summary>Copies the state back into the network.</summary>
    public void Restore()
    {
        using ThreadGuard.Scope call = _layer.Enter();
        foreach ((StateTensor live, StateTensor copy) in _pairs)
        {
            live.Load(copy);
        }
    }

    /// <summary>Fills the copy with tensors of the same names, such as those of a file.</summary>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, unexpected, or of a wrong shape or type; a value is out of its range; or the file was changed or damaged.
    /// </exception>
    public void Load(IEnumerable<NamedTensor> tensors)
    {
        var named = new Dictionary<string, NamedTensor>();
        foreach (NamedTensor tensor in tensors)
        {
            if (!named.TryAdd(tensor.Name, tensor))
            {
                throw new InvalidDataException($"The tensor '{tensor.Name}' appears twice.");
            }
        }

        foreach ((StateTensor live, StateTensor copy) in _pairs)
        {
            if (!named.Remove(copy.Name, out NamedTensor? from))
            {
                throw new InvalidDataException($"The tensor '{copy.Name}' is missing.");
            }

            if (!from.Lengths.SequenceEqual(copy.Lengths) || !copy.CanHold(from, rounded: false))
            {
                throw new InvalidDataException(
                    $"The tensor '{copy.Name}' is {from.Type} {Shape.Describe(from.Lengths)}; "
                    + $"expected {copy.Type} {Shape.Describe(copy.Lengths)}.");
            }

            NetworkState.CheckValues(live, from);
            copy.Load(from);
        }

        if (named.Keys.FirstOrDefault() is { } unexpected)
        {
            throw new InvalidDataException($"The tensor '{unexpected}' is not part of the network's state.");
        }
    }

    private static StateTensor CopyOf(StateTensor live) => (live.Type, live.Lengths.IsEmpty) switch
    {
        (DataType.Int64, true) => IntegerOf(live.Name),
        (DataType.Float64, true) => NumberOf(live.Name),
        (DataType.Int64, _) => StateTensor.Of(live.Name, Tensor.CreateFromShape<long>(live.Lengths)),
        (DataType.Float64, _) => StateTensor.Of(live.Name, Tensor.CreateFromShape<double>(live.Lengths)),
        (DataType.Float32, false) => StateTensor.Of(live.Name, Tensor.CreateFromShape<float>(live.Lengths)),
        _ => throw new UnreachableException($"{live.Name} {live.Type}"),
    };

    private static StateTensor IntegerOf(string name)
    {
        long kept = 0;
        return StateTensor.OfTraining(name, () => kept, value => kept = value);
    }

    private static StateTensor NumberOf(string name)
    {
        double kept = 0;
        return StateTensor.OfTraining(name, () => kept, value => kept = value);
    }
}
