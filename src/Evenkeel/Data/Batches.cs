using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Divides a dataset into batches, epoch after epoch, in order or shuffled.</summary>
/// <remarks>
/// <para>
/// <c>batches.Start(epoch); while (batches.MoveNext()) { … batches.Inputs … batches.Targets … }</c>
/// </para>
/// <para>
/// The order of a shuffled epoch, and its augmentation, depend on the seed and the number of the epoch alone, so that training can
/// resume at any batch of any epoch. Samples are copied into memory that is reused for each batch: nothing is allocated after construction.
/// </para>
/// </remarks>
/// <typeparam name="TTarget">The type of a target's elements.</typeparam>
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

    /// <summary>Divides a dataset into batches, at the start of epoch 0.</summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="shuffleSeed">
    /// The seed of the order of each epoch, and of augmentation; null for the order of the dataset, with seed 0 for augmentation.
    /// </param>
    /// <param name="dropLast">True to leave out the samples that do not fill a batch; otherwise the last batch is smaller.</param>
    /// <param name="augmentation">Random changes of the inputs, which must be images [N, H, W, C]; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="dataset"/> is null.</exception>
    /// <exception cref="ArgumentException">There is an augmentation, but the inputs are not images larger than its padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="dropLast"/> is true, and the dataset has fewer samples than <paramref name="batchSize"/>.
    /// </exception>
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
                nameof(batchSize), batchSize, Invariant($"The {dataset.Count} samples of the dataset do not fill one batch."));
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

    /// <summary>The number of samples of the dataset.</summary>
    internal int SampleCount => _order.Length;

    /// <summary>The number of batches per epoch.</summary>
    public int Count { get; }

    /// <summary>The inputs of the current batch [batch size, *], valid until the next <see cref="MoveNext"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no current batch.</exception>
    public Tensor<float> Inputs => Current.Inputs;

    /// <summary>The targets of the current batch [batch size, *], valid until the next <see cref="MoveNext"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no current batch.</exception>
    public Tensor<TTarget> Targets => Current.Targets;

    private Batch Current =>
        _current ?? throw new InvalidOperationException("There is no current batch: MoveNext was not called or returned false.");

    /// <summary>Moves to the start of an epoch, before its first batch.</summary>
    /// <param name="epoch">The number of the epoch, from 0, on which the order of the samples depends.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public void Start(int epoch) => Start(epoch, 0);

    /// <summary>Moves to a batch of an epoch, without copying the samples before it.</summary>
    /// <param name="epoch">The number of the epoch, from 0, on which the order of the samples depends.</param>
    /// <param name="batch">
    /// The number of the batch to which <see cref="MoveNext"/> moves, from 0; <see cref="Count"/> for the end of the epoch.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is negative or above <see cref="Count"/>.</exception>
    public void Start(int epoch, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, Count);
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        if (_shuffleSeed is ulong seed)
        {
            new RandomStream(seed, (ulong)epoch).Shuffle(_order);
        }

        _epoch = epoch;
        _next = (int)Math.Min((long)batch * _batchSize, _order.Length);
        _current = null;
    }

    /// <summary>Moves to the next batch.</summary>
    /// <returns>True if there is one; false at the end of the epoch.</returns>
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

    /// <summary>The memory of a batch of a given size.</summary>
    private sealed class Batch(Dataset<TTarget> dataset, int size)
    {
        public int Size => size;

        public Tensor<float> Inputs { get; } = Rows(dataset.Inputs, size);

        public Tensor<TTarget> Targets { get; } = Rows(dataset.Targets, size);

        private static Tensor<T> Rows<T>(Tensor<T> all, int count) =>
            Tensor.CreateFromShapeUninitialized<T>([count, .. all.Lengths[1..]]);
    }
}
