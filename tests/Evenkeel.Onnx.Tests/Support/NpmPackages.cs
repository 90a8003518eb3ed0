using System.Reflection;

namespace Evenkeel.Onnx.Tests.Support;

/// <summary>The packages of npm that the build restores for tests.</summary>
internal static class NpmPackages
{
    private static readonly string Folder = typeof(NpmPackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "NpmPackages").Value!;

    /// <summary>Why tests with these packages cannot run; null if they can.</summary>
    public static string? Missing { get; } = File.Exists(Path.Combine(Folder, ".restored"))
        ? null
        : "The build could not restore packages from npm: with Node.js 20 or later and a network, build again.";

    /// <summary>The path of a file.</summary>
    /// <param name="file">The package and the path in it.</param>
    public static string PathOf(string file) => Path.Combine(Folder, file);
}

/// <summary>A test that reads files of npm packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip = NpmPackages.Missing;
}

/// <summary>A theory that reads files of npm packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmTheoryAttribute : TheoryAttribute
{
    public NpmTheoryAttribute() => Skip = NpmPackages.Missing;
}
