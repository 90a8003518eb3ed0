namespace Evenkeel.Tables;

/// <summary>A table that can be read any number of times: a file, or columns in memory.</summary>
public abstract class TableSource
{
    private protected TableSource()
    {
    }

    /// <summary>The name for messages: the path of a file, as given.</summary>
    public abstract string Name { get; }

    /// <summary>Opens the table at its first row.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read as a table; the message has its path and the reason.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public abstract TableReader Open();
}
