using Evenkeel.Tables.Typed;
using Parquet;
using Parquet.Schema;
using static System.FormattableString;

namespace Evenkeel.Tables.Parquet;

/// <summary>A column of a Parquet file: the values of a row group, and their cells.</summary>
/// <param name="schema">The column in the schema.</param>
internal abstract class ParquetColumn(DataField schema)
{
    /// <summary>The name of the column.</summary>
    public string Name => Field.Name;

    /// <summary>The column in the schema.</summary>
    protected DataField Field { get; } = schema;

    /// <summary>Creates the column of a field; null if it cannot be read.</summary>
    /// <param name="field">The field.</param>
    /// <param name="missing">The texts that mean a missing value, in UTF-8.</param>
    /// <param name="what">What is the matter with the field, where it cannot be read.</param>
    public static ParquetColumn? Create(Field field, IReadOnlyList<byte[]> missing, out string what)
    {
        what = "is nested or repeated, and such columns are not read";
        if (field is not DataField { IsArray: false, MaxRepetitionLevel: 0, MaxDefinitionLevel: <= 1 } data)
        {
            return null;
        }

        what = $"has values of the type {data.ClrType.Name}, which are not read";
        return data.ClrType switch
        {
            var type when type == typeof(sbyte) => Integers<sbyte>(data, missing),
            var type when type == typeof(byte) => Integers<byte>(data, missing),
            var type when type == typeof(short) => Integers<short>(data, missing),
            var type when type == typeof(ushort) => Integers<ushort>(data, missing),
            var type when type == typeof(int) => Integers<int>(data, missing),
            var type when type == typeof(uint) => Integers<uint>(data, missing),
            var type when type == typeof(long) => Integers<long>(data, missing),
            var type when type == typeof(ulong) => Integers<ulong>(data, missing),
            var type when type == typeof(float) => new ParquetColumnOf<float, FloatFormat<float>>(data, default, missing),
            var type when type == typeof(double) => new ParquetColumnOf<double, FloatFormat<double>>(data, default, missing),
            var type when type == typeof(decimal) => new ParquetColumnOf<decimal, DecimalFormat>(data, default, missing),
            var type when type == typeof(bool) => Texts<bool>(data, null, missing),
            var type when type == typeof(Guid) => Texts<Guid>(data, "D", missing),
            var type when type == typeof(TimeSpan) => Texts<TimeSpan>(data, "c", missing),
            var type when type == typeof(TimeOnly) => Texts<TimeOnly>(data, "HH:mm:ss.FFFFFFF", missing),
            var type when type == typeof(DateOnly) => Texts<DateOnly>(data, "yyyy-MM-dd", missing),
            var type when type == typeof(DateTime) => Texts<DateTime>(data, TimeFormat(data), missing),
            var type when type == typeof(string) || type == typeof(ReadOnlyMemory<char>) => new ParquetTexts(data, missing),
            _ => null,
        };
    }

    /// <summary>Creates the cells of a chunk.</summary>
    public abstract TypedCells CreateCells();

    /// <summary>Decodes the values of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="rows">The number of its rows.</param>
    public void Load(ParquetRowGroupReader group, int rows)
    {
        if (!group.ColumnExists(Field))
        {
            throw new InvalidDataException("the row group does not have it");
        }

        long values = group.GetMetadata(Field)?.MetaData?.NumValues ?? -1;
        if (values != rows)
        {
            throw new InvalidDataException(Invariant($"it has {values:N0} values, and the row group {rows:N0} rows"));
        }

        Decode(group, rows);
    }

    /// <summary>Moves the next values to the cells of a chunk.</summary>
    public abstract void TakeNext(int rows, TypedCells cells);

    /// <summary>Decodes the values of a row group.</summary>
    protected abstract void Decode(ParquetRowGroupReader group, int rows);

    private static ParquetColumnOf<T, IntegerFormat<T>> Integers<T>(DataField field, IReadOnlyList<byte[]> missing)
        where T : struct, System.Numerics.IBinaryInteger<T> => new(field, default, missing);

    private static ParquetColumnOf<T, TextFormat<T>> Texts<T>(DataField field, string? format, IReadOnlyList<byte[]> missing)
        where T : struct => new(field, new TextFormat<T>(format), missing);

    /// <summary>ISO 8601: a date, or a date and a time, which may be that of Greenwich.</summary>
    private static string TimeFormat(DataField field) => field switch
    {
        DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => "yyyy-MM-dd",
        DateTimeDataField { IsAdjustedToUTC: true, DateTimeFormat: not DateTimeFormat.Impala } => "yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'",
        _ => "yyyy-MM-ddTHH:mm:ss.FFFFFFF",
    };
}
