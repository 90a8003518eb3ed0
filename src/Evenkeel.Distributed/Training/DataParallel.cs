using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Threading;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>Data-parallel training: each rank computes its shards of each batch, and all have the gradients of the whole.</summary>
/// <remarks>
/// <para>
/// A batch is divided into a fixed number of shards, which the ranks divide among them. Batch statistics and gradients are summed over the
/// shards in a fixed order, and the loss is computed from the outputs of the whole batch. So the weights have the same bits for any number
/// of ranks, one included, with the same number of shards; from training without shards they differ by rounding alone.
/// </para>
/// <para>
/// Every rank has the whole data and the same network, loss, optimizer and options, and calls the same methods in the same order. Batch
/// normalization is synchronized: it has the statistics of the whole batch. Chunks of <see cref="Normalization.GhostBatchNorm"/> are whole
/// in a shard. Masks of <see cref="Dropout"/> are those of training without shards where a shard begins at a multiple of sixteen elements.
/// </para>
/// <para>Rank 0 writes checkpoints; all ranks resume from them, with any number of ranks.</para>
/// </remarks>
/// <typeparam name="TTarget">The type of a target.</typeparam>
public sealed class DataParallel<TTarget> : GradientComputation<TTarget>, IDisposable
    where TTarget : unmanaged
{
    /// <summary>The number of shards where none is given.</summary>
    public const int DefaultShards = 8;

    private const int MaximumShards = 1024;

    private readonly Communicator _communicator;
    private readonly LayerTypes? _types;
    private readonly ShardMeeting _meeting;
    private readonly ReusableTensor _outputs = new();
    private readonly List<ReplicaThread> _threads = [];
    private Replica[] _replicas = [];
    private GradientExchange? _gradients;
    private FlatGradients[] _shardGradients = [];
    private Tensor<float>? _outputGradient;
    private double _value;
    private int _multiple;
    private bool _isChecked;

    /// <summary>Creates the computation.</summary>
    /// <param name="communicator">The ranks.</param>
    /// <param name="shards">The number of shards of a batch, from 1 to 1,024; the bits of the weights depend on it.</param>
    /// <param name="layerTypes">The layers of the user's own in the network, which are copied as by model files; null for none.</param>
    /// <exception cref="ArgumentNullException">There is no communicator.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of shards is out of its range.</exception>
    public DataParallel(Communicator communicator, int shards = DefaultShards, LayerTypes? layerTypes = null)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        if (shards is < 1 or > MaximumShards)
        {
            throw new ArgumentOutOfRangeException(
                nameof(shards), shards, Invariant($"The number of shards must be from 1 to {MaximumShards:N0}."));
        }

        _communicator = communicator;
        Shards = shards;
        _types = layerTypes;
        _meeting = new ShardMeeting(communicator);
    }

    /// <summary>The number of shards of a batch.</summary>
    public int Shards { get; }

    /// <inheritdoc/>
    internal override bool WritesCheckpoints => _communicator.Rank == 0;

    /// <inheritdoc/>
    internal override string? Settings => Invariant($"{Shards} shards");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">A layer cannot compute a part of a batch, or cannot be copied.</exception>
    /// <exception cref="InvalidOperationException">The ranks begin with different weights or state.</exception>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public override double Compute(Layer network, Loss<TTarget> loss, Tensor<float> inputs, Tensor<TTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        var batch = new Dataset<TTarget>(inputs, targets);
        Prepare(network);
        if (!_isChecked)
        {
            CheckAlike(batch);
        }

        var plan = new ShardPlan(batch.Count, Shards, _communicator.Size, _multiple);
        int[] active = plan.ActiveShards(_communicator.Rank);
        int firstShard = plan.FirstShard(_communicator.Rank);
        for (int i = 1; i < _replicas.Length; i++)
        {
            _replicas[i].CopyState(_replicas[0]);
        }

        _meeting.Begin(plan, Parallelism.Threads);
        if (active.Length == 0)
        {
            _meeting.AttendIdle();
        }
        else
        {
            int[] replicas = Array.ConvertAll(active, shard => shard - firstShard);
            try
            {
                Run(replicas, index => Pass(_replicas[replicas[index]], index, active[index], plan, loss, batch));
            }
            catch (ArgumentException)
            {
                // All ranks have the same batch, so that all refuse it.
                _meeting.End(isRefused: true);
                throw;
            }

            _meeting.End(isRefused: false);
            if (active[0] != firstShard)
            {
                _replicas[0].CopyState(_replicas[active[0] - firstShard]);
            }
        }

        for (int i = 0; i < _shardGradients.Length; i++)
        {
            if (!active.Contains(firstShard + i))
            {
                _shardGradients[i].Span.Clear();
            }
        }

        _gradients!.Sum(_shardGradients, firstShard, _replicas[0].Gradients);
        if (plan.HasIdleRanks)
        {
            _replicas[0].BroadcastState(_communicator);
            _communicator.Broadcast(MemoryMarshal.AsBytes(new Span<double>(ref _value)), 0);
        }

        return _value;
    }

    /// <inheritdoc/>
    internal override Range BatchesToEvaluate(int batches) =>
        new ShardPlan(1, batches, _communicator.Size).ShardsOf(_communicator.Rank);

    /// <inheritdoc/>
    internal override void GatherResults(Span<double> results, int perBatch)
    {
        var plan = new ShardPlan(1, results.Length / perBatch, _communicator.Size);
        Span<int> starts = [.. Enumerable.Range(0, _communicator.Size + 1).Select(rank => plan.FirstShard(rank) * perBatch)];
        Span<int> lengths = new int[_communicator.Size];
        for (int rank = 0; rank < lengths.Length; rank++)
        {
            lengths[rank] = (starts[rank + 1] - starts[rank]) * sizeof(double);
        }

        double[] own = results[starts[_communicator.Rank]..starts[_communicator.Rank + 1]].ToArray();
        _communicator.AllGather(MemoryMarshal.AsBytes(own.AsSpan()), lengths, MemoryMarshal.AsBytes(results));
    }

    /// <summary>Ends the threads of the replicas.</summary>
    public void Dispose()
    {
        _threads.ForEach(static thread => thread.Dispose());
        _threads.Clear();
    }

    /// <summary>Makes the replicas of a network.</summary>
    /// <remarks>Outside of a step, since a call of this thread would keep them from their own threads.</remarks>
    internal override void Prepare(Layer network)
    {
        if (_replicas.Length > 0 && _replicas[0].Network == network)
        {
            return;
        }

        Dispose();
        _isChecked = false;
        var plan = new ShardPlan(1, Shards, _communicator.Size);
        int shards = plan.FirstShard(_communicator.Rank + 1) - plan.FirstShard(_communicator.Rank);
        var first = Replica.Of(network, _meeting);
        _multiple = first.ChunkSize();
        _replicas = [first, .. Enumerable.Range(1, Math.Max(0, shards - 1)).Select(_ => first.Another(_meeting, _types))];
        _threads.AddRange(_replicas.Skip(1).Select(static _ => new ReplicaThread()));
        _shardGradients = [.. _replicas.Take(shards).Select(static replica => replica.Gradients)];
        _gradients = new GradientExchange(_communicator, Shards, FlatGradients.LengthOf(network.Parameters));
    }

    /// <summary>Checks that all ranks begin alike.</summary>
    private void CheckAlike(Dataset<TTarget> batch)
    {
        byte[][] own =
        [
            SHA256.HashData([.. BitConverter.GetBytes(Shards)]),
            _replicas[0].Hash(),
            SHA256.HashData([.. MemoryMarshal.AsBytes(batch.Inputs.Elements()), .. MemoryMarshal.AsBytes(batch.Targets.Elements())]),
        ];
        string[] problems =
        [
            "divides batches into another number of shards than rank 0; give all ranks the same",
            "begins with other weights or state than rank 0; create the network with the same seed on all ranks, or resume all from the "
                + "same checkpoint",
            "has another first batch than rank 0; give all ranks the same data, batch size and seed",
        ];
        for (int i = 0; i < own.Length; i++)
        {
            byte[] all = new byte[_communicator.Size * SHA256.HashSizeInBytes];
            _communicator.AllGather(own[i], [.. Enumerable.Repeat(SHA256.HashSizeInBytes, _communicator.Size)], all);
            for (int rank = 1; rank < _communicator.Size; rank++)
            {
                if (!all.AsSpan(rank * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes).SequenceEqual(all.AsSpan(0, SHA256.HashSizeInBytes)))
                {
                    throw new InvalidOperationException(Invariant($"Rank {rank} {problems[i]}."));
                }
            }
        }

        _isChecked = true;
    }

    /// <summary>Runs the active shards of this rank, each on the thread of its replica, and returns when all have ended.</summary>
    /// <param name="replicas">The replica of each.</param>
    /// <param name="pass">Computes a shard, given its index.</param>
    private void Run(ReadOnlySpan<int> replicas, Action<int> pass)
    {
        bool isAlone = replicas.Length >= Parallelism.Threads;
        for (int i = 0; i < replicas.Length; i++)
        {
            if (replicas[i] > 0)
            {
                int index = i;
                _threads[replicas[i] - 1].Begin(() => Guarded(index));
            }
        }

        ExceptionDispatchInfo? failure = null;
        if (replicas[0] == 0)
        {
            try
            {
                Guarded(0);
            }
#pragma warning disable CA1031 // it is thrown once all threads have ended
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        foreach (int replica in replicas)
        {
            if (replica > 0 && _threads[replica - 1].End() is { } other && failure?.SourceException is null or OperationCanceledException)
            {
                failure = other;
            }
        }

        failure?.Throw();

        void Guarded(int index)
        {
            _meeting.Enter();
            bool before = isAlone && WorkerPool.BeginAlone();
            try
            {
                pass(index);
            }
            catch
            {
                _meeting.Break();
                throw;
            }
            finally
            {
                if (isAlone)
                {
                    WorkerPool.EndAlone(before);
                }

                _meeting.Leave();
            }
        }
    }

    /// <summary>Computes the gradients of one shard.</summary>
    private void Pass(Replica replica, int index, int shard, ShardPlan plan, Loss<TTarget> loss, Dataset<TTarget> batch)
    {
        int first = plan.FirstSample(shard), samples = plan.SamplesOf(shard);
        replica.Begin(index, first);
        try
        {
            Tensor<float> output = replica.Network.Forward(batch.Slice(first, samples).Inputs, Evenkeel.Layers.Pass.Training);
            int width = (int)(output.FlattenedLength / samples);
            nint[] lengths = [batch.Count, .. output.Lengths[1..]];
            int[] counts = [.. Enumerable.Range(0, Shards).Select(plan.SamplesOf).Where(static count => count > 0)];
            int[] elements = Array.ConvertAll(counts, count => count * width);
            _meeting.Gather<float>(index, output.Elements(), elements, all =>
            {
                Tensor<float> outputs = _outputs.Get(lengths);
                all.CopyTo(outputs.Elements());
                _value = loss.Forward(outputs, batch.Targets);
                _outputGradient = loss.Backward();
            });
            replica.Gradients.Span.Clear();
            replica.Network.BackwardToParameters(Dataset<float>.Rows(_outputGradient!, first, samples));
        }
        finally
        {
            replica.End();
        }
    }
}
