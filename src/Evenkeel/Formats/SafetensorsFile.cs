using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Formats;

/// <summary>An open safetensors file. Not for use by two threads at once.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int LengthSize = sizeof(ulong);

    private readonly ByteSource _bytes;
    private readonly Dictionary<string, NamedTensor> _byName;

    private SafetensorsFile(ByteSource bytes, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<NamedTensor> tensors)
    {
        _bytes = bytes;
        Metadata = metadata;
        Tensors = tensors;
        _byName = tensors.ToDictionary(tensor => tensor.Name);
    }

    /// <summary>The metadata of the file by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data; each can be read until the file is disposed.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Whether the file has hashes, so that a change of any byte is found.</summary>
    public bool HasHashes => Metadata.ContainsKey(Safetensors.HeaderHash);

    /// <summary>The number of bytes of the file.</summary>
    internal long ByteCount => _bytes.Length;

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    public NamedTensor this[string name] => _byName.TryGetValue(name, out NamedTensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"The file has no tensor '{name}'.");

    /// <summary>Closes the file.</summary>
    public void Dispose() => _bytes.Dispose();

    /// <summary>Reads the header; the result owns the bytes.</summary>
    internal static SafetensorsFile Of(ByteSource bytes)
    {
        try
        {
            byte[] header = ReadHeader(bytes);
            int data = LengthSize + header.Length;
            var parsed = SafetensorsHeader.Parse(header, bytes.Length - data);
            Dictionary<string, byte[]>? hashes = CheckHashes(header, parsed);
            return new SafetensorsFile(
                bytes,
                parsed.Metadata,
                [.. parsed.Entries.Select(entry => new FileTensor(bytes, data + entry.Begin, entry, hashes?[entry.Name]))]);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private static byte[] ReadHeader(ByteSource bytes)
    {
        Span<byte> length = stackalloc byte[LengthSize];
        if (bytes.Length < LengthSize)
        {
            throw new InvalidDataException(Invariant($"The file has {bytes.Length} bytes: too few for a safetensors file."));
        }

        bytes.Read(0, length);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (size > Safetensors.MaximumHeader)
        {
            throw new InvalidDataException(
                "The file does not begin with the length of a header of "
                + Invariant($"at most {Safetensors.MaximumHeader:N0} bytes: not a safetensors file."));
        }

        if ((long)size > bytes.Length - LengthSize)
        {
            throw new InvalidDataException(
                Invariant($"The file has {bytes.Length:N0} bytes, fewer than its header of {size:N0}: it is truncated, or not a ")
                + "safetensors file.");
        }

        byte[] header = new byte[(int)size];
        bytes.Read(LengthSize, header);
        return header;
    }

    /// <summary>Checks the hash of the header, and returns those of the tensors; null if the file has none.</summary>
    private static Dictionary<string, byte[]>? CheckHashes(byte[] header, SafetensorsHeader parsed)
    {
        bool hasHash = parsed.Metadata.TryGetValue(Safetensors.HeaderHash, out string? hash);
        bool hasHashes = parsed.Metadata.TryGetValue(Safetensors.TensorHashes, out string? hashes);
        if (!hasHash && !hasHashes)
        {
            return null;
        }

        if (hash is not { Length: 2 * SHA256.HashSizeInBytes } || !header.AsSpan(parsed.HeaderHashPosition!.Value).StartsWith(Ascii(hash))
            || hash != Safetensors.HashOf(header, parsed.HeaderHashPosition.Value))
        {
            throw new InvalidDataException("The header does not have the hash that it was written with: the file was changed or damaged.");
        }

        Dictionary<string, byte[]> all;
        try
        {
            using var json = JsonDocument.Parse(hashes ?? "");
            all = json.RootElement.EnumerateObject().ToDictionary(
                property => property.Name, property => Convert.FromHexString(property.Value.GetString()!));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidDataException("The hashes of the tensors are not JSON with a hash for each name.", e);
        }

        return parsed.Entries.All(entry => all.ContainsKey(entry.Name)) && all.Count == parsed.Entries.Count
            ? all
            : throw new InvalidDataException("The file does not have one hash for each tensor.");
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private sealed class FileTensor(ByteSource bytes, long position, SafetensorsHeader.Entry entry, byte[]? hash)
        : NamedTensor(entry.Name, entry.Type, entry.Lengths)
    {
        internal override bool HasHash => hash is not null;

        private protected override Reader Open() => hash is null
            ? new BytesReader(bytes, position)
            : new CheckedReader(bytes, position, Name, hash);
    }

    private class BytesReader(ByteSource bytes, long position) : NamedTensor.Reader
    {
        private long _position = position;

        public override void Read(Span<byte> destination)
        {
            bytes.Read(_position, destination);
            _position += destination.Length;
        }
    }

    private sealed class CheckedReader(ByteSource bytes, long position, string name, byte[] hash) : BytesReader(bytes, position)
    {
        private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override void Read(Span<byte> destination)
        {
            base.Read(destination);
            _sha.AppendData(destination);
        }

        public override void End()
        {
            if (!_sha.GetHashAndReset().AsSpan().SequenceEqual(hash))
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The tensor '{name}' does not have the hash that it was written with: the file was changed or damaged."));
            }
        }

        public override void Dispose()
        {
            _sha.Dispose();
            base.Dispose();
        }
    }
}
