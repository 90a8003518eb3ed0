using System.Buffers;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Samples to learn from: inputs, and the target of each.</summary>
/// <remarks>The tensors of a dataset must not change once it is created.</remarks>
/// <typeparam name="TTarget">The type of targets: <see cref="int"/> for class labels, <see cref="float"/> for values.</typeparam>
public sealed class Dataset<TTarget>
    where TTarget : unmanaged
{
    /// <summary>Creates a dataset from inputs and targets, which are not copied.</summary>
    /// <param name="inputs">The inputs [N, *], dense; sample i is inputs[i].</param>
    /// <param name="targets">The targets [N, *], dense; targets[i] belongs to inputs[i].</param>
    /// <exception cref="ArgumentNullException">A tensor is null.</exception>
    /// <exception cref="ArgumentException">A tensor is not dense, is empty or has rank 0.</exception>
    /// <exception cref="ArgumentException">The first lengths of the tensors differ.</exception>
    public Dataset(Tensor<float> inputs, Tensor<TTarget> targets)
    {
        Check(inputs, nameof(inputs));
        Check(targets, nameof(targets));
        if (inputs.Lengths[0] != targets.Lengths[0])
        {
            throw new ArgumentException(
                Invariant($"There are {targets.Lengths[0]} targets for {inputs.Lengths[0]} inputs; the numbers must be equal."),
                nameof(targets));
        }

        Inputs = inputs;
        Targets = targets;
    }

    /// <summary>The inputs [N, *].</summary>
    public Tensor<float> Inputs { get; }

    /// <summary>The targets [N, *].</summary>
    public Tensor<TTarget> Targets { get; }

    /// <summary>The number of samples.</summary>
    public int Count => (int)Inputs.Lengths[0];

    /// <summary>The shape of one sample's input.</summary>
    public ReadOnlySpan<nint> SampleShape => Inputs.Lengths[1..];

    /// <summary>Returns the number of batches.</summary>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="dropLast">True to leave out the samples that do not fill a batch; otherwise the last batch is smaller.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public int BatchCount(int batchSize, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return dropLast ? Count / batchSize : (Count - 1) / batchSize + 1;
    }

    /// <summary>Returns the first <paramref name="count"/> samples, which share this dataset's memory.</summary>
    /// <param name="count">The number of samples.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1 or above <see cref="Count"/>.</exception>
    public Dataset<TTarget> Take(int count) => Slice(0, count);

    /// <summary>Returns <paramref name="count"/> samples from <paramref name="start"/> on, which share this dataset's memory.</summary>
    /// <param name="start">The first sample, counted from 0.</param>
    /// <param name="count">The number of samples.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="start"/> is negative or not below <see cref="Count"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is below 1 or above the number of samples from <paramref name="start"/> on.
    /// </exception>
    public Dataset<TTarget> Slice(int start, int count)
    {
        if (start < 0 || start >= Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start, Invariant($"The dataset has {Count} samples; expected a start from 0 to {Count - 1}."));
        }

        int left = Count - start;
        if (count < 1 || count > left)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                Invariant($"The dataset has {left} samples from number {start} on; expected a count from 1 to {left}."));
        }

        return new Dataset<TTarget>(Rows(Inputs, start, count), Rows(Targets, start, count));
    }

    /// <summary>Returns the samples with the given numbers, copied.</summary>
    /// <param name="rows">The numbers of the samples, from 0, in the order of the result; any of them more than once.</param>
    /// <exception cref="ArgumentException">There are no numbers, or one is not from 0 to <see cref="Count"/> − 1.</exception>
    /// <exception cref="ArgumentException">The copy would have more than 2³¹ − 1 elements.</exception>
    public Dataset<TTarget> Select(params ReadOnlySpan<int> rows)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentException("There are no row numbers; a dataset has at least one sample.", nameof(rows));
        }

        int wrong = rows.IndexOfAnyExceptInRange(0, Count - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                Invariant($"Row number {rows[wrong]}, at index {wrong}, is not that of one of the {Count} samples, 0 to {Count - 1}."),
                nameof(rows));
        }

        return new Dataset<TTarget>(Copies(Inputs, rows), Copies(Targets, rows));
    }

    private static Tensor<T> Copies<T>(Tensor<T> tensor, ReadOnlySpan<int> rows)
    {
        if (tensor.FlattenedLength / tensor.Lengths[0] * (long)rows.Length > int.MaxValue)
        {
            throw new ArgumentException(
                Invariant($"A copy of {rows.Length} samples has more than 2³¹ − 1 elements; take them in parts."), nameof(rows));
        }

        Tensor<T> copy = Tensor.CreateFromShapeUninitialized<T>([rows.Length, .. tensor.Lengths[1..]]);
        RowGather.Copy(tensor.Elements(), rows, copy.Elements());
        return copy;
    }

    internal static Tensor<T> Rows<T>(Tensor<T> tensor, int start, int count)
    {
        NRange[] ranges = new NRange[tensor.Rank];
        Array.Fill(ranges, NRange.All);
        ranges[0] = start..(start + count);
        return tensor.Slice(ranges);
    }

    private static void Check<T>(Tensor<T> tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.Rank == 0 || tensor.IsEmpty)
        {
            throw new ArgumentException($"The {name} have shape {Shape.Describe(tensor)}; expected at least one sample, [N, *].", name);
        }

        if (!tensor.IsDense)
        {
            throw new ArgumentException($"The {name} are not dense: call ToDenseTensor() on them first.", name);
        }
    }
}
