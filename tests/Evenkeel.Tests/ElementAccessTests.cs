using Evenkeel.Layers;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests;

/// <summary>
/// Loops over the elements of tensors live in <c>Numerics</c>: elsewhere nothing but what is listed touches a single one.
/// </summary>
public class ElementAccessTests
{
    private static readonly string[] Folders = ["Layers", "Normalization", "Networks", "Metrics", "Training"];

    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["AffineParameters.Weight"] = "one per channel",
        ["AffineParameters.Bias"] = "one per channel",
        ["AffineParameters.AddGradients"] = "one per channel",
        ["ChannelNormalization.WeightOf"] = "one per channel",
        ["ChannelNormalization.BiasOf"] = "one per channel",
        ["ForwardCoefficients.Write"] = "the coefficients of a set",
        ["RunningNormalization.InferenceMaps"] = "the coefficients of a channel",
        ["BackwardCoefficients.Write"] = "the coefficients of a set",
        ["MaskedElements.ComputeMoments"] = "the first kept element of a set",
        ["PastStatistics.Carried"] = "the biases, one per channel",
        ["Folding.Fold"] = "the biases, one per output",
        ["Unfolding.CreateIdentity"] = "γ and β, one per channel",
    };

    [Fact]
    public void Outside_Numerics_nothing_touches_single_elements_but_what_is_listed_with_its_reason()
    {
        string[] found = [.. typeof(Layer).Assembly.GetTypes()
            .Where(type => Folders.Any(folder => $"{type.Namespace}.".StartsWith($"Evenkeel.{folder}.", StringComparison.Ordinal)))
            .Where(type => (type.DeclaringType ?? type) != typeof(GradientCheck)) // for debugging; it runs in no training
            .SelectMany(ElementAccess.In)];
        Assert.Empty(found.Except(Allowed.Keys));
        Assert.Empty(Allowed.Keys.Except(found));
    }

    [Theory]
    [InlineData(nameof(Samples.SumOfSpan))]
    [InlineData(nameof(Samples.FillOfArray))]
    [InlineData(nameof(Samples.SumOfTensor))]
    [InlineData(nameof(Samples.SumOfSequence))]
    [InlineData(nameof(Samples.CountOfMask))]
    public void Loops_of_every_kind_are_found(string method) =>
        Assert.Contains($"ElementAccessTests.Samples.{method}", ElementAccess.In(typeof(Samples)));

    [Fact]
    public void What_is_per_set_is_none() =>
        Assert.DoesNotContain("ElementAccessTests.Samples.SumOfSets", ElementAccess.In(typeof(Samples)));

    private static class Samples
    {
        public static float SumOfSpan(ReadOnlySpan<float> x)
        {
            float sum = 0;
            foreach (float value in x)
            {
                sum += value;
            }

            return sum;
        }

        public static void FillOfArray(float[] x)
        {
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = 1;
            }
        }

        public static float SumOfTensor(System.Numerics.Tensors.Tensor<float> x)
        {
            float sum = 0;
            for (nint i = 0; i < x.FlattenedLength; i++)
            {
                sum += x[i];
            }

            return sum;
        }

        public static float SumOfSequence(IEnumerable<float> x) => x.Sum(value => 2 * value);

        public static int CountOfMask(ReadOnlySpan<bool> mask)
        {
            int count = 0;
            foreach (bool kept in mask)
            {
                count += kept ? 1 : 0;
            }

            return count;
        }

        public static double SumOfSets(ReadOnlySpan<double> x)
        {
            double sum = 0;
            foreach (double value in x)
            {
                sum += value;
            }

            return sum;
        }
    }
}
