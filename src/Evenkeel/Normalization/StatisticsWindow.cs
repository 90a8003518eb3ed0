using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Tensors;

namespace Evenkeel.Normalization;

/// <summary>The statistics of past iterations, corrected for the change of the weights and averaged with this iteration's.</summary>
/// <param name="preceding">The layer before.</param>
/// <param name="length">The number of past iterations that are kept.</param>
/// <param name="rule">The treatment of a negative variance.</param>
internal sealed class StatisticsWindow(IChannelwiseLinear preceding, int length, CrossIterationRule rule)
{
    // A ring buffer: the newest replaces the oldest.
    private readonly PastStatistics?[] _past = new PastStatistics?[length];
    private readonly SetBuffers _upstream = new();
    private readonly ReusableTensor _upstreams = new();
    private float[] _varianceGradient = [];
    private long _recorded;

    /// <summary>The tensors that checkpoints save and load: those of each slot of the ring, used or not.</summary>
    public IEnumerable<StateTensor> State =>
    [
        StateTensor.OfTraining("window_recorded", () => _recorded, value => _recorded = value),
        .. Enumerable.Range(0, length).SelectMany(i => PastStatistics.State($"window_{i}", preceding, () => Slot(i))),
    ];

    /// <summary>Removes all iterations.</summary>
    public void Clear() => _recorded = 0;

    /// <summary>Corrects the kept iterations for the current weights; returns their number.</summary>
    public int Carry()
    {
        int kept = (int)Math.Min(_recorded, length);
        for (int age = 0; age < kept; age++)
        {
            Past(age).Carry();
        }

        return kept;
    }

    /// <summary>Merges the moments of a channel over this iteration and the past ones, each with the same weight.</summary>
    /// <remarks>The mean of (μ, ν), written with v = ν − μ²: σ̄² = mean v + mean (μ − μ̄)².</remarks>
    /// <param name="channel">The channel.</param>
    /// <param name="today">Its moments in this iteration.</param>
    /// <param name="carried">The number of past iterations that count, the newest first.</param>
    public Moments Merge(int channel, in Moments today, int carried)
    {
        var window = new Moments(1, today.Mean, today.PopulationVariance);
        for (int age = 0; age < carried; age++)
        {
            (double mean, double variance) = Past(age).Carried(channel);
            if (variance >= 0 || rule == CrossIterationRule.Raise)
            {
                window = Moments.Merge(window, new Moments(1, mean, Math.Max(0, variance)));
            }
        }

        return window;
    }

    /// <summary>Keeps this iteration, unless it or its gradients are not finite: they would affect the next iterations.</summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="view">How it is seen.</param>
    /// <param name="today">The moments of each channel, over all parts of the batch.</param>
    /// <param name="exchange">The link to the other parts of the batch; null if the input is all of it.</param>
    public void Record(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<Moments> today, IBatchExchange? exchange = null)
    {
        if (length > 0 && DifferentiateVariance(x, view, today, exchange))
        {
            Slot((int)(_recorded % length)).Record(today, _varianceGradient, view.PerSet / today[0].Count, exchange);
            _recorded++;
        }
    }

    private PastStatistics Slot(int index) => _past[index] ??= new PastStatistics(preceding);

    private PastStatistics Past(int age) => _past[(_recorded - 1 - age) % length]!;

    /// <summary>∂σ²/∂θ, by ∂σ²/∂x = 2(x − μ)/m; false where it is not finite.</summary>
    private bool DifferentiateVariance(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<Moments> today, IBatchExchange? exchange)
    {
        _upstream.Resize(view.Sets);
        var sets = new ForwardCoefficients(_upstream, SetStatistics.Own, 0, view.Sets);
        for (int c = 0; c < today.Length; c++)
        {
            sets.Write(c, today[c].Mean, invStd: 2.0 / today[c].Count, scale: 1, shift: 0);
        }

        Span<float> upstream = _upstreams.Get([x.Length]).Elements();
        NormalizationForward.Map(x, view, _upstream.Affine, default, upstream);
        Array.Resize(ref _varianceGradient, preceding.Weight.Length);
        preceding.SumInputs(upstream, _varianceGradient);
        exchange?.Sum(_varianceGradient);
        return Finiteness.OfAll(_varianceGradient);
    }
}
