using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Group normalization: each group of neighbouring channels of each sample is brought to mean 0 and variance 1, then
/// scaled and shifted per channel.
/// </summary>
/// <remarks>
/// <para>
/// Over the m elements of a group of C/G channels of one sample: μ = mean x; σ² = Σ(x − μ)²/m; x̂ = (x − μ)/√(σ² + ε);
/// y = γ·x̂ + β with γ and β of the channel. Training and inference are the same, and samples do not touch each other.
/// </para>
/// <para>
/// Backward: dβ = Σdy and dγ = Σdy·x̂ over samples and places; with dx̂ = γ·dy,
/// dx = 1/√(σ² + ε)·[dx̂ − mean(dx̂) − x̂·mean(dx̂·x̂)].
/// </para>
/// <para>
/// One group is layer normalization over [C, *] with weights per channel; a channel per group is
/// <see cref="InstanceNorm"/>. Shapes: [N, C] and [N, C, *], or [N, *, C]; output as input.
/// </para>
/// <para>Source: Wu and He, "Group Normalization", 2018, arXiv 1803.08494.</para>
/// </remarks>
public sealed class GroupNorm : ChannelNormalization
{
    private Moments[] _groups = [];
    private Moments[] _groupOfSet = [];

    /// <summary>Makes a group normalization with γ = 1 and β = 0.</summary>
    /// <param name="groups">The number of groups G, which divides C.</param>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public GroupNorm(int groups, int channels, GroupNormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options is { Affine: true, Bias: true }, options.ChannelAxis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (channels % groups != 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{channels} channels do not fall into {groups} equal groups."),
                nameof(groups));
        }

        Groups = groups;
    }

    /// <summary>The number of groups G.</summary>
    public int Groups { get; }

    private int GroupSize => Channels / Groups;

    /// <summary>Makes a group normalization with groups of the given number of channels.</summary>
    /// <param name="groupSize">The number of channels per group, which divides C.</param>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    /// <exception cref="ArgumentException">The group size does not divide the channels.</exception>
    public static GroupNorm OfGroupSize(int groupSize, int channels, GroupNormOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        return channels % groupSize == 0
            ? new GroupNorm(channels / groupSize, channels, options)
            : throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{channels} channels do not fall into groups of {groupSize}."),
                nameof(groupSize));
    }

    /// <summary>
    /// As <see cref="Layer.Forward"/>, over the elements that a mask keeps: the others are ignored in
    /// statistics and gradients, even if NaN, and their outputs are 0, as are those of a group without kept elements.
    /// </summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <param name="mask">True where elements are kept; the input's shape without its channel axis.</param>
    /// <param name="pass">Whether this is training or inference, which are the same here.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The input does not fit, or the mask does not have its shape.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass) => ForwardMasked(input, mask, pass);

    /// <inheritdoc/>
    protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.PerSample(lengths, axis);

    // A group's sums are those of all its channels.
    private protected override bool NeedsAllSums => true;

    private protected override SetStatistics SelectStatistics(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        if (_groupOfSet.Length < view.Sets)
        {
            _groups = new Moments[view.Parts * Groups];
            _groupOfSet = new Moments[view.Sets];
        }

        GroupMoments(x, view);
        for (int set = 0; set < view.Sets; set++)
        {
            _groupOfSet[set] = _groups[set / GroupSize];
        }

        return new SetStatistics(_groupOfSet.AsSpan(0, view.Sets));
    }

    /// <inheritdoc/>
    protected override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        AffineParameters affine = Affine;
        for (int start = 0; start < sets.Count; start += GroupSize)
        {
            double gradient = 0, normalizedGradient = 0;
            for (int set = start; set < start + GroupSize; set++)
            {
                gradient += affine.Weight(set % Channels) * sets.GradientSum(set);
                normalizedGradient += affine.Weight(set % Channels) * sets.NormalizedGradientSum(set);
            }

            // The output of a group of one element is β, exactly.
            double elements = _groups[start / GroupSize].Count;
            double invStd = elements <= 1 ? 0 : sets.InvStd(start);
            double factor = invStd / Math.Max(1, elements);
            for (int set = start; set < start + GroupSize; set++)
            {
                sets.Write(set, affine.Weight(set % Channels) * invStd, factor * gradient, factor * normalizedGradient);
            }
        }
    }

    private void GroupMoments(ReadOnlySpan<float> x, ChannelView view)
    {
        if (view.Outer == 1)
        {
            // A group's channels lie side by side: they are one run.
            var groups = new ChannelView(view.Parts, 1, Groups, GroupSize * view.Inner);
            ComputeMoments(x, groups).CopyTo(_groups);
            return;
        }

        ReadOnlySpan<Moments> sets = ComputeMoments(x, view);
        for (int group = 0; group < view.Parts * Groups; group++)
        {
            Moments merged = Moments.Empty;
            foreach (ref readonly Moments set in sets.Slice(group * GroupSize, GroupSize))
            {
                merged = Moments.Merge(merged, set);
            }

            _groups[group] = merged;
        }
    }
}
