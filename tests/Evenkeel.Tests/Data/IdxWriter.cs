using System.Buffers.Binary;
using System.IO.Compression;

namespace Evenkeel.Tests.Data;

/// <summary>Makes IDX files for tests, right and wrong ones.</summary>
internal static class IdxWriter
{
    public static byte[] Bytes(ReadOnlySpan<uint> lengths, ReadOnlySpan<byte> data, byte type = 8)
    {
        byte[] file = new byte[4 + 4 * lengths.Length + data.Length];
        file[2] = type;
        file[3] = (byte)lengths.Length;
        for (int i = 0; i < lengths.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + 4 * i), lengths[i]);
        }

        data.CopyTo(file.AsSpan(4 + 4 * lengths.Length));
        return file;
    }

    public static byte[] Gzip(byte[] file)
    {
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(file);
        }

        return zipped.ToArray();
    }
}
