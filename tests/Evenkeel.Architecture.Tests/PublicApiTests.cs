using System.Reflection;
using Evenkeel.Architecture.Tests.Support;
using PublicApiGenerator;

namespace Evenkeel.Architecture.Tests;

/// <summary>
/// The public API of a package is that of the reviewed file beside it. To accept a change, run this test with
/// <c>EVENKEEL_WRITE_API=1</c> and commit the file.
/// </summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("Evenkeel")]
    [InlineData("Evenkeel.Onnx")]
    [InlineData("Evenkeel.Tables")]
    [InlineData("Evenkeel.Tables.Onnx")]
    [InlineData("Evenkeel.Distributed")]
    public void The_public_api_is_the_reviewed_one(string project)
    {
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        string api = Assembly.Load(project).GeneratePublicApi(options) + "\n", baseline = $"src/{project}/PublicApi.txt";
        string path = Path.Combine(Repository.Root, baseline);
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_API") == "1")
        {
            File.WriteAllText(path, api);
        }

        string[] changes = [.. LineDifference.Between(File.ReadAllLines(path), api.TrimEnd('\n').Split('\n'))];

        Assert.True(
            changes.Length == 0,
            $"The public API is not that of {baseline}:\n\n{string.Join('\n', changes)}\n\n"
            + "If this is meant, run this test with EVENKEEL_WRITE_API=1 and commit the file.");
    }

    [Theory]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Cli")]
    public void Only_packages_have_public_types(string project) => Assert.Empty(Assembly.Load(project).GetExportedTypes());
}
