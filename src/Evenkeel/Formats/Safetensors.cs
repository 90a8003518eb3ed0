using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Evenkeel.Data;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Formats;

/// <summary>Reads and writes safetensors files: named tensors, and metadata.</summary>
/// <remarks>
/// <para>
/// A file has the length of its header, 8 bytes, the lowest first; the header, JSON; and the elements of the tensors one after the other.
/// It is read strictly: without holes or overlaps, duplicate names, unknown fields or types, or shapes that do not fit their bytes.
/// </para>
/// <para>
/// A file written here also has the SHA-256 hash of each tensor (<c>evenkeel.sha256</c>) and of the header
/// (<c>evenkeel.header_sha256</c>, of the length and the header with 64 zeros in its place) in its metadata, which other readers pass
/// over. Where a file has them they are checked: those of a tensor when it is read.
/// </para>
/// <para>Source: the format's specification, github.com/huggingface/safetensors.</para>
/// </remarks>
public static class Safetensors
{
    internal const string TensorHashes = "evenkeel.sha256";
    internal const string HeaderHash = "evenkeel.header_sha256";
    internal const string MetadataField = "__metadata__";
    internal const int MaximumHeader = 100_000_000;

    private const int Alignment = sizeof(double);

    private static readonly string ZeroHash = new('0', 2 * SHA256.HashSizeInBytes);

