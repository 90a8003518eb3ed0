using System.Buffers.Binary;
using System.Globalization;
using Evenkeel.Onnx.Protos;
using Google.Protobuf;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>
/// Reads the constants of a file, strictly: the data must have the length that the shape asks for. It keeps account of the memory that the
/// file may ask for.
/// </summary>
/// <param name="folder">The folder of files with external data; null if there is none to read from.</param>
/// <param name="fileLength">The length of the file in bytes.</param>
internal sealed class TensorReader(string? folder, long fileLength)
{
    /// <summary>The axes that a tensor of a file may have.</summary>
    public const int MaximumAxes = 16;

    /// <summary>The bytes that any file may ask for.</summary>
    private const long BaseMemory = 64L << 20;

    /// <summary>The bytes that a file may ask for, for each of its own.</summary>
    private const int MemoryPerByte = 24;

    private readonly HashSet<string> _files = [];
    private long _memory = BaseMemory + MemoryPerByte * fileLength;

    /// <summary>Takes an amount of memory into account before it is allocated.</summary>
    /// <exception cref="InvalidDataException">The file asks for more than its size justifies.</exception>
    public void Charge(long bytes)
    {
        _memory -= bytes;
        if (bytes < 0 || _memory < 0)
        {
            throw new InvalidDataException("The file asks for more memory than its own size justifies.");
        }
    }

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidDataException">The tensor is not valid.</exception>
    public OnnxTensor Read(TensorProto tensor)
    {
        if (tensor.Dims.Count > MaximumAxes)
        {
            throw Invalid(tensor, Invariant($"has {tensor.Dims.Count} axes; at most {MaximumAxes} are read"));
        }

        long count = 1;
        foreach (long length in tensor.Dims)
        {
            count = length < 0 || (length > 0 && count > Array.MaxLength / length)
                ? throw Invalid(tensor, Invariant($"has the shape [{string.Join(", ", tensor.Dims)}], which no array can have"))
                : count * length;
        }

        // What is read has been paid for by the bytes that it is read from; constants in other files by those of their files.
        nint[] lengths = [.. tensor.Dims.Select(length => (nint)length)];
        return tensor.DataType switch
        {
            TensorTypes.Float => new(tensor.Name, lengths, Floats(tensor, (int)count), null),
            TensorTypes.Double => new(tensor.Name, lengths, Doubles(tensor, (int)count), null),
            TensorTypes.Float16 => new(tensor.Name, lengths, Halves(tensor, (int)count, ToHalf), null),
            TensorTypes.BFloat16 => new(tensor.Name, lengths, Halves(tensor, (int)count, ToBFloat), null),
            TensorTypes.Int64 => new(tensor.Name, lengths, null, Int64s(tensor, (int)count)),
            TensorTypes.Int32 => new(tensor.Name, lengths, null, Int32s(tensor, (int)count)),
            TensorTypes.Boolean => new(tensor.Name, lengths, null, Booleans(tensor, (int)count)),
            _ => throw Invalid(tensor, Invariant($"has elements of ONNX's type {tensor.DataType}, which are not read")),
        };
    }

    private static float ToHalf(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    private static float ToBFloat(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private float[] Floats(TensorProto tensor, int count)
    {
        if (Raw(tensor, count, sizeof(float)) is { } raw)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(raw.Span[(i * sizeof(float))..]);
            }

            return values;
        }

        return Checked(tensor, [.. tensor.FloatData], count);
    }

    private float[] Doubles(TensorProto tensor, int count)
    {
        if (Raw(tensor, count, sizeof(double)) is { } raw)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(raw.Span[(i * sizeof(double))..]);
            }

