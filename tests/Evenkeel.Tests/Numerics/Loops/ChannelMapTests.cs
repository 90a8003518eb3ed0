using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics.Loops;

/// <summary>The affine maps of channels, forward and backward, which share one loop.</summary>
public class ChannelMapTests
{
    [Fact]
    public void The_affine_map_is_a_difference_and_a_fused_multiply_add_to_the_last_bit()
    {
        foreach (ChannelView view in Views.All)
        {
            float[] x = TestData.Channels(view, seed: 1);
            float[] center = TestData.Uniform(view.Sets, 2), scale = TestData.Uniform(view.Sets, 3);
            float[] shift = TestData.Uniform(view.Sets, 4);
            var expected = new float[view.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                int c = Views.SetOf(view, i);
                expected[i] = MathF.FusedMultiplyAdd(x[i] - center[c], scale[c], shift[c]);
            }

            var y = new float[view.Length];
            ChannelAffine.Apply(x, view, center, scale, shift, y);
            AssertSameBits(expected, y);

            ChannelAffine.Apply(x, view, center, scale, shift, x);
            AssertSameBits(expected, x);
        }
    }

    [Fact]
    public void The_gradient_map_is_three_roundings_and_two_fused_multiply_adds_to_the_last_bit()
    {
        foreach (ChannelView view in Views.All)
        {
            float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2);
            float[][] c = [.. Enumerable.Range(3, 5).Select(seed => TestData.Uniform(view.Sets, seed))];
            var coefficients = new GradientCoefficients
            {
                Center = c[0],
                Scale = c[1],
                GradientScale = c[2],
                DeviationScale = c[3],
                Shift = c[4],
            };
            var expected = new float[view.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                int channel = Views.SetOf(view, i);
                float deviation = (x[i] - c[0][channel]) * c[1][channel];
                float sum = MathF.FusedMultiplyAdd(deviation, c[3][channel], c[4][channel]);
                expected[i] = MathF.FusedMultiplyAdd(dy[i], c[2][channel], sum);
            }

            var dx = new float[view.Length];
            ChannelAffineGradient.Apply(dy, x, view, coefficients, dx);
            AssertSameBits(expected, dx);

            ChannelAffineGradient.Apply(dy, x, view, coefficients, dy);
            AssertSameBits(expected, dy);
        }
    }

    [Fact]
    public void Empty_views_map_to_nothing()
    {
        foreach (ChannelView view in Views.Empty)
        {
            float[] c = new float[view.Sets];
            ChannelAffine.Apply([], view, c, c, c, []);
            ChannelAffineGradient.Apply([], [], view, Coefficients(c), []);
        }
    }

    [Fact]
    public void Refuses_spans_that_do_not_have_the_view_s_length()
    {
        var view = new ChannelView(2, 3, 4);
        float[] x = new float[24], wrong = new float[25], c = new float[3];
        AssertRefused<ArgumentException>(() => ChannelAffine.Apply(wrong, view, c, c, c, x), "x", "25", "24");
        AssertRefused<ArgumentException>(() => ChannelAffine.Apply(x, view, wrong, c, c, x), "center", "25", "3");
        AssertRefused<ArgumentException>(() => ChannelAffine.Apply(x, view, c, wrong, c, x), "scale", "25", "3");
        AssertRefused<ArgumentException>(() => ChannelAffine.Apply(x, view, c, c, wrong, x), "shift", "25", "3");
        AssertRefused<ArgumentException>(() => ChannelAffine.Apply(x, view, c, c, c, wrong), "y", "25", "24");
        AssertRefused<ArgumentException>(() => ChannelAffineGradient.Apply(wrong, x, view, Coefficients(c), x), "gradient", "25", "24");
        AssertRefused<ArgumentException>(() => ChannelAffineGradient.Apply(x, wrong, view, Coefficients(c), x), "x", "25", "24");
        AssertRefused<ArgumentException>(() => ChannelAffineGradient.Apply(x, x, view, Coefficients(c), wrong), "result", "25", "24");
        AssertRefused<ArgumentException>(
            () => ChannelAffineGradient.Apply(x, x, view, Coefficients(wrong), x), "coefficients.Center", "25", "3");
    }

    private static GradientCoefficients Coefficients(float[] c) => new()
    {
        Center = c,
        Scale = c,
        GradientScale = c,
        DeviationScale = c,
        Shift = c,
    };
}
