using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Normalization;

/// <summary>The moments of each set of an input, in memory that is used again.</summary>
internal sealed class SetMoments
{
    private Moments[] _moments = [];

    /// <summary>The moments of neighbouring sets, as last computed.</summary>
    public ReadOnlySpan<Moments> Of(int first, int count) => _moments.AsSpan(first, count);

    /// <summary>Computes the moments of each set, of the kept elements where there is a mask; valid until the next call.</summary>
    public Span<Moments> Compute(ReadOnlySpan<float> x, ChannelView view, KeptElements? kept)
    {
        Span<Moments> moments = Room(view.Sets);
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

    /// <summary>Room for the moments of so many sets, for others to compute.</summary>
    public Span<Moments> Room(int sets)
    {
        if (_moments.Length < sets)
        {
            _moments = new Moments[sets];
        }

        return _moments.AsSpan(0, sets);
    }
}
