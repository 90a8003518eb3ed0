using System.Numerics.Tensors;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Training;

/// <summary>The losses' checks and counts; their numbers are in the kernels' and the golden tests.</summary>
public class LossTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Refuses_a_label_that_is_not_a_class(int label) =>
        AssertRefused<ArgumentException>(
            () => new SoftmaxCrossEntropy().Forward(Zeros([2, 3]), TestData.Tensor([0, label], 2)),
            "target", $"Label {label} of sample 1", "the 3 classes, 0 to 2");

    [Fact]
    public void Softmax_cross_entropy_refuses_shapes_that_do_not_fit()
    {
        var loss = new SoftmaxCrossEntropy();
        Assert.Contains("there was none", Assert.Throws<InvalidOperationException>(loss.Backward).Message, StringComparison.Ordinal);
        int[] labels = [0, 1];
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([3, 2]), TestData.Tensor(labels, 2)), "target", "[3, 2]", "[2]");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([2, 3]), TestData.Tensor(labels, 2, 1)), "target", "[2, 3]", "[2, 1]");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([2]), TestData.Tensor(labels, 2)), "target", "[N, classes]");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([0, 3]), TestData.Tensor<int>([], 0)), "output", "[0, 3] is empty");
        AssertRefused<ArgumentNullException>(() => loss.Forward(null!, TestData.Tensor(labels, 2)), "output");
        AssertRefused<ArgumentNullException>(() => loss.Forward(Zeros([2, 3]), null!), "target");
        AssertRefused<ArgumentException>(() => loss.Forward(Strided<float>(2, 3), TestData.Tensor(labels, 2)), "output", "not dense");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([2, 3]), StridedLabels()), "target", "not dense");
        AssertRefused<ArgumentException>(() => loss.CountCorrect(Zeros([2, 3]), StridedLabels()), "target", "not dense");

        static Tensor<int> StridedLabels() => Tensor.Create(new int[4], 0, [2], [2]);
    }

    [Fact]
    public void Mean_squared_error_refuses_shapes_that_do_not_fit()
    {
        var loss = new MeanSquaredError();
        Assert.Throws<InvalidOperationException>(loss.Backward);
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([3, 2]), Zeros([2, 3])), "target", "[3, 2]", "[2, 3]");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([0, 2]), Zeros([0, 2])), "output", "[0, 2] is empty");
        AssertRefused<ArgumentNullException>(() => loss.Forward(Zeros([3, 2]), null!), "target");
        AssertRefused<ArgumentException>(() => loss.Forward(Strided<float>(3, 2), Zeros([3, 2])), "output", "not dense");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([3, 2]), Strided<float>(3, 2)), "target", "not dense");
        Assert.Null(loss.CountCorrect(Zeros([3, 2]), Zeros([3, 2])));
    }

    [Fact]
    public void Wrong_options_of_the_cross_entropy_are_refused()
    {
        AssertRefused<ArgumentException>(() => new SoftmaxCrossEntropy(new() { ClassWeights = [1, -1] }), "options", "at least 0");
        AssertRefused<ArgumentException>(() => new SoftmaxCrossEntropy(new() { ClassWeights = [1, float.NaN] }), "options", "finite");
        AssertRefused<ArgumentException>(() => new SoftmaxCrossEntropy(new() { ClassWeights = [0, 0] }), "options", "above 0");
        AssertRefused<ArgumentOutOfRangeException>(() => new SoftmaxCrossEntropy(new() { LabelSmoothing = 1 }), "options", "below 1");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new SoftmaxCrossEntropy(new() { LabelSmoothing = double.NaN }), "options", "below 1");
        AssertRefused<ArgumentException>(
            () => new SoftmaxCrossEntropy(new() { ClassWeights = [1, 2] }).Forward(Zeros([2, 3]), TestData.Tensor([0, 1], 2)),
            "output", "3 classes", "for 2");
        AssertRefused<ArgumentException>(
            () => new SoftmaxCrossEntropy(new() { IgnoredLabel = -1 }).Forward(Zeros([3, 3]), TestData.Tensor([-1, 2, -2], 3)),
            "target", "Label -2 of sample 2");
    }

    [Fact]
    public void Ignored_samples_count_neither_as_correct_nor_as_samples()
    {
        var loss = new SoftmaxCrossEntropy(new() { IgnoredLabel = 1 });
        Tensor<int> labels = TestData.Tensor([1, 0, 1], 3);

        Assert.Equal(1, loss.CountCorrect(TestData.Tensor<float>([0, 1, 1, 0, 1, 0], 3, 2), labels));
        Assert.Equal(1, loss.CountSamples(labels));
    }

    [Fact]
    public void Other_losses_refuse_what_they_cannot_measure()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new HuberLoss(0), "delta");
        AssertRefused<ArgumentOutOfRangeException>(() => new HuberLoss(double.PositiveInfinity), "delta", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => new BinaryCrossEntropy(-1), "positiveWeight");
        AssertRefused<ArgumentOutOfRangeException>(() => new BinaryCrossEntropy(double.PositiveInfinity), "positiveWeight", "finite");
        AssertRefused<ArgumentException>(
            () => new BinaryCrossEntropy().Forward(Zeros([3]), TestData.Tensor<float>([0, 1, 2], 3)), "targets", "Target 2 of element 2");
        AssertRefused<ArgumentException>(
            () => new BinaryCrossEntropy().Forward(Zeros([2]), TestData.Tensor<float>([0, float.NaN], 2)), "targets", "NaN");
        AssertRefused<ArgumentException>(() => new MeanAbsoluteError().Forward(Zeros([3, 2]), Zeros([2, 3])), "target", "[3, 2]");
    }

    [Fact]
    public void Binary_cross_entropy_counts_by_the_sign_of_the_logit()
    {
        var loss = new BinaryCrossEntropy();

        Assert.Equal(2, loss.CountCorrect(
            TestData.Tensor<float>([1, -1, 0, float.NaN], 4, 1), TestData.Tensor<float>([1, 1, 0, 0], 4, 1)));
        Assert.Null(loss.CountCorrect(Zeros([2, 2]), Zeros([2, 2])));
    }

    [Fact]
    public void A_loss_of_ones_own_has_a_sum_and_losses_per_sample()
    {
        var loss = new MeanError { Reduction = LossReduction.Sum };
        Tensor<float> output = TestData.Tensor<float>([3, 5, 7, 9], 2, 2), target = TestData.Tensor<float>([1, 1, 1, 1], 2, 2);

        Assert.Equal(10, loss.Forward(output, target));
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f], loss.Backward());
        Assert.Equal([3, 7], loss.PerSample(output, target));
    }

    [Fact]
    public void Softmax_cross_entropy_counts_where_the_label_is_the_largest_and_the_first_of_equals()
    {
        float[] logits = [0, 2, 1, 5, 5, -1, -3, -2, -1, 4, 4, 4];
        Assert.Equal(4, Count(1, 0, 2, 0));
        Assert.Equal(1, Count(1, 1, 0, 2));
        Assert.Equal(0, Count(0, 1, 0, 1));

        int? Count(params int[] labels) =>
            new SoftmaxCrossEntropy().CountCorrect(TestData.Tensor(logits, 4, 3), TestData.Tensor(labels, 4));
    }

    [Fact]
    public void What_is_not_a_number_counts_as_the_largest_as_in_PyTorch()
    {
        float[] logits = [3, float.NaN, float.NaN, float.NaN];
        Assert.Equal(2, new SoftmaxCrossEntropy().CountCorrect(TestData.Tensor(logits, 2, 2), TestData.Tensor([1, 0], 2)));
        Assert.Equal(0, new SoftmaxCrossEntropy().CountCorrect(TestData.Tensor(logits, 2, 2), TestData.Tensor([0, 1], 2)));
    }

    [Fact]
    public void An_own_loss_gets_checked_tensors_and_memory_for_the_gradient()
    {
        var loss = new MeanError();
        Assert.Equal(2, loss.Forward(TestData.Tensor<float>([3, 5], 2), TestData.Tensor<float>([1, 3], 2)));
        Assert.Equal([0.5f, 0.5f], loss.Backward());
        Assert.Same(loss.Backward(), loss.Backward());
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([0]), Zeros([2])), "output", "empty");
        AssertRefused<ArgumentException>(() => loss.Forward(Zeros([2, 2]), Strided<float>(2, 2)), "target", "not dense");
    }

    [Fact]
    public void A_failed_loss_leaves_no_gradient()
    {
        var loss = new MeanError();
        loss.Forward(Zeros([2]), Zeros([2]));
        Assert.Throws<ArgumentException>(() => loss.Forward(Zeros([2]), Zeros([3])));
        Assert.Throws<InvalidOperationException>(loss.Backward);
    }

    private sealed class MeanError : Loss<float>
    {
        protected override double Compute(Tensor<float> output, Tensor<float> target, Tensor<float> gradient)
        {
            if (output.FlattenedLength != target.FlattenedLength)
            {
                throw new ArgumentException("The lengths differ.", nameof(target));
            }

            gradient.Fill(1f / output.FlattenedLength);
            return Tensor.Average<float>(output) - Tensor.Average<float>(target);
        }
    }
}
