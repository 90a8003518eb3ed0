using Parquet;
using Parquet.Schema;

namespace Evenkeel.Tables.Parquet;

/// <summary>Copies a column from one row group to another.</summary>
internal abstract class ParquetCopy
{
    /// <summary>Finds how to copy a column.</summary>
    /// <exception cref="InvalidDataException">Columns of its type cannot be copied.</exception>
    public static ParquetCopy Of(DataField field) => field.ClrType switch
    {
        var type when type == typeof(bool) => new Typed<bool>(field),
        var type when type == typeof(sbyte) => new Typed<sbyte>(field),
        var type when type == typeof(byte) => new Typed<byte>(field),
        var type when type == typeof(short) => new Typed<short>(field),
        var type when type == typeof(ushort) => new Typed<ushort>(field),
        var type when type == typeof(int) => new Typed<int>(field),
        var type when type == typeof(uint) => new Typed<uint>(field),
        var type when type == typeof(long) => new Typed<long>(field),
        var type when type == typeof(ulong) => new Typed<ulong>(field),
        var type when type == typeof(float) => new Typed<float>(field),
        var type when type == typeof(double) => new Typed<double>(field),
        var type when type == typeof(decimal) => new Typed<decimal>(field),
        var type when type == typeof(DateTime) => new Typed<DateTime>(field),
        var type when type == typeof(DateOnly) => new Typed<DateOnly>(field),
        var type when type == typeof(TimeSpan) => new Typed<TimeSpan>(field),
        var type when type == typeof(TimeOnly) => new Typed<TimeOnly>(field),
        var type when type == typeof(Guid) => new Typed<Guid>(field),
        var type when type == typeof(string) || type == typeof(ReadOnlyMemory<char>) => new Texts(field),
        var type when type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>) => new Bytes(field),
        var type => throw new InvalidDataException($"columns of the type {type.Name}, such as {field.Name}, cannot be written again"),
    };

    /// <summary>Copies the values of some rows.</summary>
    /// <param name="source">The row group to read.</param>
    /// <param name="target">The row group to write, whose next column this is.</param>
    /// <param name="isKept">Whether each row is copied.</param>
    public abstract void Copy(ParquetRowGroupReader source, ParquetRowGroupWriter target, bool[] isKept);

    private static T[] Kept<T>(T[] values, bool[] isKept) => [.. values.Where((_, row) => isKept[row])];

    private sealed class Typed<T>(DataField field) : ParquetCopy
        where T : struct
    {
        public override void Copy(ParquetRowGroupReader source, ParquetRowGroupWriter target, bool[] isKept)
        {
            if (field.MaxDefinitionLevel == 0)
            {
                var values = new T[isKept.Length];
                source.ReadAsync<T>(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
                target.WriteAsync<T>(field, Kept(values, isKept)).GetAwaiter().GetResult();
            }
            else
            {
                var values = new T?[isKept.Length];
                source.ReadAsync<T>(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
                target.WriteAsync<T>(field, Kept(values, isKept)).GetAwaiter().GetResult();
            }
        }
    }

    private sealed class Texts(DataField field) : ParquetCopy
    {
        public override void Copy(ParquetRowGroupReader source, ParquetRowGroupWriter target, bool[] isKept)
        {
            var values = new string?[isKept.Length];
            source.ReadAsync(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            target.WriteAsync(field, Kept(values, isKept)).GetAwaiter().GetResult();
        }
    }

    private sealed class Bytes(DataField field) : ParquetCopy
    {
        public override void Copy(ParquetRowGroupReader source, ParquetRowGroupWriter target, bool[] isKept)
        {
            var values = new byte[]?[isKept.Length];
            source.ReadAsync(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            target.WriteAsync(field, Kept(values, isKept)).GetAwaiter().GetResult();
        }
    }
}
