using Evenkeel.Architecture.Tests.Support;

namespace Evenkeel.Architecture.Tests;

/// <summary>The rules for folders of sources that need no compiler.</summary>
public class SourceLayoutTests
{
    private const int MaxFiles = 25;

    [Theory]
    [InlineData("Evenkeel")]
    [InlineData("Evenkeel.Onnx")]
    [InlineData("Evenkeel.Tables")]
    [InlineData("Evenkeel.Tables.Onnx")]
    [InlineData("Evenkeel.Distributed")]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Explanations")]
    [InlineData("Evenkeel.Lab")]
    [InlineData("Evenkeel.Cli")]
    public void A_folder_has_at_most_25_files(string project)
    {
        IEnumerable<string> tooLarge = Repository.Files($"src/{project}", ".cs").CountBy(Repository.FolderOf)
            .Where(folder => folder.Value > MaxFiles).Select(folder => $"{folder.Key}: {folder.Value} files");

        Assert.Empty(tooLarge);
    }

    [Theory]
    [InlineData("Evenkeel")]
    [InlineData("Evenkeel.Onnx")]
    [InlineData("Evenkeel.Tables")]
    [InlineData("Evenkeel.Tables.Onnx")]
    [InlineData("Evenkeel.Distributed")]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Explanations")]
    [InlineData("Evenkeel.Lab")]
    [InlineData("Evenkeel.Cli")]
    public void No_folder_has_the_name_of_a_type_in_it(string project)
    {
        // Otherwise the name means the namespace in one file and the type in another.
        IEnumerable<string> namesakes = Repository.Files($"src/{project}", ".cs")
            .Where(path => path.Split('/').SkipLast(1).Contains(Path.GetFileNameWithoutExtension(path)));

        Assert.Empty(namesakes);
    }
}
