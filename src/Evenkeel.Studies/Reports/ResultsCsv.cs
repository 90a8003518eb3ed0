using System.Globalization;

namespace Evenkeel.Studies;

/// <summary>Results as CSV, one line per measured accuracy: for spreadsheets, R and pandas.</summary>
public static class ResultsCsv
{
    /// <summary>The first line.</summary>
    public const string Header = "scale,normalization,seed,update,train_accuracy";

    /// <summary>Writes the accuracies of all runs; numbers are invariant, and reading them gives the same bits.</summary>
    /// <param name="stream">Where to, as UTF-8 with lines ended by a line feed.</param>
    /// <param name="results">The results.</param>
    public static void Write(Stream stream, InitScaleResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(Header);
        foreach (var run in results.Runs)
        {
            foreach (var point in run.Accuracy)
            {
                writer.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.Scale},{run.Normalization},{run.Seed},{point.Update},{point.TrainAccuracy}"));
            }
        }
    }
}
