using System.Text.Json;
using Evenkeel.Formats;

namespace Evenkeel.Scaling;

/// <summary>The kinds of scalers that files hold.</summary>
internal sealed record ScalerKind(string Name, Type Type, Func<JsonFields, Scaler> Create)
{
    private static readonly ScalerKind[] All =
    [
        Of<ZeroMeanScaler>(),
        Of<UnitVarianceScaler>(),
        Of<StandardScaler>(),
        Of<MinMaxScaler>(),
        Of<MaxAbsScaler>(),
        Of<RobustScaler>(),
        Of<YeoJohnsonScaler>(),
        Of<LogScaler>(),
        Of<RowNormalizer>(),
        Of<ColumnTransformer>(),
    ];

    /// <summary>Writes a scaler's kind and settings as fields of the object under way.</summary>
    public static void Write(Utf8JsonWriter json, Scaler scaler)
    {
        json.WriteString("kind", All.Single(kind => kind.Type == scaler.GetType()).Name);
        scaler.WriteSettings(json);
    }

    /// <summary>Makes an unfitted scaler of the kind and settings that <see cref="Write"/> wrote.</summary>
    public static Scaler Read(JsonFields fields)
    {
        string name = fields.Text("kind");
        ScalerKind kind = Array.Find(All, kind => kind.Name == name)
            ?? throw fields.Error("kind", $"is \"{name}\"; expected one of {string.Join(", ", All.Select(kind => kind.Name))}");
        return fields.Make(kind.Create);
    }

    private static ScalerKind Of<T>()
        where T : Scaler, IScalerKind =>
        new(T.Kind, typeof(T), T.Create);
}
