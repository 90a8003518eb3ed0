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

    public static void Check<T>(Arbitrary<T> values, Action<T> assertion) =>
        FsCheck.Check.One(Settings, Prop.ForAll(values, assertion));
}
