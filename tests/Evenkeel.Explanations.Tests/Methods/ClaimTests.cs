using Evenkeel.Explanations.Tests.Golden;
using Evenkeel.Explanations.Tests.Support;

namespace Evenkeel.Explanations.Tests.Methods;

/// <summary>What the texts of explanations claim about their numbers holds.</summary>
public class ClaimTests
{
    private const double Rounding = 1e-12;

    [Theory]
    [InlineData("batch-renorm-default")]
    [InlineData("batch-renorm-random")]
    public void Batch_renormalization_trains_as_it_infers_in_channels_that_no_limit_clips(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        double[] r = explanation.Section("The correction").Values("r")[0], d = explanation.Section("The correction").Values("d")[0];
        double[] trained = explanation.Section(SectionKind.Forward).Values("y")[0];
        double[] inferred = explanation.Section("Inference").Values(@"y_{\mathrm{inference}}")[0];
        int[] channels = explanation.Sets[0].SetOf;
        bool IsClipped(int channel) => r[channel] == 1.5 || Math.Abs(d[channel]) == 0.5;

        Assert.Equal([false, true], [.. Enumerable.Range(0, r.Length).Select(IsClipped)]);
        Assert.All(channels, (channel, e) =>
            Assert.Equal(!IsClipped(channel), Math.Abs(trained[e] - inferred[e]) <= Rounding * Math.Max(1, Math.Abs(trained[e]))));
    }

    [Theory]
    [InlineData("folding-default")]
    [InlineData("folding-random")]
    public void Folding_leaves_the_output(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        double[] two = explanation.Section("Two layers").Values("y")[0], one = explanation.Section("The same output").Values("y")[0];

        Assert.All(two.Zip(one), pair => Assert.Equal(pair.First, pair.Second, Rounding * two.Max(Math.Abs)));
    }

    [Theory]
    [InlineData("gradient-chain-default")]
    [InlineData("gradient-chain-random")]
    public void A_chain_with_normalization_has_the_same_gradients_for_every_weight_that_epsilon_does_not_drown(string name)
    {
        IReadOnlyList<double[]> gradients =
            GoldenCase.Read(name).Explain().Section("In a network of 10 layers").Values(@"|\frac{\partial L}{\partial z_n}|");
        double[][] without = [.. gradients.Take(4)], with = [.. gradients.Skip(5)];

        Assert.Equal(8, gradients.Count);
        Assert.All(without, layers => Assert.True(layers[0] < 1e-5 * layers[^1]));
        Assert.All(with, layers =>
        {
            Assert.All(layers.Zip(with[^1]), pair => Assert.Equal(1, pair.First / pair.Second, 0.01));
            Assert.All(layers.Zip(layers.Skip(1)), pair => Assert.InRange(pair.First / pair.Second, 0.5, 2));
        });
    }

    [Theory]
    [InlineData("cross-iteration-default")]
    [InlineData("cross-iteration-random")]
    public void A_corrected_mean_is_that_of_the_past_inputs_under_the_current_weights(string name)
    {
        Explanation explanation = GoldenCase.Read(name).Explain();
        double[] theta = explanation.Section("The layer before").Values(@"\theta")[0];

        foreach (Section past in explanation.Sections.Where(section => section.Title.EndsWith("ago", StringComparison.Ordinal)))
        {
            double[] meanInput = past.Values(@"\frac{\partial \mu}{\partial \theta}")[0];
            Assert.All(past.Values(@"\mu_{\mathrm{past}}")[0], (mean, j) =>
                Assert.Equal(meanInput.Select((value, i) => value * theta[j * meanInput.Length + i]).Sum(), mean, Rounding * 100));
        }
    }
}
