namespace Evenkeel.Architecture.Tests.Support;

/// <summary>The files of the repository, for tests of how it is laid out.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "TestResults", "evenkeel-out", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Paths of the files under a folder, relative to the root, with forward slashes, in ordinal order.</summary>
    /// <param name="folder">A folder relative to the root; <c>""</c> for all.</param>
    /// <param name="extension">What the names end with.</param>
    public static IReadOnlyList<string> Files(string folder, string extension) =>
        [.. Walk(new DirectoryInfo(Path.Combine(Root, folder)))
            .Where(file => file.Name.EndsWith(extension, StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>The content of a file.</summary>
    /// <param name="path">Its path relative to the root.</param>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The folder of a path with forward slashes; <c>""</c> for a file at the top.</summary>
    /// <param name="path">The path of a file.</param>
    public static string FolderOf(string path) => path.LastIndexOf('/') is >= 0 and int end ? path[..end] : "";

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(
            folder.EnumerateDirectories()
                .Where(child => child.Name[0] != '.' && !NotOurs.Contains(child.Name))
                .SelectMany(Walk));

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Evenkeel.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("The tests do not lie within the repository.");
    }
}
