using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// Ghost batch normalization: a large batch is normalized in chunks of neighbouring samples, each by statistics of its own,
/// so that it keeps the noise of small batches.
/// </summary>
/// <remarks>
/// <para>
/// y = γ·(x − μ)/√(σ² + ε) + β with μ and σ² of x's chunk; the backward pass within each chunk is that of <see cref="BatchNorm"/>.
/// The running statistics take in
/// one chunk after the other. The last chunk is smaller where the chunk size does not divide the batch.
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or [N, *, C]; output as input.</para>
/// <para>
/// Source: Hoffer, Hubara and Soudry, "Train longer, generalize better: closing the generalization gap in large batch
/// training of neural networks", 2017, arXiv 1705.08741.
/// </para>
/// </remarks>
public sealed class GhostBatchNorm : RunningNormalization
{
    private readonly SetBuffers _chunks;
    private readonly SetBuffers _rest = new();
    private Moments[] _moments = [];

    /// <summary>Makes a ghost batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="chunkSize">The number of samples per chunk, at least 1.</param>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings, without an exchange; PyTorch's defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    /// <exception cref="ArgumentException">The options have an exchange: chunks do not share statistics.</exception>
    public GhostBatchNorm(int chunkSize, int channels, BatchNormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options is { Affine: true, Bias: true }, options.ChannelAxis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        if (options.Exchange is not null)
        {
            throw new ArgumentException("Ghost batch normalization does not share statistics, so it takes no exchange.", nameof(options));
        }

        ChunkSize = chunkSize;
        _chunks = Sets;
        RunningStatistics = options.CreateRunningStatistics(channels);
    }

    /// <summary>The number of samples per chunk.</summary>
    public int ChunkSize { get; }

    /// <inheritdoc/>
    public override RunningStatistics? RunningStatistics { get; }

    private protected override void Normalize(ReadOnlySpan<float> x, ChannelView view, Pass pass, Epilogue epilogue, Span<float> y)
    {
        (ChannelView chunks, ChannelView rest) = Split(view, Samples);
        if ((UsesBatch(pass) || Updates(pass)) && HasSingleValues(view, Samples))
        {
            throw VarianceMissing("leaves a chunk one value per channel");
        }

        Sets = _chunks;
        base.Normalize(x[..chunks.Length], chunks, pass, epilogue.Slice(0, chunks.Length), y[..chunks.Length]);
        Sets = _rest;
        base.Normalize(x[chunks.Length..], rest, pass, epilogue.Slice(chunks.Length, rest.Length), y[chunks.Length..]);
        if (Updates(pass))
        {
            if (_moments.Length < chunks.Sets + rest.Sets)
            {
                _moments = new Moments[chunks.Sets + rest.Sets];
            }

            _chunks.Moments(0, chunks.Sets).CopyTo(_moments);
            _rest.Moments(0, rest.Sets).CopyTo(_moments.AsSpan(chunks.Sets));
            RunningStatistics!.UpdateAll(SetsOfAllReplicas(_moments.AsSpan(0, chunks.Sets + rest.Sets)));
        }
    }

    private protected override void Differentiate(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx)
    {
        (ChannelView chunks, ChannelView rest) = Split(view, Samples);
        Sets = _chunks;
        base.Differentiate(dy.Slice(0, chunks.Length), x[..chunks.Length], chunks, dx[..chunks.Length]);
        Sets = _rest;
        base.Differentiate(dy.Slice(chunks.Length, rest.Length), x[chunks.Length..], rest, dx[chunks.Length..]);
    }

    private protected override bool NormalizesOverBatch => false;

    private protected override bool HasSingleValues(ChannelView view, int samples)
    {
        (ChannelView chunks, ChannelView rest) = Split(view, samples);
        return chunks.PerSet == 1 || rest.PerSet == 1;
    }

    // The running statistics take in one chunk after the other, once all are normalized.
    private protected override void UpdateRunningStatistics(ReadOnlySpan<Moments> batch)
    {
    }

    // Where channels come last, a sample has several rows.
    private (ChannelView Chunks, ChannelView Last) Split(ChannelView view, int samples)
    {
        int rowsPerSample = view.Outer / samples;
        int size = Math.Min(ChunkSize, samples);
        int chunks = samples / size, rest = samples % size;
        return (
            new ChannelView(chunks, size * rowsPerSample, view.Channels, view.Inner),
            new ChannelView(rest == 0 ? 0 : 1, rest * rowsPerSample, view.Channels, view.Inner));
    }
}
