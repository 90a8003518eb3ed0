using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>Every normalizer against the one reference: all shapes, settings, masks and hard numbers.</summary>
public class NormalizerReferenceTests
{
    private static readonly nint[][] MaskedShapes =
    [
        [5, 7], [4, 18], [6, 3, 5], [3, 16, 17], [2, 33, 4], [3, 6, 2, 9], [5, 1, 4], [4, 3, 1], [300, 3, 20], [600, 17], [3, 2, 4100],
    ];

    public static TheoryData<string> All => [.. Normalizers.All.Select(normalizer => normalizer.Name)];

    public static TheoryData<string> Maskable =>
        [.. Normalizers.All.Where(normalizer => normalizer.TakesMasks).Select(normalizer => normalizer.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Agrees_on_all_shapes(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        foreach (nint[] lengths in ShapesFor(normalizer, Shapes.ChannelFirst))
        {
            new NormalizerRun(normalizer, lengths).CompareWithReference().AssertTolerated(normalizer, Text(lengths));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Agrees_with_every_setting(string name)
    {
        foreach ((bool affine, double epsilon) in (ReadOnlySpan<(bool, double)>)[(false, 1e-5), (true, 0.5), (false, 1e-12), (true, 1e-3)])
        {
            Normalizer normalizer = Normalizers.Named(name);
            foreach (nint[] lengths in ShapesFor(normalizer, [[6, 7, 9], [4, 18], [3, 17, 2, 2]]))
            {
                new NormalizerRun(normalizer, lengths, affine: affine, epsilon: epsilon).CompareWithReference()
                    .AssertTolerated(normalizer, $"{Text(lengths)} affine {affine}, ε = {epsilon}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Maskable))]
    public void Agrees_with_every_mask_whatever_stands_where_nothing_is_kept(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        foreach (nint[] lengths in ShapesFor(normalizer, MaskedShapes))
        {
            foreach (MaskOf mask in normalizer.MasksOf(lengths).SelectMany(MaskOf.Kinds).Where(mask => mask.Fits(normalizer)))
            {
                new NormalizerRun(normalizer, lengths, mask).CompareWithReference().AssertTolerated(normalizer, $"{Text(lengths)}, {mask}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Agrees_on_numbers_that_are_hard(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        foreach ((float center, float spread) in (ReadOnlySpan<(float, float)>)
            [(1e4f, 0.01f), (-3e5f, 1), (0, 1e30f), (1e30f, 1e28f), (0, 1e-30f), (0, 1e-42f), (16777216, 1)])
        {
            foreach (nint[] lengths in ShapesFor(normalizer, [[9, 6, 11], [40, 18], [8, 3, 5]]))
            {
                string what = FormattableString.Invariant($"{Text(lengths)}, {center} ± {spread}");
                new NormalizerRun(normalizer, lengths, center: center, spread: spread).CompareWithReference()
                    .AssertTolerated(normalizer, what);
                foreach (MaskOf mask in normalizer.MasksOf(lengths).SelectMany(MaskOf.Kinds).Where(mask => mask.Name == "random"))
                {
                    new NormalizerRun(normalizer, lengths, mask, center: center, spread: spread).CompareWithReference()
                        .AssertTolerated(normalizer, $"{what}, {mask}");
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Cross_iteration_agrees_where_its_window_is_full(int window)
    {
        foreach (CrossIterationRun run in CrossIterationRun.OfWindow(window))
        {
            run.CompareWithReference().AssertTolerated($"cross-iteration of {window}");
        }
    }

    /// <summary>The shapes that a normalizer takes, with its channels where it wants them.</summary>
    internal static IEnumerable<nint[]> ShapesFor(Normalizer normalizer, IEnumerable<nint[]> channelFirst) => channelFirst
        .Select(lengths => normalizer.Axis < 0 ? [lengths[0], .. lengths[2..], lengths[1]] : lengths)
        .Where(lengths => normalizer.Fits(lengths));

    internal static string Text(nint[] lengths) => $"[{string.Join(", ", lengths)}]";
}
