namespace Evenkeel.Cli.Rendering;

/// <summary>What a command did to a CSV file.</summary>
/// <param name="Command">The command.</param>
/// <param name="Columns">The columns that were scaled or fitted.</param>
/// <param name="Rows">The number of rows written or fitted to.</param>
/// <param name="Problems">The number of cells or rows that were skipped.</param>
/// <param name="Bytes">The number of bytes read.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="File">The file or folder that was written.</param>
/// <param name="Parts">The number of parts of the table; null if it is one file.</param>
internal sealed record ScaleResult(
    string Command,
    IReadOnlyList<string> Columns,
    long Rows,
    long Problems,
    long Bytes,
    TimeSpan Elapsed,
    string File,
    int? Parts = null);
