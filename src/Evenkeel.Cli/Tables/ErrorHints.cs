namespace Evenkeel.Cli.Tables;

/// <summary>What a message adds where reading stops: the options that help.</summary>
/// <param name="Cell">Behind a cell that is not a number.</param>
/// <param name="Row">Behind a row, a weight, or a number that a scaler refuses.</param>
internal sealed record ErrorHints(string Cell, string Row)
{
    private const string GoOn = "--on-error skip or keep goes on";

    /// <summary>Nothing.</summary>
    public static ErrorHints None { get; } = new("", "");

    /// <summary>Where a scaler is fitted.</summary>
    public static ErrorHints Fit { get; } = new(
        $"; --columns or --except leaves its column out, --missing takes the text for a missing value, {GoOn}", $"; {GoOn}");

    /// <summary>Where a scaler is applied, whose columns are given.</summary>
    public static ErrorHints Transform { get; } = new($"; --missing takes the text for a missing value, {GoOn}", $"; {GoOn}");
}
