using FsCheck;
using FsCheck.Fluent;

namespace Evenkeel.Explanations.Tests.Support;

/// <summary>An input to be explained, chosen by FsCheck from a fixed seed.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Seed">The seed of its numbers.</param>
/// <param name="Spread">The spread of the values of each channel; 0 for a constant channel.</param>
/// <param name="Center">The middle of the values of each channel.</param>
public sealed record Example(int[] Shape, int Seed, float[] Spread, float[] Center)
{
    private const int MostElements = 60;
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithReplay(new Replay(new Rnd(1502, 3167), null)).WithMaxTest(25);

    private static Arbitrary<Example> All { get; } = (
        from rank in Gen.Choose(2, 4)
        from samples in Gen.Choose(1, 5)
        from channels in Gen.Choose(1, 4)
        from inner in Gen.Choose(1, 4).ArrayOf(rank - 2)
        let shape = (int[])[samples, channels, .. inner]
        where shape.Aggregate((a, b) => a * b) <= MostElements
        from seed in Gen.Choose(1, 1_000_000)
        from spread in Gen.Elements(1f, 1, 0.1f, 30, 0).ArrayOf(channels)
        from center in Gen.Elements(0f, 0, -1, 7.3f, 100).ArrayOf(channels)
        select new Example(shape, seed, spread, center)).ToArbitrary();

    /// <summary>The input.</summary>
    internal ExplanationInput Input
    {
        get
        {
            var random = new Random(Seed);
            int inner = Shape.AsSpan(2).ToArray().Aggregate(1, (a, b) => a * b), length = Shape[0] * Shape[1] * inner;
            float Draw() => random.NextSingle() * 4 - 2;
            float Value(int channel) => Center[channel] + Spread[channel] * Draw();
            return new ExplanationInput(Shape, [.. Enumerable.Range(0, length).Select(e => Value(e / inner % Shape[1]))])
            {
                Weight = [.. Enumerable.Range(0, Shape[1]).Select(_ => Draw())],
                Bias = [.. Enumerable.Range(0, Shape[1]).Select(_ => Draw())],
                OutputGradient = [.. Enumerable.Range(0, length).Select(_ => Draw())],
                Groups = Shape[1] % 2 == 0 ? 2 : 1,
                Probability = 0.25,
                Seed = (ulong)Seed,
            };
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"[{string.Join(", ", Shape)}], seed {Seed}, spread {string.Join(", ", Spread)}, center {string.Join(", ", Center)}";

    /// <summary>Checks a property of all examples.</summary>
    public static void Check(Action<Example> assertion) => FsCheck.Check.One(Settings, Prop.ForAll(All, assertion));
}
