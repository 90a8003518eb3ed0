using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Evenkeel.Architecture.Tests.Assemblies;

/// <summary>The types of a compiled assembly: what refers to what, and which folder of the sources each comes from.</summary>
internal sealed class CompiledAssembly
{
    // Custom debug information of the portable PDB: the documents of a type none of whose methods has a body.
    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private CompiledAssembly(
        IReadOnlyCollection<TypeReference> references, IReadOnlyDictionary<string, IReadOnlyCollection<string>> documents)
    {
        References = references;
        Documents = documents;
    }

    /// <summary>Every reference between two types of the assembly, nested and generated ones included.</summary>
    public IReadOnlyCollection<TypeReference> References { get; }

    /// <summary>The paths of the source files of each top-level type, by the type's full name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> Documents { get; }

    /// <summary>Reads an assembly and the portable PDB beside it.</summary>
    /// <param name="path">The path of the assembly.</param>
    public static CompiledAssembly Read(string path)
    {
        using var pe = new PEReader(File.OpenRead(path));
        using MetadataReaderProvider symbols =
            MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(path, ".pdb")));
        MetadataReader reader = pe.GetMetadataReader(), pdb = symbols.GetMetadataReader();
        var references = new HashSet<TypeReference>();
        var documents = new Dictionary<string, IReadOnlyCollection<string>>();
        foreach (TypeDefinitionHandle type in reader.TypeDefinitions)
        {
            string name = FullName(reader, type);
            foreach (TypeDefinitionHandle used in new ReferencedTypes(pe, reader).Of(type))
            {
                references.Add(new TypeReference(name, FullName(reader, used)));
            }

            string top = TopLevel(name);
            documents[top] = [.. documents.GetValueOrDefault(top, []).Union(DocumentsOf(reader, pdb, type))];
        }

        references.RemoveWhere(reference => reference.From == reference.To);
        return new CompiledAssembly(references, documents);
    }

    /// <summary>The folder of each top-level type, relative to the project's own; <c>""</c> for the project's folder.</summary>
    /// <remarks>
    /// A type belongs where its source file is, and one that a source generator wrote belongs where its namespace is. Types that
    /// the compiler adds outside the project's namespaces, such as <c>&lt;PrivateImplementationDetails&gt;</c>, have no folder.
    /// </remarks>
    /// <param name="project">The project's name, which is also its root namespace and its folder's name under <c>src/</c>.</param>
    public IReadOnlyDictionary<string, string> FoldersIn(string project)
    {
        var folders = new Dictionary<string, string>();
        foreach ((string type, IReadOnlyCollection<string> documents) in Documents)
        {
            string[] own = [.. documents.Select(path => FolderOf(path, project)).OfType<string>().Distinct()];
            string? folder = own.Length switch
            {
                0 => FolderOfNamespace(type, project),
                1 => own[0],
                _ => throw new InvalidDataException($"{type} is spread over the folders {string.Join(" and ", own)}."),
            };
            if (folder is not null)
            {
                folders.Add(type, folder);
            }
        }

        return folders;
    }

    /// <summary>The name of the top-level type that a type is nested in, or its own.</summary>
    /// <param name="type">The full name of a type.</param>
    public static string TopLevel(string type) => type.Split('+')[0];

    private static string? FolderOf(string document, string project)
    {
        string path = document.Replace('\\', '/'), root = $"/src/{project}/";
        int start = path.LastIndexOf(root, StringComparison.Ordinal);
        string inside = start < 0 ? "obj/" : path[(start + root.Length)..];
        return inside.StartsWith("obj/", StringComparison.Ordinal) ? null : inside[..Math.Max(inside.LastIndexOf('/'), 0)];
    }

    private static string? FolderOfNamespace(string type, string project) =>
        type.StartsWith(project + ".", StringComparison.Ordinal)
            ? string.Join('/', type[(project.Length + 1)..].Split('.')[..^1])
            : null;

    private static IEnumerable<string> DocumentsOf(MetadataReader reader, MetadataReader pdb, TypeDefinitionHandle type)
    {
        foreach (MethodDefinitionHandle method in reader.GetTypeDefinition(type).GetMethods())
        {
            foreach (SequencePoint point in pdb.GetMethodDebugInformation(method).GetSequencePoints())
            {
                yield return pdb.GetString(pdb.GetDocument(point.Document).Name);
            }
        }

        foreach (CustomDebugInformationHandle handle in pdb.GetCustomDebugInformation(type))
        {
            CustomDebugInformation information = pdb.GetCustomDebugInformation(handle);
            if (pdb.GetGuid(information.Kind) == TypeDefinitionDocuments)
            {
                BlobReader blob = pdb.GetBlobReader(information.Value);
                while (blob.RemainingBytes > 0)
                {
                    DocumentHandle document = MetadataTokens.DocumentHandle(blob.ReadCompressedInteger());
                    yield return pdb.GetString(pdb.GetDocument(document).Name);
                }
            }
        }
    }

    /// <summary>The full name of a type, as reflection writes it.</summary>
    internal static string FullName(MetadataReader reader, TypeDefinitionHandle type)
    {
        TypeDefinition definition = reader.GetTypeDefinition(type);
        string name = reader.GetString(definition.Name), space = reader.GetString(definition.Namespace);
        TypeDefinitionHandle outer = definition.GetDeclaringType();
        return !outer.IsNil ? $"{FullName(reader, outer)}+{name}" : space.Length > 0 ? $"{space}.{name}" : name;
    }
}
