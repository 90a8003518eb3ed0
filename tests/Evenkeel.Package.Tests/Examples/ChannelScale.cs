using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>A learned scale of each channel: y = w·x, with one w per channel.</summary>
/// <remarks>
/// <para>Backward: dw += Σ dy·x over the batch and the positions of the channel; dx = w·dy.</para>
/// <para>Shapes: [N, C] or [N, C, *]; output as input; w [C].</para>
/// </remarks>
public sealed class ChannelScale : Layer
{
    private Tensor<float>? _input;

    public ChannelScale(int channels)
    {
        Weight = new Parameter("weight", channels);
        Weight.Value.Fill(1);
        Parameters = [Weight];
    }

    public Parameter Weight { get; }

    public override IReadOnlyList<Parameter> Parameters { get; }

    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        if (input.Rank < 2 || input.Lengths[1] != Weight.Length)
        {
            throw new ArgumentException($"This layer takes [N, {Weight.Length}, *].", nameof(input));
        }

        _input = input;
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        ScaleChannels(input.Elements(), output.Elements());
        return output;
    }

    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        BackwardToParametersCore(outputGradient);
        Tensor<float> inputGradient = InputGradients.Get(outputGradient.Lengths);
        ScaleChannels(outputGradient.Elements(), inputGradient.Elements());
        return inputGradient;
    }

    protected override void BackwardToParametersCore(Tensor<float> outputGradient)
    {
        ReadOnlySpan<float> x = _input!.Elements(), dy = outputGradient.Elements();
        Span<float> dw = Weight.Gradient.Elements();
        int positions = Positions(x.Length);
        for (int c = 0; c < dw.Length; c++)
        {
            double sum = 0;
            for (int start = c * positions; start < x.Length; start += dw.Length * positions)
            {
                for (int i = start; i < start + positions; i++)
                {
                    sum += (double)dy[i] * x[i];
                }
            }

            dw[c] += (float)sum;
        }
    }

    private void ScaleChannels(ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<float> w = Weight.Value.Elements();
        int positions = Positions(x.Length);
        for (int start = 0, c = 0; start < x.Length; start += positions, c = (c + 1) % w.Length)
        {
            TensorPrimitives.Multiply(x.Slice(start, positions), w[c], y[start..]);
        }
    }

    private int Positions(int length) => length / (int)_input!.Lengths[0] / Weight.Length;
}
// end
