using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Probes;

/// <summary>Estimates the statistics of a linear layer's outputs from the last training batches; passes its input on.</summary>
/// <param name="preceding">The linear layer.</param>
/// <param name="window">The number of batches that count, including the current one.</param>
/// <param name="corrects">True to correct past statistics to the current weights, as in cross-iteration batch normalization; false to use
/// them unchanged.</param>
internal sealed class StatisticsProbe(Linear preceding, int window, bool corrects) : Layer
{
    private readonly Queue<Moments[]> _past = [];
    private readonly StatisticsWindow _window = new(preceding, window - 1, CrossIterationRule.Raise);

    /// <summary>True if forward passes estimate the statistics.</summary>
    public bool IsOn { get; set; }

    /// <summary>The last estimate: the moments of each unit over the batches, which have equal weights.</summary>
    public IReadOnlyList<Moments> Estimate { get; private set; } = [];

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        if (pass == Pass.Training)
        {
            Moments[] current = LayerMoments.Of(input);
            if (IsOn)
            {
                Estimate = corrects ? Corrected(current) : Uncorrected(current);
            }

            if (corrects)
            {
                _window.Record(input.Elements(), ChannelView.Of(input.Lengths, axis: 1), current);
            }
            else if (window > 1)
            {
                _past.Enqueue(current);
                if (_past.Count == window)
                {
                    _past.Dequeue();
                }
            }
        }

        return input;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => outputGradient;

    private IReadOnlyList<Moments> Uncorrected(Moments[] current) =>
    [
        .. current.Select((moments, unit) =>
            _past.Select(batch => batch[unit]).Aggregate(moments, (a, b) => Moments.Merge(a, b))),
    ];

    private IReadOnlyList<Moments> Corrected(Moments[] current)
    {
        int batches = _window.Carry();
        return [.. current.Select((moments, unit) => _window.Merge(unit, moments, batches))];
    }
}
