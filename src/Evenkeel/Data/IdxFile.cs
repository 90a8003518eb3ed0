using System.Buffers.Binary;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Reads IDX files, the format of MNIST and its successors, raw or gzipped.</summary>
/// <remarks>
/// <para>
/// A file consists of two zero bytes; the type of the elements (08 for unsigned bytes, the only type read here); the rank; the
/// lengths, each 32 bits, big-endian; the elements, row-major.
/// </para>
/// <para>
/// Files are not trusted: the header is checked first, and memory grows with the data actually read.
/// </para>
/// <para>Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.</para>
/// </remarks>
internal static class IdxFile
{
    private const int MagicLength = 4;
    private const int MaxRank = 4;
    private const byte UnsignedByte = 0x08;

    /// <summary>Reads a file of unsigned bytes.</summary>
    /// <param name="path">The file, raw or gzipped, of any name.</param>
    /// <returns>The elements, in the shape that the header states.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">The path is a folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not a complete IDX file of unsigned bytes; the message names it and says what was found.
    /// </exception>
    public static Tensor<byte> ReadBytes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InvalidDataException($"'{path}' is a folder; expected an IDX file.");
        }

        using FileStream file = File.OpenRead(path);
        return ReadBytes(file, path);
    }

    /// <summary>Reads a stream of unsigned bytes.</summary>
    /// <param name="stream">The stream, raw or gzipped, which must be seekable.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <returns>The elements, in the shape that the header states.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> is not seekable.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The stream is not a complete IDX file of unsigned bytes; the message names it and says what was found.
    /// </exception>
    public static Tensor<byte> ReadBytes(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            throw new ArgumentException("The stream is not seekable; copy it to a MemoryStream first.", nameof(stream));
        }

        return DataFile.Read(stream, name, Read);
    }

    /// <summary>Reads the shape from the header of a stream, without the data.</summary>
    /// <exception cref="InvalidDataException">
    /// The header is not that of an IDX file of unsigned bytes; the message names the stream and says what was found.
    /// </exception>
    internal static nint[] ReadShape(Stream stream, string name) => DataFile.Read(stream, name, ReadShape);

    private static Tensor<byte> Read(Stream stream)
    {
        nint[] shape = ReadShape(stream);
        return Tensor.Create(ReadData(stream, (int)TensorPrimitives.Product<nint>(shape)), shape);
    }

    private static nint[] ReadShape(Stream stream)
    {
        Span<byte> header = stackalloc byte[MagicLength + MaxRank * sizeof(uint)];
        Span<byte> magic = header[..MagicLength];
        int found = stream.ReadAtLeast(magic, MagicLength, throwOnEndOfStream: false);
        if (found < MagicLength || magic[0] != 0 || magic[1] != 0)
        {
            string start = found == 0
                ? "holds nothing (it is empty, or cut off at its start)"
                : $"starts with {Convert.ToHexString(magic[..found])}";
            throw new DataFile.ContentException($"{start}; an IDX file starts with 0000, the type and the rank.");
        }

        if (magic[2] != UnsignedByte)
        {
            throw new DataFile.ContentException($"holds {DescribeType(magic[2])}; expected unsigned bytes (type 08).");
        }

        int rank = magic[3];
        if (rank is 0 or > MaxRank)
        {
            throw new DataFile.ContentException(Invariant($"states rank {rank}; expected 1 to {MaxRank}."));
        }

        Span<byte> lengths = header.Slice(MagicLength, rank * sizeof(uint));
        found = stream.ReadAtLeast(lengths, lengths.Length, throwOnEndOfStream: false);
        if (found < lengths.Length)
        {
            throw new DataFile.ContentException(
                Invariant($"ends inside its header, after {MagicLength + found} of {MagicLength + lengths.Length} bytes."));
        }

        nint[] shape = new nint[rank];
        UInt128 length = 1;
        for (int i = 0; i < rank; i++)
        {
            uint l = BinaryPrimitives.ReadUInt32BigEndian(lengths[(i * sizeof(uint))..]);
            shape[i] = (nint)l;
            length *= l;
        }

        if (length == 0 || length > (UInt128)Array.MaxLength)
        {
            throw new DataFile.ContentException(
                Invariant($"claims shape {Shape.Describe(shape)}, {length} bytes; expected 1 to {Array.MaxLength}."));
        }

        return shape;
    }

    private static byte[] ReadData(Stream stream, int length)
    {
        byte[] data = DataFile.ReadUpTo(stream, length);
        if (data.Length < length)
        {
            throw new DataFile.ContentException(
                Invariant($"ends after {data.Length} of the {length} bytes of data that its header claims."));
        }

        if (stream.ReadByte() >= 0)
        {
            throw new DataFile.ContentException(Invariant($"continues after the {length} bytes of data that its header claims."));
        }

        return data;
    }

    private static string DescribeType(byte type) => type switch
    {
        0x09 => "signed bytes (type 09)",
        0x0B => "16-bit integers (type 0B)",
        0x0C => "32-bit integers (type 0C)",
        0x0D => "32-bit floats (type 0D)",
        0x0E => "64-bit floats (type 0E)",
        _ => $"elements of the unknown type {type:X2}",
    };
}
