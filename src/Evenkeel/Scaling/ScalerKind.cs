using System.Text.Json;
using Evenkeel.Formats;

namespace Evenkeel.Scaling;

/// <summary>A kind of scaler that files can hold.</summary>
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
        Of<ClippingScaler>(),
        Of<QuantileTransformer>(),
        Of<KBinsDiscretizer>(),
        Of<Imputer>(),
        Of<ColumnTransformer>(),
        Of<ScalerPipeline>(),
    ];

    /// <summary>Writes a scaler's kind and settings as fields of the open JSON object.</summary>
    public static void Write(Utf8JsonWriter json, Scaler scaler)
    {
        json.WriteString("kind", All.Single(kind => kind.Type == scaler.GetType()).Name);
        scaler.WriteSettings(json);
    }

    /// <summary>Creates an unfitted scaler of the kind and settings that <see cref="Write"/> wrote.</summary>
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
