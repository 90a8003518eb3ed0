using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics.Columns;

public class ColumnAffineTests
{
    [Fact]
    public void Doubles_are_a_difference_a_quotient_and_a_sum_to_the_last_bit() =>
        CheckApply<double>((x, center, scale, shift) => (x - center) / scale + shift);

    [Fact]
    public void Floats_are_a_difference_and_a_fused_product_with_the_reciprocal_rounded_once_to_the_last_bit() =>
        CheckApply<float>((x, center, scale, shift) => (float)Math.FusedMultiplyAdd(x - center, 1 / scale, shift));

    [Fact]
    public void The_inverse_is_a_difference_and_a_fused_product_to_the_last_bit()
    {
        foreach (ChannelView view in Views.Tables)
        {
            Check<float>(view);
            Check<double>(view);
        }

        static void Check<T>(ChannelView view)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] y = Table<T>(view);
            double[][] c = Coefficients(view);
            T[] expected = [.. y.Select((value, i) => T.CreateTruncating(Math.FusedMultiplyAdd(
                double.CreateTruncating(value) - c[2][Views.SetOf(view, i)], c[1][Views.SetOf(view, i)], c[0][Views.SetOf(view, i)])))];
            var x = new T[y.Length];
            Assert.Equal(-1, ColumnAffine.Invert<T>(y, view, new ColumnMap(c[0], c[1], c[2]), x));
            Assert.Equal(expected, x);
            ColumnAffine.Invert<T>(y, view, new ColumnMap(c[0], c[1], c[2]), y);
            Assert.Equal(expected, y);
        }
    }

    [Fact]
    public void Large_results_which_are_streamed_have_the_bits_of_those_that_are_not_wherever_they_begin_and_in_place()
    {
        Check<float>(300_000);
        Check<double>(150_000);

        static void Check<T>(int rows)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var view = new ChannelView(rows, 33, 1);
            double[][] c = Coefficients(view);
            T[] x = Table<T>(view), expected = new T[x.Length];
            var map = new ColumnMap(c[0], c[1], c[2]);
            var half = new ChannelView(rows / 2, 33, 1);
            ColumnAffine.Apply<T>(x.AsSpan(0, half.Length), half, map, (0.5, 1.5), expected.AsSpan(0, half.Length));
            ColumnAffine.Apply<T>(x.AsSpan(half.Length), half, map, (0.5, 1.5), expected.AsSpan(half.Length));
            int floats = view.Length * Unsafe.SizeOf<T>() / sizeof(float);
            using var memory = new GuardedMemory(floats + 17);
            foreach (int start in (int[])[0, 1, 2, 15, 16, 17])
            {
                memory.Span.Fill(7);
                Span<T> y = MemoryMarshal.Cast<float, T>(memory.Span.Slice(start, floats));
                Assert.Equal(-1, ColumnAffine.Apply<T>(x, view, map, (0.5, 1.5), y));
                Assert.True(y.SequenceEqual(expected));
                Assert.False(memory.Span[..start].ContainsAnyExcept(7));
                Assert.False(memory.Span[(start + floats)..].ContainsAnyExcept(7));
            }

            foreach (int infinite in (int[])[view.Length - 1, view.Length / 2, 3])
            {
                x[infinite] = T.NegativeInfinity;
                Assert.Equal(infinite, ColumnAffine.Apply<T>(x, view, map, null, new T[x.Length]));
            }

            x[3] = x[view.Length / 2] = x[^1] = T.One;
            ColumnAffine.Apply<T>(x, view, map, (0.5, 1.5), x);
            Assert.True(x.AsSpan(4, 1000).SequenceEqual(expected.AsSpan(4, 1000)));
        }
    }

    [Fact]
    public void Limits_bring_what_falls_outside_to_the_nearer_end_and_leave_NaN()
    {
        var view = new ChannelView(5, 3, 1);
        float[] x = [-9, 9, 0.5f, float.NaN, 0, 1, -0.1f, 1.1f, 0.25f, 1e30f, -1e30f, 2, float.NaN, float.NaN, -2];
        var y = new float[15];
        ColumnAffine.Apply<float>(x, view, new ColumnMap(new double[3], [1, 1, 1], new double[3]), (0, 1), y);
        Assert.Equal([0, 1, 0.5f, float.NaN, 0, 1, 0, 1, 0.25f, 1, 0, 1, float.NaN, float.NaN, 0], y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(1000)]
    public void The_first_infinity_is_found_wherever_it_stands_and_whatever_stands_beside_it(int columns)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (ChannelView view in (ChannelView[])[new(100_000 / columns, columns, 1), new(1, columns, 100_000 / columns)])
            {
                var map = new ColumnMap(new double[columns], [.. Enumerable.Repeat(1.0, columns)], new double[columns]);
                T[] x = Array.ConvertAll(new T[view.Length], _ => T.NaN), y = new T[x.Length];
                Assert.Equal(-1, ColumnAffine.Apply<T>(x, view, map, null, y));
                foreach (int first in (int[])[view.Length - 1, 77_777, 1000, 17, 8, 0])
                {
                    x[first] = first % 2 == 0 ? T.PositiveInfinity : T.NegativeInfinity;
                    Assert.Equal(first, ColumnAffine.Apply<T>(x, view, map, null, y));
                    Assert.Equal(first, ColumnAffine.Apply<T>(x, view, map, (0, 1), y));
                    Assert.Equal(first, ColumnAffine.Invert<T>(x, view, map, y));
                    Assert.Equal(first, FirstInfinity.IndexIn<T>(x));
                }
            }
        }
    }

    [Fact]
    public void A_scale_whose_reciprocal_overflows_leaves_the_center_where_it_belongs()
    {
        foreach (ChannelView view in (ChannelView[])[new(2, 1, 1), new(1, 1, 2)])
        {
            var y = new float[2];
            ColumnAffine.Apply<float>([0, 1], view, new ColumnMap([0], [1e-310], [0]), null, y);
            Assert.Equal([0, float.PositiveInfinity], y);
        }
    }

    [Fact]
    public void Empty_views_map_to_nothing()
    {
        foreach (ChannelView view in Views.Empty)
        {
            double[] c = new double[view.Sets];
            Assert.Equal(-1, ColumnAffine.Apply<float>([], view, new ColumnMap(c, c, c), null, []));
            Assert.Equal(-1, ColumnAffine.Invert<double>([], view, new ColumnMap(c, c, c), []));
        }
    }

    [Fact]
    public void Refuses_spans_that_do_not_have_the_view_s_length_and_other_types()
    {
        var view = new ChannelView(2, 3, 1);
        float[] x = new float[6], wrong = new float[5];
        double[] c = new double[3];
        AssertRefused<ArgumentException>(() => Apply(wrong, c, x), "input", "5", "6");
        AssertRefused<ArgumentException>(() => Apply(x, c, wrong), "output", "5", "6");
        AssertRefused<ArgumentException>(() => Apply(x, new double[4], x), "map.Scale", "4", "3");
        Assert.Throws<NotSupportedException>(() =>
            ColumnAffine.Apply<Half>(new Half[6], view, new ColumnMap(c, c, c), null, new Half[6]));

        void Apply(float[] from, double[] scale, float[] to) => ColumnAffine.Apply(from, view, new ColumnMap(c, scale, c), null, to);
    }

    private static void CheckApply<T>(Func<double, double, double, double, double> formula)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ChannelView view in Views.Tables)
        {
            T[] x = Table<T>(view);
            double[][] c = Coefficients(view);
            T[] expected = [.. x.Select((value, i) =>
            {
                int column = Views.SetOf(view, i);
                return T.CreateTruncating(formula(double.CreateTruncating(value), c[0][column], c[1][column], c[2][column]));
            })];
            var y = new T[x.Length];
            Assert.Equal(-1, ColumnAffine.Apply<T>(x, view, new ColumnMap(c[0], c[1], c[2]), null, y));
            Assert.Equal(expected, y);
            ColumnAffine.Apply<T>(x, view, new ColumnMap(c[0], c[1], c[2]), null, x);
            Assert.Equal(expected, x);
        }
    }

    /// <summary>Numbers with a NaN here and there.</summary>
    private static T[] Table<T>(ChannelView view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. TestData.Channels(view, seed: 1).Select((value, i) => i % 11 == 5 ? T.NaN : T.CreateTruncating(value / 3.0))];

    private static double[][] Coefficients(ChannelView view) =>
        [.. Enumerable.Range(2, 3).Select(seed => Array.ConvertAll(TestData.Uniform(view.Sets, seed), value => value / 3.0 + 1))];
}
