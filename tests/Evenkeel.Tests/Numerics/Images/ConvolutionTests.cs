using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Numerics.Images;

public class ConvolutionTests
{
    [Fact]
    public void Equals_the_reference_and_touches_no_memory_but_its_own()
    {
        foreach (ConvolutionShape shape in Convolutions.All)
        {
            AssertEqualsReference(shape);
        }
    }

    private static void AssertEqualsReference(in ConvolutionShape shape)
    {
        float[] x = TestData.Uniform(shape.InputLength, seed: 1), dy = TestData.Uniform(shape.OutputLength, seed: 2);
        float[] weight = TestData.Uniform(shape.WeightLength, seed: 3), bias = TestData.Uniform(shape.Outputs, seed: 4);
        double[] wideX = TestData.Widen(x), wideDy = TestData.Widen(dy), wideWeight = TestData.Widen(weight);
        var reference = new ConvolutionReference(shape);
        using GuardedMemory gx = new(x), gdy = new(dy), gw = new(weight), gb = new(bias);
        using GuardedMemory y = new(dy.Length), dx = new(x.Length), dw = new(weight);

        Convolution.Forward(shape, gx.Span, gw.Span, gb.Span, default, y.Span);
        AssertClose(reference.Forward(wideX, wideWeight, TestData.Widen(bias)), y.Span, Tolerances.Product, what: $"output of {shape}");
        Convolution.Forward(shape, gx.Span, gw.Span, [], default, y.Span);
        AssertClose(reference.Forward(wideX, wideWeight, null), y.Span, Tolerances.Product, what: $"output without bias of {shape}");
        dx.Span.Fill(float.NaN);
        Convolution.InputGradient(shape, gdy.Span, gw.Span, dx.Span);
        AssertClose(reference.InputGradient(wideDy, wideWeight), dx.Span, Tolerances.Product, what: $"input gradient of {shape}");

        double[] gradient = reference.WeightGradient(wideX, wideDy);
        Convolution.WeightGradient(shape, gx.Span, gdy.Span, dw.Span, accumulate: true);
        AssertClose(
            [.. gradient.Zip(wideWeight, (sum, before) => sum + before)], dw.Span, Tolerances.Product, what: $"weight gradient of {shape}");
        Convolution.WeightGradient(shape, gx.Span, gdy.Span, dw.Span, accumulate: false);
        AssertClose(gradient, dw.Span, Tolerances.Product, what: $"weight gradient of {shape}");
    }
}
