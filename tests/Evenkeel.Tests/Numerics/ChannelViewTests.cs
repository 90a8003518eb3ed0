using Evenkeel.Numerics;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics;

public class ChannelViewTests
{
    [Theory]
    [InlineData(new[] { 8, 3 }, 1, 8, 3, 1)]
    [InlineData(new[] { 8, 3, 28, 20 }, 1, 8, 3, 560)]
    [InlineData(new[] { 8, 28, 20, 3 }, -1, 4480, 3, 1)]
    [InlineData(new[] { 8, 3, 4, 5, 6 }, 1, 8, 3, 120)]
    [InlineData(new[] { 8, 3, 4, 5, 6 }, -5, 1, 8, 360)]
    [InlineData(new[] { 8, 3, 4 }, 2, 24, 4, 1)]
    [InlineData(new[] { 7 }, 0, 1, 7, 1)]
    [InlineData(new[] { 0, 3, 4 }, 1, 0, 3, 4)]
    public void Splits_the_axes_around_the_channels(int[] lengths, int axis, int outer, int channels, int inner)
    {
        var view = ChannelView.Of(Array.ConvertAll(lengths, length => (nint)length), axis);
        Assert.Equal((outer, channels, inner), (view.Outer, view.Channels, view.Inner));
        Assert.Equal(outer * channels * inner, view.Length);
        Assert.Equal(outer * inner, view.PerSet);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-3)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Refuses_an_axis_that_is_not_there(int axis) =>
        AssertRefused<ArgumentOutOfRangeException>(() => ChannelView.Of([4, 3], axis), "axis", "rank 2", $"no axis {axis}");

    [Theory]
    [InlineData(-1, 1, 1, "outer")]
    [InlineData(1, -1, 1, "channels")]
    [InlineData(1, 1, int.MinValue, "inner")]
    public void Refuses_a_negative_length(int outer, int channels, int inner, string parameter) =>
        AssertRefused<ArgumentOutOfRangeException>(() => new ChannelView(outer, channels, inner), parameter);

    [Theory]
    [InlineData(65536, 65536, 1)]
    [InlineData(65536, 1, 65536)]
    [InlineData(1, 65536, 65536)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(65536, 0, 65536)]
    [InlineData(2, 1 << 30, 1)]
    public void Refuses_more_elements_than_an_int_counts(int outer, int channels, int inner) =>
        AssertRefused<ArgumentException>(
            () => new ChannelView(outer, channels, inner), null, $"[1, {outer}, {channels}, {inner}]", "more than 2,147,483,647 elements");

    [Fact]
    public void Refuses_a_tensor_of_too_many_elements()
    {
        nint huge = (nint)1 << 40;
        AssertRefused<ArgumentException>(() => ChannelView.Of([huge, 3, huge], 1), null, "more than 2,147,483,647 elements");
        AssertRefused<ArgumentException>(() => ChannelView.Of([3, huge], 1), null, "more than 2,147,483,647 elements");
    }
}
