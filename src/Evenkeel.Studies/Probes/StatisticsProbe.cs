using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Probes;

/// <summary>Stands behind a linear layer, passes everything on, and estimates the statistics of its outputs in training from the last batches.</summary>
/// <param name="preceding">The linear layer.</param>
/// <param name="window">How many batches count, today's among them.</param>
/// <param name="carries">Whether past batches' statistics are carried to today's weights, as in cross-iteration batch normalization, or taken as they were.</param>
internal sealed class StatisticsProbe(Linear preceding, int window, bool carries) : Layer
{
    private readonly Queue<Moments[]> _past = [];
    private readonly StatisticsWindow _window = new(preceding, window - 1, CrossIterationRule.Raise);

    /// <summary>Whether the passes to come estimate.</summary>
    public bool IsOn { get; set; }

    /// <summary>What the last pass estimated: the moments of each unit over the batches, each of which counts once.</summary>
    public IReadOnlyList<Moments> Estimate { get; private set; } = [];

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        if (pass == Pass.Training)
        {
            Moments[] today = LayerMoments.Of(input);
            if (IsOn)
            {
                Estimate = carries ? Carried(today) : [.. today.Select((moments, unit) => _past.Select(batch => batch[unit]).Aggregate(moments, (a, b) => Moments.Merge(a, b)))];
            }

            if (carries)
            {
                _window.Record(input.Elements(), ChannelView.Of(input.Lengths, axis: 1), today);
            }
            else if (window > 1)
            {
                _past.Enqueue(today);
                if (_past.Count == window)
                {
                    _past.Dequeue();
                }
            }
        }

        return input;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient) => outputGradient;

    private IReadOnlyList<Moments> Carried(Moments[] today)
    {
        int carried = _window.Carry();
        return [.. today.Select((moments, unit) => _window.Merge(unit, moments, carried))];
    }
}
