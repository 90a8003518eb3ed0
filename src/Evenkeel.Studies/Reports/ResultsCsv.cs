namespace Evenkeel.Studies.Reports;

/// <summary>Writes results as CSV, for spreadsheets, R and pandas.</summary>
internal static class ResultsCsv
{
    /// <summary>Writes a header and lines as UTF-8, each ended by a line feed.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="header">The first line.</param>
    /// <param name="lines">The other lines.</param>
    public static void Write(Stream stream, string header, IEnumerable<string> lines)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(header);
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }
    }

    /// <summary>Quotes a field where CSV needs it.</summary>
    public static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
