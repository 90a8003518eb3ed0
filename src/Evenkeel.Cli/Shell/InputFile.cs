namespace Evenkeel.Cli.Shell;

/// <summary>A file of the library's own formats, or standard input in its place.</summary>
internal static class InputFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The path, - for standard input.</param>
    /// <param name="load">Reads a file.</param>
    /// <param name="read">Reads a stream.</param>
    /// <exception cref="InvalidDataException">The content is invalid; the message begins with the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static T Read<T>(string path, Func<string, T> load, Func<Stream, T> read)
    {
        try
        {
            if (path != OutputFile.Dash)
            {
                return load(path);
            }

            StandardStream.CheckOpen(StandardStream.Input);
            using Stream input = Console.OpenStandardInput();
            return read(input);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }
}
