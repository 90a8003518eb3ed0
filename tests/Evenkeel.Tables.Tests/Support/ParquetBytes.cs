using Parquet;
using Parquet.Schema;

namespace Evenkeel.Tables.Tests.Support;

/// <summary>Writes small Parquet files.</summary>
internal static class ParquetBytes
{
    /// <summary>A file with row groups of columns; each column is an array of a type, nullable or not, or of strings.</summary>
    public static byte[] Of(params (string Name, Array Values)[][] groups)
    {
        DataField[] fields =
        [
            .. groups[0].Select(column => column.Values is DateTime[] times && times.All(time => time.TimeOfDay == TimeSpan.Zero)
                ? new DateTimeDataField(column.Name, DateTimeFormat.Date)
                : new DataField(column.Name, column.Values.GetType().GetElementType()!)),
        ];
        var stream = new MemoryStream();
        ParquetWriter writer = ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).GetAwaiter().GetResult();
        foreach ((string Name, Array Values)[] group in groups)
        {
            using ParquetRowGroupWriter target = writer.CreateRowGroup();
            for (int c = 0; c < fields.Length; c++)
            {
                Write(target, fields[c], group[c].Values).GetAwaiter().GetResult();
            }
        }

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return stream.ToArray();
    }

    // By the exact type: an array of ulong matches the pattern long[].
    private static Task Write(ParquetRowGroupWriter target, DataField field, Array values)
    {
        Type type = values.GetType();
        return type == typeof(string[]) ? target.WriteAsync(field, (string[])values)
            : type == typeof(double[]) ? target.WriteAsync<double>(field, (double[])values)
            : type == typeof(double?[]) ? target.WriteAsync<double>(field, (double?[])values)
            : type == typeof(float[]) ? target.WriteAsync<float>(field, (float[])values)
            : type == typeof(int[]) ? target.WriteAsync<int>(field, (int[])values)
            : type == typeof(long[]) ? target.WriteAsync<long>(field, (long[])values)
            : type == typeof(long?[]) ? target.WriteAsync<long>(field, (long?[])values)
            : type == typeof(ulong[]) ? target.WriteAsync<ulong>(field, (ulong[])values)
            : type == typeof(decimal[]) ? target.WriteAsync<decimal>(field, (decimal[])values)
            : type == typeof(bool?[]) ? target.WriteAsync<bool>(field, (bool?[])values)
            : type == typeof(DateTime[]) ? target.WriteAsync<DateTime>(field, (DateTime[])values)
            : throw new ArgumentException($"{type}", nameof(values));
    }
}
