using System.Reflection;
using Evenkeel.Architecture.Tests.Support;
using Evenkeel.Numerics;
using PublicApiGenerator;

namespace Evenkeel.Architecture.Tests;

/// <summary>
/// The library's public API is that of the reviewed file. To accept a change, run this test with <c>EVENKEEL_WRITE_API=1</c> and
/// commit the file.
/// </summary>
public class PublicApiTests
{
    private const string Baseline = "src/Evenkeel/PublicApi.txt";

    [Fact]
    public void The_public_api_is_the_reviewed_one()
    {
        string api = typeof(Moments).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }) + "\n";
        string path = Path.Combine(Repository.Root, Baseline);
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_API") == "1")
        {
            File.WriteAllText(path, api);
        }

        string[] changes = [.. LineDifference.Between(File.ReadAllLines(path), api.TrimEnd('\n').Split('\n'))];

        Assert.True(
            changes.Length == 0,
            $"The public API is not that of {Baseline}:\n\n{string.Join('\n', changes)}\n\n"
            + "If this is meant, run this test with EVENKEEL_WRITE_API=1 and commit the file.");
    }

    [Theory]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Cli")]
    public void Only_the_library_has_public_types(string project) => Assert.Empty(Assembly.Load(project).GetExportedTypes());
}
