namespace Evenkeel.Studies.Reports;

/// <summary>Results as CSV: for spreadsheets, R and pandas.</summary>
public static class ResultsCsv
{
    /// <summary>Writes results; numbers are invariant, and reading them gives the same bits.</summary>
    /// <typeparam name="TSettings">The study's settings.</typeparam>
    /// <typeparam name="TRun">What one of its runs measured.</typeparam>
    /// <param name="stream">Where to, as UTF-8 with lines ended by a line feed.</param>
    /// <param name="study">The study.</param>
    /// <param name="results">Its results.</param>
    public static void Write<TSettings, TRun>(
        Stream stream, Experiment<TSettings, TRun> study, StudyResults<TSettings, TRun> results)
        where TSettings : IStudySettings
        where TRun : class
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(results);
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(study.CsvHeader);
        foreach (string line in study.CsvLines(results))
        {
            writer.WriteLine(line);
        }
    }
}
