using Evenkeel.Scaling;

namespace Evenkeel.Cli.Tables;

/// <summary>The fit of a part, and what was noticed in it.</summary>
/// <param name="Part">The part and its scaler.</param>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Weight">The column with the weights of rows; null if there is none.</param>
/// <param name="Problems">The problems that did not stop the work.</param>
/// <param name="Chosen">How the columns were chosen; null if they are named.</param>
/// <param name="ColumnsWithoutNumbers">The columns without a number in a row of positive weight.</param>
/// <param name="Bytes">The number of bytes read.</param>
internal sealed record FittedPart(
    ScalerPart Part,
    IReadOnlyList<string> Columns,
    string? Weight,
    TableProblems Problems,
    DefaultColumns? Chosen,
    IReadOnlyList<string> ColumnsWithoutNumbers,
    long Bytes)
{
    /// <summary>The state of this part alone.</summary>
    /// <param name="partCount">The number of parts of the whole table; null if unknown.</param>
    public ScalerState State(int? partCount) => new([Part], Columns, Weight, partCount);
}
