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
            NormalizationForward.Map(x, view, new(center, scale, shift), default, y);
            AssertSameBits(expected, y);

            NormalizationForward.Map(x, view, new(center, scale, shift), default, x);
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
            var coefficients = new ChannelAffineGradient.Coefficients
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
            NormalizationBackward.Map(dy, x, view, coefficients, dx);
            AssertSameBits(expected, dx);

            NormalizationBackward.Map(dy, x, view, coefficients, dy);
            AssertSameBits(expected, dy);
        }
    }

    [Fact]
    public void Empty_views_map_to_nothing()
    {
        foreach (ChannelView view in Views.Empty)
        {
            float[] c = new float[view.Sets];
            NormalizationForward.Map([], view, new(c, c, c), default, []);
            NormalizationBackward.Map([], [], view, Coefficients(c), []);
        }
    }

    [Fact]
    public void Refuses_spans_that_do_not_have_the_view_s_length()
    {
        var view = new ChannelView(2, 3, 4);
        float[] x = new float[24], wrong = new float[25], c = new float[3];
        AssertRefused<ArgumentException>(() => NormalizationForward.Map(wrong, view, new(c, c, c), default, x), "x", "25", "24");
        AssertRefused<ArgumentException>(() =>
            NormalizationForward.Map(x, view, new(wrong, c, c), default, x), "coefficients.Center", "25", "3");
        AssertRefused<ArgumentException>(() =>
            NormalizationForward.Map(x, view, new(c, wrong, c), default, x), "coefficients.Scale", "25", "3");
        AssertRefused<ArgumentException>(() =>
            NormalizationForward.Map(x, view, new(c, c, wrong), default, x), "coefficients.Shift", "25", "3");
        AssertRefused<ArgumentException>(() => NormalizationForward.Map(x, view, new(c, c, c), default, wrong), "y", "25", "24");
        AssertRefused<ArgumentException>(() => NormalizationBackward.Map(wrong, x, view, Coefficients(c), x), "dy", "25", "24");
        AssertRefused<ArgumentException>(() => NormalizationBackward.Map(x, wrong, view, Coefficients(c), x), "x", "25", "24");
        AssertRefused<ArgumentException>(() => NormalizationBackward.Map(x, x, view, Coefficients(c), wrong), "dx", "25", "24");
        AssertRefused<ArgumentException>(
            () => NormalizationBackward.Map(x, x, view, Coefficients(wrong), x), "coefficients.Center", "25", "3");
    }

    private static ChannelAffineGradient.Coefficients Coefficients(float[] c) => new()
    {
        Center = c,
        Scale = c,
        GradientScale = c,
        DeviationScale = c,
        Shift = c,
    };
}
