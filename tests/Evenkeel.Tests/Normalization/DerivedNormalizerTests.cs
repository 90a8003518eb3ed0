using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Normalization;

/// <summary>Normalizers that users derive, with the default coefficients.</summary>
[Collection(nameof(ProcessWideState))]
public class DerivedNormalizerTests
{
    [Fact]
    public void A_mask_may_keep_different_numbers_of_elements_per_set()
    {
        // One sample is kept whole, one in part, and of one nothing is kept.
        bool[] kept = [.. Enumerable.Range(0, 3 * 9).Select(i => i / 9 == 0 || (i / 9 == 1 && i % 3 != 0))];
        var layer = new Masked(new PerSample(4), TestData.Tensor(kept, 3, 9));
        Tensor<float> input = TestData.Tensor(TestData.Uniform(3 * 4 * 9, seed: 1), 3, 4, 9);
        foreach (string strategy in (string[])["sweeps", "fused"])
        {
            IReadOnlyList<GradientError> errors = Strategies.With(strategy, () => GradientCheck.Check(layer, input));
            Assert.All(errors, error => Assert.True(error.RelativeError < 1e-3, $"{strategy}: {error}"));
        }
    }

    private sealed class PerSample(int channels) : ChannelNormalization(channels, epsilon: 1e-5)
    {
        public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass) => ForwardMasked(input, mask, pass);

        protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.PerSample(lengths, axis);
    }

    private sealed class Masked(PerSample normalization, Tensor<bool> mask) : Layer
    {
        public override IReadOnlyList<Parameter> Parameters => normalization.Parameters;

        public override Tensor<float> Forward(Tensor<float> input, Pass pass) => normalization.Forward(input, mask, pass);

        public override Tensor<float> Backward(Tensor<float> outputGradient) => normalization.Backward(outputGradient);
    }
}