    /// <summary>Opens a file and reads its header; tensors are read when they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">Not a complete safetensors file; the message says what is wrong.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InvalidDataException("The path is a folder; expected a safetensors file.");
        }

        var stream = new FileStream(PhysicalPath.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        if (stream.CanSeek)
        {
            return SafetensorsFile.Of(new FileBytes(stream));
        }

        using (stream)
        {
            return Read(stream);
        }
    }

    /// <summary>Reads a file from a stream up to its end; all of it stays in memory.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">Not a complete safetensors file; the message says what is wrong.</exception>
    public static SafetensorsFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SafetensorsFile.Of(MemoryBytes.Read(stream));
    }

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">The tensors, of type Float32, Float64 or Int64, as <see cref="StateTensor"/> makes them.</param>
    /// <param name="metadata">The metadata by name; null for none.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, one has a name that the format reserves or half of a surrogate pair, or a type that is not written.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static void Write(string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        NamedTensor[] ordered = Ordered(tensors, metadata);
        AtomicFile.Write(path, stream => Write(stream, ordered, metadata));
    }

    /// <summary>Writes a file to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="tensors">The tensors, of type Float32, Float64 or Int64.</param>
    /// <param name="metadata">The metadata by name; null for none.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, one has a name that the format reserves or half of a surrogate pair, or a type that is not written.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(Stream stream, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        Write(stream, Ordered(tensors, metadata), metadata);
    }

    /// <summary>The name of a type in files.</summary>
    internal static string NameOf(DataType type) => type switch
    {
        DataType.Float64 => "F64",
        DataType.Float32 => "F32",
        DataType.Float16 => "F16",
        DataType.BFloat16 => "BF16",
        DataType.Int64 => "I64",
        DataType.Int32 => "I32",
        DataType.Int16 => "I16",
        DataType.Int8 => "I8",
        DataType.UInt64 => "U64",
        DataType.UInt32 => "U32",
        DataType.UInt16 => "U16",
        DataType.UInt8 => "U8",
        _ => "BOOL",
    };

    /// <summary>Computes the hash of a header, as it is written in files.</summary>
    /// <param name="header">The header.</param>
    /// <param name="hash">The position of the hash in it, in whose place zeros are hashed.</param>
    internal static string HashOf(ReadOnlySpan<byte> header, int hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(LengthOf(header));
        sha.AppendData(header[..hash]);
        sha.AppendData(Encoding.ASCII.GetBytes(ZeroHash));
        sha.AppendData(header[(hash + ZeroHash.Length)..]);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <summary>Writes and hashes the data, then the header with the hashes; hashes first where a stream has no way back.</summary>
    private static void Write(Stream stream, NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        if (!stream.CanSeek)
        {
            string[] hashes = [.. tensors.Select(tensor => Hash(tensor, write: null))];
            WriteHeader(stream, tensors, metadata, hashes);
            foreach (NamedTensor tensor in tensors)
            {
                tensor.ForEachPart(stream.Write);
            }

            return;
        }

        long start = stream.Position;
        WriteHeader(stream, tensors, metadata, [.. tensors.Select(_ => ZeroHash)]); // of the same length as the last
        string[] written = [.. tensors.Select(tensor => Hash(tensor, stream.Write))];
        long end = stream.Position;
        stream.Position = start;
        WriteHeader(stream, tensors, metadata, written);
        stream.Position = end;
    }

    private static string Hash(NamedTensor tensor, Action<ReadOnlySpan<byte>>? write)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        tensor.ForEachPart(part =>
        {
            sha.AppendData(part);
            write?.Invoke(part);
        });
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static void WriteHeader(
        Stream stream, NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata, string[] hashes)
    {
        byte[] header = MakeHeader(tensors, metadata, hashes);
        stream.Write(LengthOf(header));
        stream.Write(header);
    }

    private static byte[] LengthOf(ReadOnlySpan<byte> header)
    {
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return length;
    }

    /// <summary>Orders the tensors so that each begins at a multiple of its elements' size, and checks them.</summary>
    private static NamedTensor[] Ordered(IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        NamedTensor[] ordered = [.. tensors.OrderByDescending(tensor => ElementConversion.SizeOf(tensor.Type))];
        Check(ordered, metadata);
        return ordered;
    }

    private static byte[] MakeHeader(NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata, string[] hashes)
    {
        byte[] json = JsonText.WriteBytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject(MetadataField);
            foreach ((string name, string text) in metadata ?? new Dictionary<string, string>())
            {
                writer.WriteString(name, text);
            }

            writer.WriteString(TensorHashes, Describe(tensors, hashes));
            writer.WriteString(HeaderHash, ZeroHash);
            writer.WriteEndObject();
            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                WriteEntry(writer, tensor, offset);
                offset += tensor.ByteCount;
            }

            writer.WriteEndObject();
        });
        byte[] header = new byte[(json.Length + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        json.CopyTo(header, 0);
        if (header.Length > MaximumHeader)
        {
            throw new ArgumentException(
                Invariant($"The header would have {header.Length:N0} bytes; at most {MaximumHeader:N0} are allowed."), nameof(tensors));
        }

        int hash = SafetensorsHeader.Parse(header, data: tensors.Sum(tensor => tensor.ByteCount)).HeaderHashPosition!.Value;
        Encoding.ASCII.GetBytes(HashOf(header, hash), header.AsSpan(hash));
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter writer, NamedTensor tensor, long offset)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", NameOf(tensor.Type));
        writer.WriteStartArray("shape");
        foreach (nint length in tensor.Lengths)
        {
            writer.WriteNumberValue(length);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(offset + tensor.ByteCount);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Describe(NamedTensor[] tensors, string[] hashes) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        foreach ((NamedTensor tensor, string hash) in tensors.Zip(hashes))
        {
            json.WriteString(tensor.Name, hash);
        }

        json.WriteEndObject();
    });

    private static void Check(NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>();
        foreach (NamedTensor tensor in tensors)
        {
            string? problem = tensor.Type is not (DataType.Float32 or DataType.Float64 or DataType.Int64)
                    ? $"is of type {tensor.Type}; files are written with {DataType.Float32}, {DataType.Float64} and {DataType.Int64}"
                : tensor.Name == MetadataField ? "has the name that the format reserves for metadata"
                : !JsonText.CanHold(tensor.Name) ? "has half of a surrogate pair in its name"
                : !names.Add(tensor.Name) ? "occurs twice"
                : null;
            if (problem is not null)
            {
                throw new ArgumentException($"The tensor '{tensor.Name}' {problem}.", nameof(tensors));
            }
        }

        foreach ((string name, string text) in metadata ?? new Dictionary<string, string>())
        {
            if (name is TensorHashes or HeaderHash || !JsonText.CanHold(name) || !JsonText.CanHold(text))
            {
                throw new ArgumentException(
                    $"The metadata '{name}' has a reserved name, or half of a surrogate pair.", nameof(metadata));
            }
        }
    }
}
