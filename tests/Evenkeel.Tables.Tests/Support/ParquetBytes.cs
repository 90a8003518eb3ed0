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

    private static Task Write(ParquetRowGroupWriter target, DataField field, Array values) => values switch
    {
        string[] texts => target.WriteAsync(field, texts),
        double[] numbers => target.WriteAsync<double>(field, numbers),
        double?[] numbers => target.WriteAsync<double>(field, numbers),
        float[] numbers => target.WriteAsync<float>(field, numbers),
        int[] numbers => target.WriteAsync<int>(field, numbers),
        long[] numbers => target.WriteAsync<long>(field, numbers),
        long?[] numbers => target.WriteAsync<long>(field, numbers),
        ulong[] numbers => target.WriteAsync<ulong>(field, numbers),
        decimal[] numbers => target.WriteAsync<decimal>(field, numbers),
        bool?[] values1 => target.WriteAsync<bool>(field, values1),
        DateTime[] times => target.WriteAsync<DateTime>(field, times),
        _ => throw new ArgumentException($"{values.GetType()}"),
    };
}
