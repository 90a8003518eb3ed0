using Evenkeel.Architecture.Tests.Assemblies;

namespace Evenkeel.Architecture.Tests;

/// <summary>The folders of a project in the order in which they may know each other: each only those above it.</summary>
/// <param name="folders">The folders, relative to the project's own, which is <c>""</c>; what all may know comes first.</param>
internal sealed class FolderOrder(IReadOnlyList<string> folders)
{
    private const string Root = "(root)";

    /// <summary>The folders, from what all may know down to what may know all.</summary>
    public IReadOnlyList<string> Folders { get; } = folders;

    /// <summary>
    /// Reads the order from the table whose header begins with <c>| `src/Project/` |</c>, and each row with <c>| `Folder/` |</c>.
    /// </summary>
    /// <param name="markdown">The text of ARCHITECTURE.md.</param>
    /// <param name="project">The name of a project.</param>
    public static FolderOrder Parse(string markdown, string project)
    {
        string[] rows =
        [
            .. markdown.Split('\n').SkipWhile(line => !line.StartsWith($"| `src/{project}/` |", StringComparison.Ordinal))
                .Skip(2).TakeWhile(line => line.StartsWith("| `", StringComparison.Ordinal)),
        ];
        return rows.Length > 0
            ? new FolderOrder([.. rows.Select(row => row.Split('`')[1]).Select(name => name == Root ? "" : name.TrimEnd('/'))])
            : throw new InvalidDataException(
                $"ARCHITECTURE.md has no table for {project}: its header is \"| `src/{project}/` | holds |\", "
                + $"and a row \"| `Folder/` | … |\" or \"| `{Root}` | … |\".");
    }

    /// <summary>The references to a folder further down, a line each.</summary>
    /// <param name="folders">The folder of each top-level type.</param>
    /// <param name="references">The references between types.</param>
    public IReadOnlyList<string> Violations(IReadOnlyDictionary<string, string> folders, IEnumerable<TypeReference> references)
    {
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        foreach (TypeReference reference in references)
        {
            string from = CompiledAssembly.TopLevel(reference.From), to = CompiledAssembly.TopLevel(reference.To);
            if (folders.TryGetValue(from, out string? user) && folders.TryGetValue(to, out string? used) && Rank(used) > Rank(user))
            {
                violations.Add($"{Name(user)} may not know {Name(used)}, which stands below it: {from} refers to {to}");
            }
        }

        return [.. violations];
    }

    /// <summary>How a folder is written in the table.</summary>
    /// <param name="folder">A folder, relative to the project's own.</param>
    public static string Name(string folder) => folder.Length == 0 ? Root : folder + "/";

    private int Rank(string folder) =>
        Folders.ToList().IndexOf(folder) is >= 0 and int rank
            ? rank
            : throw new InvalidDataException($"{Name(folder)} is not in the table of ARCHITECTURE.md.");
}
