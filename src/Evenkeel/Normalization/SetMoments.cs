using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The moments of each set of an input, in memory that is used again.</summary>
internal sealed class SetMoments
{
    private Moments[] _moments = [];

    /// <summary>The moments of a set, as last computed.</summary>
    public ref readonly Moments this[int set] => ref _moments[set];

    /// <summary>Computes the moments of each set, of the kept elements where there is a mask; valid until the next call.</summary>
    public Span<Moments> Compute(ReadOnlySpan<float> x, ChannelView view, KeptElements? kept)
    {
        if (_moments.Length < view.Sets)
        {
            _moments = new Moments[view.Sets];
        }

        Span<Moments> moments = _moments.AsSpan(0, view.Sets);
        if (kept is null)
        {
            ChannelMoments.Compute(x, view, moments);
        }
        else
        {
            kept.ComputeMoments(view, moments);
        }

        return moments;
    }
}