            return values;
        }

        return Checked(tensor, [.. tensor.DoubleData.Select(value => (float)value)], count);
    }

    private float[] Halves(TensorProto tensor, int count, Func<ushort, float> convert)
    {
        if (Raw(tensor, count, sizeof(ushort)) is { } raw)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = convert(BinaryPrimitives.ReadUInt16LittleEndian(raw.Span[(i * sizeof(ushort))..]));
            }

            return values;
        }

        return Checked(tensor, [.. tensor.Int32Data.Select(bits => convert((ushort)bits))], count);
    }

    private long[] Int64s(TensorProto tensor, int count)
    {
        if (Raw(tensor, count, sizeof(long)) is { } raw)
        {
            var values = new long[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = BinaryPrimitives.ReadInt64LittleEndian(raw.Span[(i * sizeof(long))..]);
            }

            return values;
        }

        return Checked(tensor, [.. tensor.Int64Data], count);
    }

    private long[] Int32s(TensorProto tensor, int count)
    {
        if (Raw(tensor, count, sizeof(int)) is { } raw)
        {
            var values = new long[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = BinaryPrimitives.ReadInt32LittleEndian(raw.Span[(i * sizeof(int))..]);
            }

            return values;
        }

        return Checked(tensor, [.. tensor.Int32Data.Select(value => (long)value)], count);
    }

    private long[] Booleans(TensorProto tensor, int count) => Raw(tensor, count, 1) is { } raw
        ? Array.ConvertAll(raw.ToArray(), value => (long)value)
        : Checked(tensor, [.. tensor.Int32Data.Select(value => (long)value)], count);

    private static T[] Checked<T>(TensorProto tensor, T[] values, int count) => values.Length == count
        ? values
        : throw Invalid(tensor, Invariant($"has {values.Length} elements; its shape asks for {count}"));

    /// <summary>The bytes of the elements; null if they are in fields of their type.</summary>
    private ReadOnlyMemory<byte>? Raw(TensorProto tensor, int count, int size)
    {
        long length = (long)count * size;
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            return External(tensor, length);
        }

        ByteString raw = tensor.RawData;
        if (raw.IsEmpty && (count == 0 || HasFields(tensor)))
        {
            return null;
        }

        return raw.Length == length
            ? raw.Memory
            : throw Invalid(tensor, Invariant($"has {raw.Length} bytes; its shape asks for {length}"));
    }

    private static bool HasFields(TensorProto tensor) =>
        tensor.FloatData.Count + tensor.DoubleData.Count + tensor.Int32Data.Count + tensor.Int64Data.Count > 0;

    private byte[] External(TensorProto tensor, long length)
    {
        var fields = tensor.ExternalData.GroupBy(entry => entry.Key).ToDictionary(group => group.Key, group => group.First().Value);
        string location = fields.GetValueOrDefault("location") ?? throw Invalid(tensor, "is in another file, without saying in which");
        if (folder is null)
        {
            throw Invalid(tensor, $"is in '{location}', beside the file: read it by its path");
        }

        if (location.Contains('\0', StringComparison.Ordinal))
        {
            throw Invalid(tensor, "is in a file whose name has a null character");
        }

        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        string path = Path.GetFullPath(Path.Combine(root, location));
        if (Path.IsPathRooted(location) || !path.StartsWith(root, StringComparison.Ordinal))
        {
            throw Invalid(tensor, $"is in '{location}', outside of the folder of the file");
        }

        long offset = Number(tensor, fields, "offset") ?? 0, stored = Number(tensor, fields, "length") ?? length;
        if (stored != length)
        {
            throw Invalid(tensor, Invariant($"has {stored} bytes in '{location}'; its shape asks for {length}"));
        }

        if (!File.Exists(path))
        {
            throw Invalid(tensor, $"is in '{location}', and there is no such file");
        }

        using FileStream file = Open(tensor, path, location);
        if (_files.Add(path))
        {
            _memory += MemoryPerByte * file.Length;
        }

        Charge(length);
        if (length > Array.MaxLength)
        {
            throw Invalid(tensor, Invariant($"has {length} bytes, more than can be read at once"));
        }

        if (offset > file.Length - length)
        {
            throw Invalid(tensor, Invariant($"is at offset {offset} of '{location}', which has {file.Length} bytes"));
        }

        file.Position = offset;
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static FileStream Open(TensorProto tensor, string path, string location)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidDataException($"The tensor '{tensor.Name}' is in '{location}', which cannot be opened.", e);
        }
    }

    private static long? Number(TensorProto tensor, Dictionary<string, string> fields, string name) =>
        !fields.TryGetValue(name, out string? text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw Invalid(tensor, $"has the {name} '{text}' in another file, which is no number");

    private static InvalidDataException Invalid(TensorProto tensor, string what) => new($"The tensor '{tensor.Name}' {what}.");
}
