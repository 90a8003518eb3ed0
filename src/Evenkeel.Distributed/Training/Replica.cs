using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

namespace Evenkeel.Distributed;

/// <summary>A network that computes one shard of each batch, with the parameters of the network that is trained, not copies.</summary>
internal sealed class Replica
{
    private readonly RunningNormalization[] _normalizations;
    private readonly Dropout[] _dropouts;
    private readonly ChannelDropout[] _channelDropouts;
    private readonly StateTensor[] _state;

    private Replica(Layer network, ShardExchange exchange)
    {
        Network = network;
        Exchange = exchange;
        Gradients = new FlatGradients(network.Parameters);
        Layer[] layers = [.. network.NamedLayers().Select(static named => named.Layer)];
        _normalizations = [.. layers.OfType<RunningNormalization>()];
        _dropouts = [.. layers.OfType<Dropout>()];
        _channelDropouts = [.. layers.OfType<ChannelDropout>()];
        _state = [.. layers.SelectMany(static layer => layer.State)];
    }

    /// <summary>The network.</summary>
    public Layer Network { get; }

    /// <summary>The exchange of its statistics.</summary>
    public ShardExchange Exchange { get; }

    /// <summary>The gradients of its parameters.</summary>
    public FlatGradients Gradients { get; }

    /// <summary>Makes a replica of the network that is trained itself.</summary>
    /// <exception cref="NotSupportedException">A layer cannot compute a part of a batch.</exception>
    public static Replica Of(Layer network, ShardMeeting meeting)
    {
        foreach ((string path, Layer layer) in network.NamedLayers())
        {
            if (layer is AccumulatedBatchNorm)
            {
                throw new NotSupportedException(
                    $"The layer '{path}' gathers micro-batches of one process; in data-parallel training, BatchNorm has the whole batch.");
            }

            if (layer is RunningNormalization { Exchange: not null })
            {
                throw new NotSupportedException(
                    $"The layer '{path}' has an exchange of its own; data-parallel training exchanges all statistics, so leave it out.");
            }

            if (layer is not (RunningNormalization or Dropout or ChannelDropout) && layer.State.Count > 0)
            {
                throw new NotSupportedException(
                    $"The layer '{path}' ({layer.GetType().Name}) has state, which each part of a batch would change differently.");
            }
        }

        return new Replica(network, new ShardExchange(meeting));
    }

    /// <summary>Makes another replica.</summary>
    /// <exception cref="NotSupportedException">A layer cannot be copied; see <see cref="NetworkCloning.Clone"/>.</exception>
    public Replica Another(ShardMeeting meeting, LayerTypes? types)
    {
        Layer copy = Network.Clone(types);
        foreach ((Parameter own, Parameter trained) in copy.Parameters.Zip(Network.Parameters))
        {
            own.ShareValues(trained);
        }

        return new Replica(copy, new ShardExchange(meeting));
    }

    /// <summary>Takes over the state of another replica, such as running statistics, and settings that may change between steps.</summary>
    public void CopyState(Replica other)
    {
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i].Load(other._state[i]);
        }

        for (int i = 0; i < _normalizations.Length; i++)
        {
            _normalizations[i].CopySettings(other._normalizations[i]);
        }
    }

    /// <summary>Begins a batch.</summary>
    /// <param name="index">The number of the shard among those of the process that have samples.</param>
    /// <param name="firstSample">The number of samples of the batch before the shard.</param>
    public void Begin(int index, int firstSample)
    {
        Exchange.Index = index;
        Array.ForEach(_normalizations, layer => layer.Exchange = Exchange);
        Array.ForEach(_dropouts, layer => layer.FirstSample = firstSample);
        Array.ForEach(_channelDropouts, layer => layer.FirstSample = firstSample);
    }

    /// <summary>Ends a batch: the network is then one that computes whole batches again.</summary>
    public void End()
    {
        Array.ForEach(_normalizations, static layer => layer.Exchange = null);
        Array.ForEach(_dropouts, static layer => layer.FirstSample = 0);
        Array.ForEach(_channelDropouts, static layer => layer.FirstSample = 0);
    }

    /// <summary>A hash of all weights and state.</summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in Network.Parameters)
        {
            hash.AppendData(MemoryMarshal.AsBytes(parameter.Values));
        }

        foreach (StateTensor tensor in _state)
        {
            double[] values = new double[Math.Max(1, tensor.ElementCount)];
            tensor.CopyTo(values.AsSpan());
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Gives all ranks the state of rank 0.</summary>
    public void BroadcastState(Communicator communicator)
    {
        foreach (StateTensor tensor in _state)
        {
            if (tensor.Type == DataType.Int64)
            {
                Broadcast<long>(communicator, tensor, static values => StateTensor.Of("values", values));
            }
            else
            {
                Broadcast<double>(communicator, tensor, static values => StateTensor.Of("values", values));
            }
        }
    }

    /// <summary>The number of samples by which chunks of a batch are divisible, so that chunk boundaries are those of shards.</summary>
    public int ChunkSize()
    {
        int multiple = 1;
        foreach (GhostBatchNorm ghost in _normalizations.OfType<GhostBatchNorm>())
        {
            multiple = checked(multiple / (int)BigInteger.GreatestCommonDivisor(multiple, ghost.ChunkSize) * ghost.ChunkSize);
        }

        return multiple;
    }

    private static void Broadcast<T>(Communicator communicator, StateTensor tensor, Func<Tensor<T>, StateTensor> create)
        where T : unmanaged, INumber<T>
    {
        Tensor<T> values = tensor.Read<T>();
        communicator.Broadcast(MemoryMarshal.AsBytes(values.Elements()), 0);
        tensor.Load(create(values));
    }
}
