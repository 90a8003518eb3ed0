using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Normalization;

/// <summary>The statistics of the last iterations: kept, carried to the weights of now, and averaged with those of today.</summary>
/// <param name="preceding">The layer before.</param>
/// <param name="length">How many past iterations are kept; today's is one more.</param>
/// <param name="rule">What is done where no variance can be.</param>
internal sealed class StatisticsWindow(IChannelwiseLinear preceding, int length, CrossIterationRule rule)
{
    // A ring: the newest takes the place of the oldest.
    private readonly PastStatistics?[] _past = new PastStatistics?[length];
    private readonly SetBuffers _upstream = new();
    private readonly ReusableTensor _upstreams = new();
    private float[] _varianceGradient = [];
    private long _recorded;

    /// <summary>Forgets what is kept.</summary>
    public void Clear() => _recorded = 0;

    /// <summary>Carries what is kept to the weights of now; returns how many iterations that is.</summary>
    public int Carry()
    {
        int kept = (int)Math.Min(_recorded, length);
        for (int age = 0; age < kept; age++)
        {
            Past(age).Carry();
        }

        return kept;
    }

    /// <summary>The moments of a channel over today's iteration and those carried, of which each counts once.</summary>
    /// <remarks>The mean of (μ, ν), written with v = ν − μ²: σ̄² = mean v + mean (μ − μ̄)².</remarks>
    /// <param name="channel">The channel.</param>
    /// <param name="today">Its moments today.</param>
    /// <param name="carried">How many past iterations count, the newest first.</param>
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

    /// <summary>Keeps today's iteration, unless it or its gradients are not finite: it would stay for the next iterations.</summary>
    public void Record(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<Moments> today)
    {
        if (length > 0 && DifferentiateVariance(x, view, today))
        {
            PastStatistics oldest = _past[_recorded % length] ??= new PastStatistics(preceding);
            oldest.Record(today, _varianceGradient);
            _recorded++;
        }
    }

    private PastStatistics Past(int age) => _past[(_recorded - 1 - age) % length]!;

    /// <summary>∂σ²/∂θ, by ∂σ²/∂x = 2(x − μ)/m; false where it is not finite.</summary>
    private bool DifferentiateVariance(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<Moments> today)
    {
        _upstream.Resize(view.Sets);
        var sets = new ForwardCoefficients(_upstream, 0, view.Sets);
        for (int c = 0; c < today.Length; c++)
        {
            sets.Write(c, today[c].Mean, invStd: 2.0 / view.PerSet, scale: 1, shift: 0);
        }

        Span<float> upstream = _upstreams.Get([x.Length]).Elements();
        NormalizationForward.Map(x, view, _upstream.Affine, default, upstream);
        Array.Resize(ref _varianceGradient, preceding.Weight.Length);
        preceding.SumInputs(upstream, _varianceGradient);
        return Finiteness.OfAll(_varianceGradient);
    }
}
