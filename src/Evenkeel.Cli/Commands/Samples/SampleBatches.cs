using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Samples drawn at random from a source, in batches.</summary>
internal static class SampleBatches
{
    private const int MaximumValues = 1 << 27;
    private const int ChunkValues = 1 << 22;

    /// <summary>Draws samples from all of a source, each with equal probability, and keeps their order.</summary>
    /// <param name="source">The source, which is read to its end.</param>
    /// <param name="form">The shape of the samples.</param>
    /// <param name="count">The number of samples at most; large ones are fewer.</param>
    /// <param name="batchSize">The largest number of samples of a batch; all have as many, or one more.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    /// <exception cref="InvalidDataException">A sample cannot be read, or there are none.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static Tensor<float>[] Draw(
        SampleSource source, SampleForm form, int count, int batchSize, ulong seed, CancellationToken cancellationToken)
    {
        int capacity = Math.Clamp(MaximumValues / form.Count, 1, count), chunk = Math.Max(ChunkValues / form.Count, 1);
        RandomStream random = new RandomSource(seed).Next();
        var drawn = new List<(long Number, float[] Values)>();
        float[] values = new float[chunk * form.Count];
        long seen = 0;
        while (source.Read(values, chunk) is > 0 and var read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < read; i++, seen++)
            {
                Span<float> sample = values.AsSpan(i * form.Count, form.Count);
                if (drawn.Count < capacity)
                {
                    drawn.Add((seen, sample.ToArray()));
                }
                else if ((long)(random.Uniform((ulong)seen) * (seen + 1)) is var slot && slot < capacity)
                {
                    sample.CopyTo(drawn[(int)slot].Values);
                    drawn[(int)slot] = (seen, drawn[(int)slot].Values);
                }
            }
        }

        if (seen == 0)
        {
            throw new InvalidDataException("There are no samples.");
        }

        (long Number, float[] Values)[] inOrder = [.. drawn.OrderBy(sample => sample.Number)];
        int batches = (inOrder.Length - 1) / batchSize + 1;
        return
        [
            .. Enumerable.Range(0, batches).Select(i =>
                Batch(inOrder[(int)((long)inOrder.Length * i / batches)..(int)((long)inOrder.Length * (i + 1) / batches)], form)),
        ];
    }

    /// <summary>Draws random samples: values of the normal distribution.</summary>
    /// <param name="shape">The shape of a sample.</param>
    /// <param name="count">The number of samples.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="InvalidDataException">The samples are too large.</exception>
    public static Tensor<float> Random(ReadOnlySpan<nint> shape, int count, ulong seed)
    {
        double length = count;
        foreach (nint axis in shape)
        {
            length *= axis;
        }

        if (length > MaximumValues)
        {
            throw new InvalidDataException(Invariant(
                $"{count:N0} samples of shape {Shape.Describe(shape)} are {length:N0} values; at most {MaximumValues:N0} are possible. ")
                + "Take fewer by --samples.");
        }

        float[] values = new float[(int)length];
        new RandomSource(seed).Next().FillNormal(values, mean: 0, standardDeviation: 1);
        return Tensor.Create(values, [count, .. shape]);
    }

    private static Tensor<float> Batch((long Number, float[] Values)[] samples, SampleForm form)
    {
        float[] values = new float[samples.Length * form.Count];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i].Values.CopyTo(values, i * form.Count);
        }

        return Tensor.Create(values, [samples.Length, .. form.Lengths]);
    }
}
