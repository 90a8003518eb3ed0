namespace Evenkeel.Tables;

/// <summary>What messages about a table that cannot be trained on advise, in the words of the caller's options.</summary>
/// <param name="InvalidRows">How to leave out rows without a label, or with too few or too many cells.</param>
/// <param name="NearlyNumeric">What to do about a column of numbers with a few other cells.</param>
internal sealed record TrainingHints(string InvalidRows, string NearlyNumeric)
{
    /// <summary>The advice to callers of the library.</summary>
    public static TrainingHints Library { get; } = new(
        $"{nameof(TableTrainingOptions.SkipInvalidRows)} leaves these rows out",
        $"{nameof(TableFileOptions.Missing)} reads such texts as missing, {nameof(TableTrainingOptions.Except)} leaves the column out");
}
