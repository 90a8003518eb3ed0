using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>A dataset cut into batches, epoch after epoch, in order or shuffled.</summary>
/// <remarks>
/// <para>
/// <c>batches.Start(epoch); while (batches.MoveNext()) { … batches.Inputs … batches.Targets … }</c>
/// </para>
/// <para>
/// A shuffled epoch's order, and what augmentation does in it, depend on the seed and the number of the epoch alone, so
/// that training can be taken up again at any epoch. The samples are copied into memory that is used again for each
/// batch: nothing is allocated once the batches are made.
/// </para>
/// </remarks>
/// <typeparam name="TTarget">What a target is made of.</typeparam>
public sealed class Batches<TTarget>
    where TTarget : unmanaged
{
    private readonly Dataset<TTarget> _dataset;
    private readonly int _batchSize;
    private readonly ulong? _shuffleSeed;
    private readonly ImageAugmentation? _augmentation;
    private readonly int[] _order;
    private readonly Batch _full;
    private readonly Batch? _last;
    private Batch? _current;
    private int _epoch;
    private int _next;

    /// <summary>Cuts a dataset into batches; the first epoch is number 0 unless <see cref="Start"/> says otherwise.</summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="batchSize">How many samples a batch has.</param>
    /// <param name="shuffleSeed">The seed of the epochs' orders, and of what augmentation does; null for the order of the dataset, and seed 0.</param>
    /// <param name="dropLast">Whether an epoch leaves out the samples that do not fill a batch; otherwise its last batch is smaller.</param>
    /// <param name="augmentation">What is done to the inputs, which are then images [N, H, W, C]; null for nothing.</param>
    /// <exception cref="ArgumentNullException">The dataset is missing.</exception>
    /// <exception cref="ArgumentException">There is an augmentation, and the inputs are no images, or not larger than its padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1, or above the number of samples where an epoch would then have no batch.</exception>
    public Batches(
        Dataset<TTarget> dataset,
        int batchSize,
        ulong? shuffleSeed = null,
        bool dropLast = false,
        ImageAugmentation? augmentation = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Count = dataset.BatchCount(batchSize, dropLast);
        if (Count == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize),
                batchSize,
                Invariant($"The dataset's {dataset.Count} samples do not fill one batch."));
        }

        augmentation?.Check(dataset.SampleShape, nameof(augmentation));
        _dataset = dataset;
        _batchSize = Math.Min(batchSize, dataset.Count);
        _shuffleSeed = shuffleSeed;
        _augmentation = augmentation;
        _order = new int[dataset.Count];
        _full = new Batch(dataset, _batchSize);
        int remainder = dataset.Count % _batchSize;
        _last = remainder == 0 || dropLast ? null : new Batch(dataset, remainder);
        Start(0);
    }

    /// <summary>How many batches an epoch has.</summary>
    public int Count { get; }

    /// <summary>The inputs of the current batch [batch size, *], valid until the next <see cref="MoveNext"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no current batch.</exception>
    public Tensor<float> Inputs => Current.Inputs;

    /// <summary>The targets of the current batch [batch size, *], valid until the next <see cref="MoveNext"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no current batch.</exception>
    public Tensor<TTarget> Targets => Current.Targets;

    private Batch Current =>
        _current ?? throw new InvalidOperationException("There is no current batch: MoveNext was not called or returned false.");

    /// <summary>Goes to the start of an epoch, before its first batch.</summary>
    /// <param name="epoch">The epoch, of which the order of the samples depends.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public void Start(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        if (_shuffleSeed is ulong seed)
        {
            new RandomStream(seed, (ulong)epoch).Shuffle(_order);
        }

        _epoch = epoch;
        _next = 0;
        _current = null;
    }

    /// <summary>Goes to the next batch.</summary>
    /// <returns>Whether there is one; otherwise the epoch is over.</returns>
    public bool MoveNext()
    {
        int left = _order.Length - _next;
        _current = left >= _batchSize ? _full : left > 0 ? _last : null;
        if (_current is null)
        {
            return false;
        }

        int size = _current.Size;
        ReadOnlySpan<int> samples = _order.AsSpan(_next, size);
        if (_augmentation is null)
        {
            RowGather.Copy(_dataset.Inputs.Elements(), samples, _current.Inputs.Elements());
        }
        else
        {
            _augmentation.Copy(_dataset.Inputs, samples, _shuffleSeed ?? 0, _epoch, _current.Inputs.Elements());
        }

        RowGather.Copy(_dataset.Targets.Elements(), samples, _current.Targets.Elements());
        _next += size;
        return true;
    }

    /// <summary>The memory of a batch of a certain size.</summary>
    private sealed class Batch(Dataset<TTarget> dataset, int size)
    {
        public int Size => size;

        public Tensor<float> Inputs { get; } = Rows(dataset.Inputs, size);

        public Tensor<TTarget> Targets { get; } = Rows(dataset.Targets, size);

        private static Tensor<T> Rows<T>(Tensor<T> all, int count) =>
            Tensor.CreateFromShapeUninitialized<T>([count, .. all.Lengths[1..]]);
    }
}
