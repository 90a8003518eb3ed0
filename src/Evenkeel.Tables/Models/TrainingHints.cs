using Evenkeel.Scaling;

namespace Evenkeel.Tables;

/// <summary>What messages about a table that cannot be trained on advise, in the words of the caller's options.</summary>
internal sealed record TrainingHints
{
    /// <summary>How to leave out rows without a label, or with too few or too many cells.</summary>
    public required string InvalidRows { get; init; }

    /// <summary>What to do about a column of numbers with a few other cells.</summary>
    public required string NearlyNumeric { get; init; }

    /// <summary>What to do about a label of numbers with a few other cells.</summary>
    public required string NearlyNumericLabel { get; init; }

    /// <summary>How to leave out a column without a name.</summary>
    public required string NoName { get; init; }

    /// <summary>What to do about a column that cannot be used.</summary>
    public required string Unusable { get; init; }

    /// <summary>What to do about a column that its scaler cannot be fitted to.</summary>
    public required string Unscalable { get; init; }

    /// <summary>What to do about a training that diverges.</summary>
    public required string Diverged { get; init; }

    /// <summary>What to do about steps of too few rows.</summary>
    public required string SmallSteps { get; init; }

    /// <summary>How to use columns that are left out for what they hold.</summary>
    public required string LeftOut { get; init; }

    /// <summary>How to set the character between cells.</summary>
    public required string Delimiter { get; init; }

    /// <summary>Which settings are for classes alone.</summary>
    public required string ForClasses { get; init; }

    /// <summary>The advice to callers of the library.</summary>
    public static TrainingHints Library { get; } = new()
    {
        InvalidRows = $"{nameof(TableTrainingOptions.SkipInvalidRows)} leaves these rows out",
        NearlyNumeric = $"{nameof(TableFileOptions.Missing)} reads such texts as missing, "
            + $"{nameof(TableTrainingOptions.Except)} leaves the column out",
        NearlyNumericLabel = $"{nameof(TableFileOptions.Missing)} reads such texts as missing, and "
            + $"{nameof(TableTrainingOptions.SkipInvalidRows)} leaves rows without a label out; "
            + $"{nameof(TableTrainingOptions.Task)} takes all cells as classes",
        NoName = $"{nameof(TableTrainingOptions.Except)} with \"\" leaves it out",
        Diverged = $"a lower {nameof(TableTrainingOptions.LearningRate)} helps",
        SmallSteps = $"set a larger {nameof(TableTrainingOptions.BatchSize)}",
        LeftOut = $"{nameof(TableTrainingOptions.Columns)} uses ids, dates and texts that it names",
        Delimiter = nameof(TableFileOptions.Delimiter),
        ForClasses = $"{nameof(TableTrainingOptions.BalanceClasses)} and {nameof(TableTrainingOptions.LabelSmoothing)} apply to classes",
        Unusable = $"{nameof(TableTrainingOptions.Except)} leaves it out",
        Unscalable = $"{nameof(TableTrainingOptions.Except)} leaves it out, "
            + $"a {nameof(TableTrainingOptions.Scaler)} such as {nameof(RobustScaler)} may suit it",
    };
}
