using Evenkeel.Explanations.Methods;

namespace Evenkeel.Explanations.Tests;

/// <summary>Inputs that cannot be explained are refused with the reason.</summary>
public class ExplanationInputTests
{
    private static readonly string[] Normalizers =
        ["batch-norm", "layer-norm", "instance-norm", "group-norm", "batch-renorm", "cross-iteration", "folding"];

    [Theory]
    [InlineData(new[] { 4 }, 4, "shape [4]")]
    [InlineData(new int[0], 1, "shape []")]
    [InlineData(new[] { 1, 1, 1, 2, 2 }, 4, "shape [1, 1, 1, 2, 2]")]
    [InlineData(new[] { 2, 0 }, 0, "shape [2, 0]")]
    [InlineData(new[] { 2, -2 }, 4, "shape [2, -2]")]
    [InlineData(new[] { 3, 171 }, 513, "513 values")]
    [InlineData(new[] { 2, 3 }, 5, "5 values")]
    [InlineData(new[] { 65536, 65536 }, 0, "0 values")]
    public void A_shape_that_cannot_be_explained_is_refused(int[] shape, int values, string reason) =>
        AssertRefused(() => new ExplanationInput(shape, new float[values]), reason);

    [Theory]
    [InlineData(float.NaN, "Value 2 of input is NaN")]
    [InlineData(float.PositiveInfinity, "Value 2 of input is Infinity")]
    [InlineData(float.NegativeInfinity, "Value 2 of input is -Infinity")]
    public void A_value_that_is_not_finite_is_refused(float value, string reason) =>
        AssertRefused(() => new ExplanationInput([2, 1], [1, value]), reason);

    [Theory]
    [InlineData(new[] { 2, 256 })]
    [InlineData(new[] { 2, 1, 1 })]
    [InlineData(new[] { 1, 2, 1, 3 })]
    public void Other_inputs_have_a_gradient_of_the_output(int[] shape)
    {
        float[] values = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(i => (float)i)];

        var input = new ExplanationInput(shape, values);

        Assert.Equal(values.Length, input.OutputGradient.Length);
        Assert.All(input.OutputGradient, value => Assert.InRange(value, -1, 2));
    }

    [Fact]
    public void A_gradient_of_another_length_is_refused() =>
        AssertRefused(() => ExplanationInput.Images with { OutputGradient = [1, 2, 3] }, "dy has 3 values; the output has 16");

    [Fact]
    public void A_gradient_that_is_not_finite_is_refused() => AssertRefused(
        () => new ExplanationInput([2, 1], [1, 2]) { OutputGradient = [0, float.NaN] }, "Value 2 of dy is NaN");

    public static TheoryData<string> WithParameters => [.. Normalizers];

    [Theory]
    [MemberData(nameof(WithParameters))]
    [InlineData("rms-norm")]
    public void A_gamma_of_another_length_is_refused(string method) =>
        AssertRefused(method, input => input with { Weight = [1, 2, 3] }, "gamma has 3 values", "channels");

    [Theory]
    [MemberData(nameof(WithParameters))]
    public void A_beta_of_another_length_is_refused(string method) =>
        AssertRefused(method, input => input with { Bias = [1, 2, 3] }, "beta has 3 values", "channels");

    [Theory]
    [MemberData(nameof(WithParameters))]
    [InlineData("rms-norm")]
    public void A_gamma_that_is_not_finite_is_refused(string method) => AssertRefused(
        method, input => input with { Weight = [.. input.Weight!.Select(_ => float.PositiveInfinity)] }, "Value 1 of gamma is Infinity");

    [Fact]
    public void Groups_that_do_not_divide_the_channels_are_refused() =>
        AssertRefused("group-norm", input => input with { Groups = 3 }, "3", "4");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_number_of_groups_below_one_is_refused(int groups) =>
        AssertRefused("group-norm", input => input with { Groups = groups }, "groups");

    [Theory]
    [InlineData("batch-norm", 1, 2)]
    [InlineData("batch-renorm", 1, 2)]
    [InlineData("cross-iteration", 1, 2)]
    [InlineData("gradient-chain", 1, 1)]
    public void One_value_per_channel_is_refused(string method, int samples, int channels) =>
        AssertRefused(method, _ => new([samples, channels], new float[samples * channels]), "one value", "variance");

    [Fact]
    public void One_value_per_channel_and_sample_is_refused_by_instance_normalization() =>
        AssertRefused("instance-norm", _ => new([2, 2], [1, 2, 3, 4]), "one value", "variance");

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_epsilon_that_is_not_positive_is_refused(double epsilon) => Assert.All(
        Normalizers,
        method => Assert.ThrowsAny<ArgumentException>(() => (object)Explain(method, input => input with { Epsilon = epsilon })));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_probability_outside_of_its_range_is_refused(double probability) =>
        AssertRefused("dropout", input => input with { Probability = probability }, "robability");

    private static void AssertRefused(string method, Func<ExplanationInput, ExplanationInput> change, params string[] reasons) =>
        AssertRefused(() => Explain(method, change), reasons);

    private static void AssertRefused(Func<object> action, params string[] reasons)
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(action);

        Assert.All(reasons, reason => Assert.Contains(reason, error.Message, StringComparison.Ordinal));
    }

    private static Explanation Explain(string method, Func<ExplanationInput, ExplanationInput> change)
    {
        ExplanationEntry entry = ExplanationCatalog.All.Single(entry => entry.Name == method);
        return entry.Explain(change(entry.DefaultInput));
    }
}
