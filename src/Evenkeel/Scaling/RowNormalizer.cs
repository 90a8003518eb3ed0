using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;

namespace Evenkeel.Scaling;

/// <summary>Scales each row to norm 1, keeping its direction.</summary>
/// <remarks>
/// y = x/‖x‖, with ‖x‖ one of Σ|x|, √Σx² and max|x| over the row; a row of zeros stays zero. A missing value (NaN) is ignored in the
/// norm and stays missing. Rows are independent, so that fitting stores the number of columns only; the length of a row is lost, so
/// that there is no inverse.
/// </remarks>
public sealed class RowNormalizer : Scaler, IScalerKind
{
    /// <summary>Creates a scaler.</summary>
    /// <param name="norm">The norm that is scaled to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such norm.</exception>
    public RowNormalizer(VectorNorm norm = VectorNorm.L2)
    {
        if (!Enum.IsDefined(norm))
        {
            throw new ArgumentOutOfRangeException(nameof(norm), norm, "There is no such norm.");
        }

        Norm = norm;
    }

    static string IScalerKind.Kind => "row-norm";

    /// <summary>The norm that is scaled to 1.</summary>
    public VectorNorm Norm { get; }

    static Scaler IScalerKind.Create(JsonFields settings) => new RowNormalizer(settings.Choice<VectorNorm>("norm"));

    internal override int LearningPasses => 0;

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteString("norm", JsonNames.Of(Norm));

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
    }

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
    }

    internal override void CheckInvertible() =>
        throw new NotSupportedException($"A {nameof(RowNormalizer)} has no inverse: the length of each row is lost.");

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh) =>
        table.RefuseInfinity(nameof(table));

    private protected override void MergeStatistics(Scaler other)
    {
    }

    private protected override bool HasSettingsOf(Scaler other) => ((RowNormalizer)other).Norm == Norm;

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse) =>
        UnitNorm.Apply(table.Elements, table.RowView, Norm, destination);
}
