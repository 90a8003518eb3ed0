using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using FsCheck;
using FsCheck.Fluent;

namespace Evenkeel.Tests.Support;

/// <summary>Properties that must hold whatever the values: FsCheck chooses them, from a fixed seed, and shrinks what fails.</summary>
internal static class Properties
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithReplay(new Replay(new Rnd(1502, 3167), null));

    /// <summary>Moderate numbers, as single precision holds them.</summary>
    public static Arbitrary<double> Numbers { get; } = ArbMap.Default.GeneratorFor<int>()
        .Select(value => (double)(float)(value / 7.0)).ToArbitrary();

    /// <summary>Three lists of numbers, any of them perhaps empty.</summary>
    public static Arbitrary<(double[] First, double[] Second, double[] Third)> Parts { get; } = (
        from first in Numbers.Generator.ArrayOf()
        from second in Numbers.Generator.ArrayOf()
        from third in Numbers.Generator.ArrayOf()
        select (first, second, third)).ToArbitrary();

    /// <summary>A seed for data, and a factor from a tenth to ten.</summary>
    public static Arbitrary<(int Seed, float Scale)> SeedsAndScales { get; } = (
        from seed in Gen.Choose(1, 1_000_000)
        from tenths in Gen.Choose(1, 100)
        select (seed, tenths / 10f)).ToArbitrary();

    /// <summary>A seed for data, its shape, with two values per channel or more, its center and its spread.</summary>
    public static Arbitrary<(int Seed, ChannelView View, float Center, float Spread)> Batches { get; } = (
        from seed in Gen.Choose(1, 1_000_000)
        from outer in Gen.Choose(1, 9)
        from channels in Gen.Choose(1, 40)
        from inner in Gen.Choose(outer == 1 ? 2 : 1, 40)
        from center in Gen.Elements(0, 1e4f, -1e30f)
        from spread in Gen.Elements(1, 0.01f, 1e30f, 1e-40f, 0)
        select (seed, new ChannelView(outer, channels, inner), center, spread)).ToArbitrary();

    /// <summary>A seed for data, how many samples and channels there are, and how their images are pooled.</summary>
    public static Arbitrary<(int Seed, int Samples, int Channels, PoolingReference Pooling)> Poolings { get; } = (
        from seed in Gen.Choose(1, 1_000_000)
        from samples in Gen.Choose(1, 2)
        from channels in Gen.Elements(1, 2, 15, 16, 17)
        from size in Extents(5, 9, 40)
        from kernel in Extents(1, 5, 5)
        from stride in Extents(1, 6, 6)
        from before in Extents(0, 4, 4)
        from after in Extents(0, 4, 4)
        from ceilMode in Gen.Elements(false, true)
        from countIncludePad in Gen.Elements(false, true)
        let padding = new Padding(
            Math.Min(before.Height, kernel.Height - 1),
            Math.Min(before.Width, kernel.Width - 1),
            Math.Min(after.Height, kernel.Height - 1),
            Math.Min(after.Width, kernel.Width - 1))
        select (seed, samples, channels, new PoolingReference(
            samples * channels, size, kernel, stride, padding, ceilMode, countIncludePad))).ToArbitrary();

    private static Gen<Extent> Extents(int least, int height, int width) =>
        from h in Gen.Choose(least, height)
        from w in Gen.Choose(least, width)
        select new Extent(h, w);

    public static void Check<T>(Arbitrary<T> values, Action<T> assertion) =>
        FsCheck.Check.One(Settings, Prop.ForAll(values, assertion));
}
