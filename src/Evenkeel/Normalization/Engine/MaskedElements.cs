using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// The elements of an input that a mask keeps: normalizers take statistics and gradients from these alone, and give 0
/// where nothing is kept.
/// </summary>
internal sealed class MaskedElements
{
    private readonly ReusableTensor _masks = new();
    private readonly ReusableTensor _inputs = new();
    private Tensor<float>? _mask;
    private Tensor<float>? _input;
    private int[] _first = [];
    private double[] _shifts = [];
    private double[] _counts = [];
    private DeviationSums[] _sums = [];

    /// <summary>The input's elements, with 0 where they are not kept.</summary>
    public ReadOnlySpan<float> Input => _input!.Elements();

    /// <summary>Keeps the elements of <paramref name="input"/> whose place the mask says is kept; see <see cref="Mask.Expand"/>.</summary>
    public void Set(Tensor<float> input, Tensor<bool> mask, ChannelView places)
    {
        _mask = _masks.Get(input.Lengths);
        _input = _inputs.Get(input.Lengths);
        Mask.Expand(mask.Elements(), places, _mask.Elements());
        Copy(input.Elements(), _input.Elements());
    }

    /// <summary>Copies elements, with 0 where they are not kept.</summary>
    public void Copy(ReadOnlySpan<float> elements, Span<float> copy) => Mask.Apply(elements, _mask!.Elements(), copy);

    /// <summary>Sets elements that are not kept to 0.</summary>
    public void Clear(Span<float> elements) => Copy(elements, elements);

    /// <summary>The moments of the kept elements of each set of the input; <see cref="Moments.Empty"/> where nothing is kept.</summary>
    /// <remarks>
    /// Taken relative to the first kept element, as <see cref="ChannelMoments"/> is to a block's first: the bound on what
    /// cancellation costs then holds with the length of the set.
    /// </remarks>
    public void ComputeMoments(ChannelView view, Span<Moments> moments)
    {
        ReadOnlySpan<float> kept = _mask!.Elements(), input = Input;
        if (_first.Length < view.Sets)
        {
            _first = new int[view.Sets];
            _shifts = new double[view.Sets];
            _counts = new double[view.Sets];
            _sums = new DeviationSums[view.Sets];
        }

        Span<double> shifts = _shifts.AsSpan(0, view.Sets), counts = _counts.AsSpan(0, view.Sets);
        Span<DeviationSums> sums = _sums.AsSpan(0, view.Sets);
        Mask.FindFirst(kept, view, _first.AsSpan(0, view.Sets));
        for (int set = 0; set < view.Sets; set++)
        {
            shifts[set] = _first[set] < 0 ? 0 : input[_first[set]];
        }

        ChannelSums.Compute(kept, view, counts);
        ChannelDeviationSums.Compute(input, kept, view, shifts, sums);
        for (int set = 0; set < view.Sets; set++)
        {
            moments[set] = Moments.FromSums(counts[set], shifts[set], sums[set].Deviations, sums[set].Squares);
        }
    }
}
