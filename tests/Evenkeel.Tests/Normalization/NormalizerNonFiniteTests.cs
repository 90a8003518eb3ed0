using Evenkeel.Layers;

namespace Evenkeel.Tests.Normalization;

/// <summary>Numbers that are not finite, and sets that hold little or nothing.</summary>
public class NormalizerNonFiniteTests
{
    public static TheoryData<string> All => NormalizerReferenceTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public void A_bad_value_makes_its_set_NaN_and_touches_no_other(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        foreach (nint[] lengths in NormalizerReferenceTests.ShapesFor(normalizer, [[3, 6, 5], [6, 4], [2, 18, 3]]))
        {
            NormalizerRun clean = new(normalizer, lengths);
            float[] expected = clean.Forward(), expectedGradient = clean.Backward();
            int[] sets = [.. normalizer.Places(lengths).Select(place => normalizer.SetOf(lengths, place))];
            foreach (float bad in (float[])[float.NaN, float.PositiveInfinity])
            {
                foreach (int place in (int[])[0, 7, clean.X.Length - 1])
                {
                    NormalizerRun spoiled = new(normalizer, lengths);
                    spoiled.X[place] = bad;
                    AssertSpoiled(expected, spoiled.Forward(), sets[place], normalizer.SubtractsMean);
                    AssertSpoiled(expectedGradient, spoiled.Backward(), sets[place], normalizer.SubtractsMean);
                }
            }

            void AssertSpoiled(float[] expected, float[] actual, int badSet, bool all)
            {
                Assert.Contains(float.NaN, actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    Assert.True(
                        sets[i] == badSet ? float.IsNaN(actual[i]) || !all : actual[i].Equals(expected[i]),
                        $"{name} [{string.Join(", ", lengths)}]: {actual[i]} instead of {expected[i]} at {i}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Constants_become_zero_and_have_no_gradient_of_their_own_but_that_of_the_deviation(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        foreach (nint[] lengths in NormalizerReferenceTests.ShapesFor(normalizer, [[4, 6, 5], [300, 3, 20], [2, 3, 4100]]))
        {
            foreach (float constant in (float[])[0, -0.1f, 1e30f, 3e38f, 1e-42f, 16777217])
            {
                NormalizerRun run = new(normalizer, lengths, affine: false);
                Array.Fill(run.X, constant);
                float[] y = run.Forward();
                if (normalizer.SubtractsMean)
                {
                    float expected = normalizer.Limits is (_, double dMax) ? Math.Clamp(constant, -(float)dMax, (float)dMax) : 0;
                    Assert.All(y, value => Assert.Equal(expected, value));
                    Assert.All(run.Backward(), value => Assert.True(float.IsFinite(value)));
                }
                else
                {
                    double expected = constant / Math.Sqrt((double)constant * constant + 1e-5);
                    Assert.All(y, value => Assert.Equal(expected, value, Tolerances.Forward));
                }
            }
        }
    }

    [Fact]
    public void Groups_of_one_element_give_the_shift_whatever_they_hold()
    {
        foreach (float center in (float[])[0, 1e4f, 1e30f])
        {
            NormalizerRun run = new(Normalizers.Named("group (C)"), [5, 7], center: center);
            float[] y = run.Forward();
            for (int i = 0; i < y.Length; i++)
            {
                Assert.Equal(run.Layer.Parameters[1].Values[i % 7], y[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_bits_at_all_are_survived(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        for (int seed = 0; seed < 20; seed++)
        {
            NormalizerRun run = new(normalizer, [6, 6, 6]);
            Support.TestData.RandomBits(run.X.Length, seed).CopyTo(run.X, 0);
            run.Forward();
            run.Forward(Pass.Inference);
            run.Backward();
        }
    }
}
