using Evenkeel.Architecture.Tests.Assemblies;
using Evenkeel.Architecture.Tests.Support;

namespace Evenkeel.Architecture.Tests;

/// <summary>Holds the references between compiled types against the tables of folders in ARCHITECTURE.md.</summary>
public class ArchitectureTests
{
    [Theory]
    [InlineData("Evenkeel")]
    [InlineData("Evenkeel.Onnx")]
    [InlineData("Evenkeel.Tables")]
    [InlineData("Evenkeel.Tables.Onnx")]
    [InlineData("Evenkeel.Distributed")]
    [InlineData("Evenkeel.Explanations")]
    [InlineData("Evenkeel.Lab")]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Cli")]
    public void A_folder_knows_only_folders_above_it(string project)
    {
        CompiledAssembly assembly = Read(project);
        IReadOnlyList<string> violations = Order(project).Violations(assembly.FoldersIn(project), assembly.References);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Theory]
    [InlineData("Evenkeel")]
    [InlineData("Evenkeel.Onnx")]
    [InlineData("Evenkeel.Tables")]
    [InlineData("Evenkeel.Tables.Onnx")]
    [InlineData("Evenkeel.Distributed")]
    [InlineData("Evenkeel.Explanations")]
    [InlineData("Evenkeel.Lab")]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Cli")]
    public void The_table_lists_the_folders_with_sources(string project)
    {
        IEnumerable<string> sources = Repository.Files($"src/{project}", ".cs").Concat(Repository.Files($"src/{project}", ".proto"));
        IEnumerable<string> folders = sources.Select(Repository.FolderOf).Distinct()
            .Select(folder => folder[$"src/{project}".Length..].TrimStart('/'));

        Assert.Equal(folders.Order(StringComparer.Ordinal), Order(project).Folders.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Evenkeel")]
    [InlineData("Evenkeel.Onnx")]
    [InlineData("Evenkeel.Tables")]
    [InlineData("Evenkeel.Tables.Onnx")]
    [InlineData("Evenkeel.Distributed")]
    [InlineData("Evenkeel.Explanations")]
    [InlineData("Evenkeel.Lab")]
    [InlineData("Evenkeel.Studies")]
    [InlineData("Evenkeel.Cli")]
    public void A_file_holds_a_type_of_its_name_and_folder(string project)
    {
        IReadOnlyDictionary<string, string> folders = Read(project).FoldersIn(project);

        // A file without a namespace holds a global using or the command's entry point.
        IEnumerable<string> files = Repository.Files($"src/{project}", ".cs")
            .Where(path => Repository.Read(path).Contains("namespace ", StringComparison.Ordinal));
        Assert.All(files, path =>
        {
            string file = Path.GetFileNameWithoutExtension(path);
            string folder = Repository.FolderOf(path)[$"src/{project}".Length..].TrimStart('/');
            Assert.Contains(folders, type => type.Value == folder && type.Key.Split('.')[^1].Split('`')[0] == file);
        });
    }

    [Fact]
    public void The_table_upside_down_is_violated()
    {
        CompiledAssembly assembly = Read("Evenkeel");
        var order = new FolderOrder([.. Order("Evenkeel").Folders.Reverse()]);

        Assert.Contains(
            "Numerics/Loops/ may not know Numerics/Simd/, which stands below it: "
            + "Evenkeel.Numerics.Loops.Elementwise refers to Evenkeel.Numerics.Simd.FullVector",
            order.Violations(assembly.FoldersIn("Evenkeel"), assembly.References));
    }

    [Fact]
    public void A_reference_downwards_is_seen_wherever_its_types_are_nested()
    {
        var folders = new Dictionary<string, string> { ["A.X"] = "A", ["B.Y"] = "B", ["Z"] = "" };
        TypeReference[] references = [new("A.X+<Run>d__1", "B.Y+Item"), new("B.Y", "A.X"), new("B.Y", "Z"), new("A.X", "A.X+<Run>d__1")];

        Assert.Equal(
            ["A/ may not know B/, which stands below it: A.X refers to B.Y"],
            new FolderOrder(["", "A", "B"]).Violations(folders, references));
        Assert.Equal(
            [
                "B/ may not know (root), which stands below it: B.Y refers to Z",
                "B/ may not know A/, which stands below it: B.Y refers to A.X",
            ],
            new FolderOrder(["B", "A", ""]).Violations(folders, references));
    }

    [Fact]
    public void A_project_without_a_table_is_refused()
    {
        const string Markdown = "| `src/Evenkeel/` | holds |\n| --- | --- |\n| `(root)` | a |\n| `A/B/` | b |\n\n"
            + "| `src/Evenkeel.Other/` | holds |\n| --- | --- |\n| `C/` | c |\n";

        Assert.Equal(["", "A/B"], FolderOrder.Parse(Markdown, "Evenkeel").Folders);
        Assert.Equal(["C"], FolderOrder.Parse(Markdown, "Evenkeel.Other").Folders);
        Assert.Contains(
            "no table for Evenkeel.None",
            Assert.Throws<InvalidDataException>(() => FolderOrder.Parse(Markdown, "Evenkeel.None")).Message,
            StringComparison.Ordinal);
    }

    private static CompiledAssembly Read(string project) => CompiledAssembly.Read(Path.Combine(AppContext.BaseDirectory, $"{project}.dll"));

    private static FolderOrder Order(string project) => FolderOrder.Parse(Repository.Read("ARCHITECTURE.md"), project);
}
