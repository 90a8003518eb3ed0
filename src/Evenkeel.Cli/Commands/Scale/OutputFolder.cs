using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary>A folder that receives a file for each part of a table.</summary>
internal static class OutputFolder
{
    /// <summary>Creates the folder if needed, and checks the files to write before hours of work depend on them.</summary>
    /// <returns>A file of the name of each part.</returns>
    /// <exception cref="UsageException">The path is a file, or that of a part or the scaler in the folder.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public static IReadOnlyList<OutputFile> Create(string path, TableParts table, string scaler)
    {
        if (path == OutputFile.Dash || File.Exists(path))
        {
            throw new UsageException($"--out '{path}' must be a folder, since the table has several parts.");
        }

        // All inputs at once: for each output its own would not see that it is another's.
        var inputs = table.Paths.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var files = new List<OutputFile>();
        foreach (TablePart part in table.Parts)
        {
            string target = Path.Combine(path, part.Name);
            if (inputs.Contains(Path.GetFullPath(target)))
            {
                throw new UsageException($"--out '{path}' would overwrite the input file '{part.Path}'; choose another folder.");
            }

            CreateFolder(Path.GetDirectoryName(Path.GetFullPath(target))!, path);
            files.Add(OutputFile.CreateFor("--out", target, [part.Path, scaler]));
        }

        return files;
    }

    private static void CreateFolder(string folder, string path)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot create the folder '{path}': {e.Message}", e);
        }
    }
}
