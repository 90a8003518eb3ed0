using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics.Pointwise;

public class MaskTests
{
    [Fact]
    public void Each_element_has_the_mask_of_its_place_whatever_its_channel()
    {
        foreach (ChannelView view in Views.All.Where(view => view.Parts == 1))
        {
            float[] random = TestData.Uniform(view.PerSet, seed: 1), kept = new float[view.Length];
            Mask.Expand([.. random.Select(value => value > 0)], view, kept);
            for (int i = 0; i < kept.Length; i++)
            {
                int place = i / (view.Channels * view.Inner) * view.Inner + i % view.Inner;
                Assert.Equal(random[place] > 0 ? 1 : 0, kept[i]);
            }
        }
    }

    [Fact]
    public void The_first_kept_element_of_each_set_is_found_where_there_is_one()
    {
        foreach (ChannelView view in Views.All)
        {
            float[] kept = Array.ConvertAll(TestData.Uniform(view.Length, seed: 1), value => value > 0.6f ? 1f : 0);
            int[] expected = [.. Enumerable.Repeat(-1, view.Sets)], first = new int[view.Sets];
            for (int i = view.Length - 1; i >= 0; i--)
            {
                if (kept[i] != 0)
                {
                    expected[Views.SetOf(view, i)] = i;
                }
            }

            Mask.FindFirst(kept, view, first);
            Assert.Equal(expected, first);
        }
    }

    [Fact]
    public void What_is_not_kept_becomes_zero_and_what_is_kept_stays_to_the_last_bit()
    {
        float[] x = TestData.RandomBits(1003, seed: 1), y = new float[x.Length];
        float[] kept = [.. x.Select((_, i) => i % 3 == 0 ? 1f : 0)];
        Mask.Apply(x, kept, y);
        AssertSameBits([.. x.Select((value, i) => i % 3 == 0 ? value : 0)], y);
        Mask.Apply(x, kept, x);
        AssertSameBits(y, x);
    }

    [Fact]
    public void Deviations_are_summed_over_what_is_kept()
    {
        foreach (ChannelView view in Views.All)
        {
            float[] x = TestData.Channels(view, seed: 1);
            float[] kept = Array.ConvertAll(TestData.Uniform(view.Length, seed: 2), value => value > 0 ? 1f : 0);
            double[] shifts = TestData.Widen(TestData.Uniform(view.Sets, seed: 3));
            double[] deviations = new double[view.Sets], squares = new double[view.Sets];
            for (int i = 0; i < x.Length; i++)
            {
                int set = Views.SetOf(view, i);
                double deviation = kept[i] * (x[i] - shifts[set]);
                deviations[set] += deviation;
                squares[set] += deviation * deviation;
            }

            var sums = new DeviationSums[view.Sets];
            ChannelDeviationSums.Compute(x, kept, view, shifts, sums);
            AssertClose(deviations, [.. sums.Select(s => s.Deviations)], view.PerSet * Tolerances.DoubleSums, 1, $"Σd of {view}");
            AssertClose(squares, [.. sums.Select(s => s.Squares)], Tolerances.DoubleSums, what: $"Σd² of {view}");
        }
    }

    [Fact]
    public void Empty_views_have_nothing_that_is_kept()
    {
        foreach (ChannelView view in Views.Empty.Where(view => view.PerSet == 0 && view.Sets < 10))
        {
            int[] first = new int[view.Sets];
            Mask.FindFirst([], view, first);
            Assert.All(first, element => Assert.Equal(-1, element));
            var sums = new DeviationSums[view.Sets];
            ChannelDeviationSums.Compute([], [], view, new double[view.Sets], sums);
            Assert.All(sums, sum => Assert.Equal(default, sum));
        }
    }

    [Fact]
    public void Refuses_spans_that_do_not_have_the_view_s_length()
    {
        var view = new ChannelView(2, 3, 4);
        float[] right = new float[24], wrong = new float[23];
        AssertRefused<ArgumentException>(() => Mask.Expand(new bool[7], view, right), "positions", "7", "8");
        AssertRefused<ArgumentException>(() => Mask.Expand(new bool[8], view, wrong), "kept", "23", "24");
        AssertRefused<ArgumentException>(() => Mask.Apply(right, wrong, right), "kept", "23", "24");
        AssertRefused<ArgumentException>(() => Mask.Apply(right, right, wrong), "y", "23", "24");
        AssertRefused<ArgumentException>(() => Mask.FindFirst(wrong, view, new int[3]), "kept", "23", "24");
        AssertRefused<ArgumentException>(() => Mask.FindFirst(right, view, new int[4]), "first", "4", "3");
        AssertRefused<ArgumentException>(
            () => ChannelDeviationSums.Compute(right, wrong, view, new double[3], new DeviationSums[3]), "kept", "23", "24");
        AssertRefused<ArgumentException>(
            () => ChannelDeviationSums.Compute(right, right, view, new double[2], new DeviationSums[3]), "shifts", "2", "3");
    }
}
