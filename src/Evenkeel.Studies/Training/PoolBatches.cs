using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Studies.Training;

/// <summary>An endless sequence of batches, drawn from all samples or from a few classes at a time.</summary>
/// <remarks>
/// Each batch takes the same number of samples from a few pools chosen at random. A pool returns its samples in random order, and shuffles
/// them again after the last. The sequence depends on the seed alone. The next batch reuses the memory of the current one.
/// </remarks>
internal sealed class PoolBatches
{
    private readonly Dataset<int> _data;
    private readonly RandomSource _random;
    private readonly Pool[] _pools;
    private readonly int[] _order;
    private readonly int _chosen;
    private readonly int[] _samples;

    private PoolBatches(Dataset<int> data, int batchSize, IEnumerable<int[]> pools, int chosen, int seed)
    {
        _data = data;
        _random = new RandomSource((ulong)seed);
        _pools = [.. pools.Select(samples => new Pool(samples))];
        _order = [.. Enumerable.Range(0, _pools.Length)];
        _chosen = chosen;
        _samples = new int[batchSize];
        Inputs = Tensor.CreateFromShapeUninitialized<float>([batchSize, .. data.Inputs.Lengths[1..]]);
        Targets = Tensor.CreateFromShapeUninitialized<int>([batchSize]);
    }

    /// <summary>The inputs of the current batch.</summary>
    public Tensor<float> Inputs { get; }

    /// <summary>The labels of the current batch.</summary>
    public Tensor<int> Targets { get; }

    /// <summary>Creates batches drawn from all samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">The number of samples in a batch.</param>
    /// <param name="seed">The seed of the order.</param>
    public static PoolBatches Mixed(Dataset<int> data, int batchSize, int seed) =>
        new(data, batchSize, [[.. Enumerable.Range(0, data.Count)]], chosen: 1, seed);

    /// <summary>Creates batches of a few classes, with the same number of samples of each.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">The number of samples in a batch: a multiple of the classes.</param>
    /// <param name="classes">The number of classes in a batch.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <exception cref="InvalidDataException">The data have too few classes.</exception>
    public static PoolBatches OfClasses(Dataset<int> data, int batchSize, int classes, int seed)
    {
        int[] labels = [.. data.Targets];
        int[][] pools =
        [
            .. Enumerable.Range(0, data.Count).GroupBy(i => labels[i]).OrderBy(group => group.Key).Select(group => group.ToArray()),
        ];
        return pools.Length > classes
            ? new PoolBatches(data, batchSize, pools, classes, seed)
            : throw new InvalidDataException(Invariant($"The {data.Count} images are of {pools.Length} classes; batches of {classes} ")
                + Invariant($"classes need at least {classes + 1}."));
    }

    /// <summary>Moves to the next batch.</summary>
    public void MoveNext()
    {
        _random.Next().Shuffle(_order);
        int samplesPerPool = _samples.Length / _chosen;
        for (int row = 0; row < _samples.Length; row++)
        {
            _samples[row] = _pools[_order[row / samplesPerPool]].Deal(_random);
        }

        RowGather.Copy(_data.Inputs.Elements(), _samples, Inputs.Elements());
        RowGather.Copy(_data.Targets.Elements(), _samples, Targets.Elements());
    }

    /// <summary>Copies the inputs of the next batches.</summary>
    /// <param name="count">The number of batches.</param>
    public Tensor<float>[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        MoveNext();
        return Tensor.Create(Inputs.Elements().ToArray(), Inputs.Lengths);
    })];

    private sealed class Pool(int[] samples)
    {
        private int _next = samples.Length;

        public int Deal(RandomSource random)
        {
            if (_next == samples.Length)
            {
                random.Next().Shuffle(samples);
                _next = 0;
            }

            return samples[_next++];
        }
    }
}
