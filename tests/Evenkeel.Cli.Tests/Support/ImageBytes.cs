using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>Image files of small images.</summary>
internal static class ImageBytes
{
    private const int Grey = 0, Color = 2, ColorWithTransparency = 6;

    /// <summary>A PNG file; what is not given of the pixels is left out.</summary>
    public static byte[] Png(int height, int width, int channels, byte[] pixels, int depth = 8)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)depth;
        header[9] = (byte)(channels switch { 1 => Grey, 3 => Color, _ => ColorWithTransparency });
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            int row = width * channels * depth / 8;
            for (int start = 0; start < pixels.Length; start += row)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(pixels.AsSpan(start, row));
            }
        }

        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A binary PGM or PPM file.</summary>
    public static byte[] PortableMap(int height, int width, int channels, byte[] pixels)
    {
        string header = FormattableString.Invariant($"P{(channels == 1 ? 5 : 6)}\n# a comment\n{width} {height}\n255\n");
        return [.. Encoding.ASCII.GetBytes(header), .. pixels];
    }

    /// <summary>A JPEG file of 8×8 grey pixels of value 128: one block, whose coefficients are 0.</summary>
    public static byte[] Jpeg() =>
    [
        0xFF, 0xD8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0,
        0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0,
        0x3F,
        0xFF, 0xD9,
    ];

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0]; // the checksum is not read
    }
}
