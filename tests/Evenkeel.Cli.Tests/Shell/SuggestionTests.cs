using Evenkeel.Cli.Shell;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli.Tests.Shell;

public class SuggestionTests
{
    [Theory]
    [InlineData("init-scal", "init-scale")]
    [InlineData("learningrate", "learning-rate")]
    [InlineData("Sigmoid", "sigmoid")]
    [InlineData("gradient_flow", "gradient-flow")]
    [InlineData("palcement", "placement")]
    [InlineData("reg", "regularization")]
    [InlineData("batch", "batch-size")]
    public void A_name_is_suggested_for_a_typing_error_or_a_beginning(string typed, string name) =>
        Assert.Equal($" Did you mean '{name}'?", Suggestion.For(typed, StudyCatalog.All.Select(study => study.Name)));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("in")]
    [InlineData("resnet")]
    [InlineData("a-name-far-from-all-others")]
    public void Nothing_is_suggested_where_no_name_is_close(string typed) =>
        Assert.Equal("", Suggestion.For(typed, StudyCatalog.All.Select(study => study.Name)));

    [Fact]
    public void The_closest_name_is_suggested() =>
        Assert.Equal(" Did you mean 'lamb'?", Suggestion.For("lam", ["lambda", "lamb", "layer"]));
}
