using System.Text.Json;
using Evenkeel.Formats;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>One part of a table, and a scaler that was fitted to it alone.</summary>
public sealed class ScalerPart
{
    /// <summary>Creates a part.</summary>
    /// <param name="name">The name of the part, which decides its position among the others; such as that of its file.</param>
    /// <param name="scaler">
    /// The scaler, fitted by PartialFit to the rows of this part; unfitted if the part has no rows. It is copied.
    /// </param>
    /// <param name="rows">The number of rows.</param>
    /// <exception cref="ArgumentNullException">The name or the scaler is null.</exception>
    /// <exception cref="ArgumentException">The name is empty, or has half of a surrogate pair.</exception>
    /// <exception cref="ArgumentException">The scaler learns in several passes over the whole table.</exception>
    /// <exception cref="ArgumentException">The scaler is not fitted, and there are rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The scaler was fitted in a way that cannot be continued.</exception>
    public ScalerPart(string name, Scaler scaler, long rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        if (!JsonText.CanHold(name))
        {
            throw new ArgumentException($"The name \"{name}\" has half of a surrogate pair.", nameof(name));
        }

        if (scaler.LearningPasses > 1)
        {
            throw new ArgumentException(
                Invariant($"The {scaler.GetType().Name} learns in {scaler.LearningPasses} passes over the whole table, ")
                + "and a part has one of them only: fit and apply its scalers one after another.",
                nameof(scaler));
        }

        if (scaler.Columns == 0 && rows > 0)
        {
            throw new ArgumentException(Invariant($"The scaler is not fitted, but the part has {rows} rows."), nameof(scaler));
        }

        (Name, Rows, Scaler) = (name, rows, scaler.Copy());
        if (IsFitted)
        {
            Scaler.SettleState();
        }
    }

    private ScalerPart(string name, long rows, Scaler scaler) => (Name, Rows, Scaler) = (name, rows, scaler);

    /// <summary>The name of the part.</summary>
    public string Name { get; }

    /// <summary>The number of rows that the scaler was fitted to.</summary>
    public long Rows { get; }

    /// <summary>The scaler of this part alone; not to be fitted further, since the state that holds it would change.</summary>
    public Scaler Scaler { get; }

    /// <summary>True if the part has rows, so that its scaler has columns.</summary>
    internal bool IsFitted => Scaler.Columns != 0;

    /// <summary>The kind and settings of the scaler, as files have them.</summary>
    internal string Settings => JsonText.Write(json =>
    {
        json.WriteStartObject();
        ScalerKind.Write(json, Scaler);
        json.WriteEndObject();
    });

    /// <summary>Merges the part into the fit of the parts before; returns that fit.</summary>
    /// <param name="before">The fit of the parts before; null if there are none with rows.</param>
    /// <exception cref="ArgumentException">The statistics of both are beyond double precision.</exception>
    internal Scaler? MergeInto(Scaler? before)
    {
        if (!IsFitted)
        {
            return before;
        }

        if (before is null)
        {
            return Scaler.Copy();
        }

        before.Merge(Scaler);
        return before;
    }

    /// <summary>Writes the part as a JSON object.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteNumber("rows", Rows);
        json.WriteStartArray("columns");
        for (int c = 0; c < Scaler.Columns; c++)
        {
            json.WriteStartObject();
            Scaler.WriteStateColumn(json, c);
            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, up to the end of the object.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="unfitted">A scaler of the kind and settings.</param>
    internal static ScalerPart Read(JsonFields fields, Scaler unfitted) => fields.Make(_ =>
    {
        string name = fields.Text("name");
        if (name.Length == 0)
        {
            throw fields.Error("name", "is empty");
        }

        long rows = fields.Long("rows");
        IReadOnlyList<JsonFields> columns = fields.Objects("columns");
        fields.End();
        if (columns.Count == 0 && rows > 0)
        {
            throw fields.Error("columns", Invariant($"is empty, but the part has {rows} rows"));
        }

        Scaler scaler = unfitted.Copy();
        if (columns.Count > 0)
        {
            scaler.ReadState(columns);
            foreach (JsonFields column in columns)
            {
                column.End();
            }
        }

        return new ScalerPart(name, rows, scaler);
    });
}
