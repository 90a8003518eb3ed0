using System.Buffers.Binary;
using System.IO.Compression;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>A folder of small images in IDX files, which are learned in no time; gone with the test.</summary>
internal sealed class SmallImages : IDisposable
{
    public const int Height = 4;
    public const int Width = 5;
    public const int Classes = 3;
    public const int TestCount = 30;

    /// <summary>Writes the folder.</summary>
    /// <param name="trainCount">The number of training images.</param>
    /// <param name="isPale">Whether the images are bright, with a tenth of the contrast.</param>
    public SmallImages(int trainCount = 60, bool isPale = false)
    {
        WriteSet("train", trainCount, firstSample: 0, isPale);
        WriteSet("t10k", TestCount, firstSample: 1000, isPale);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("evenkeel-").FullName;

    public static byte[] Images(int count, int firstSample = 0)
    {
        var file = new List<byte>(Header(0x08, count, Height, Width));
        for (int i = firstSample; i < firstSample + count; i++)
        {
            for (int pixel = 0; pixel < Height * Width; pixel++)
            {
                // Its class says which pixels are bright; the rest varies from image to image.
                file.Add((byte)((pixel % Classes == i % Classes ? 150 : 0) + (i * 31 + pixel * 57) % 100));
            }
        }

        return [.. file];
    }

    public static byte[] Labels(int count, int firstSample = 0) =>
        [.. Header(0x08, count), .. Enumerable.Range(firstSample, count).Select(i => (byte)(i % Classes))];

    public static byte[] Header(byte type, params long[] lengths)
    {
        var header = new byte[4 + 4 * lengths.Length];
        header[2] = type;
        header[3] = (byte)lengths.Length;
        for (int i = 0; i < lengths.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + 4 * i), (uint)lengths[i]);
        }

        return header;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return zipped.ToArray();
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, byte[] bytes) => File.WriteAllBytes(PathOf(file), bytes);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void WriteSet(string name, int count, int firstSample, bool isPale)
    {
        byte[] images = Images(count, firstSample);
        for (int i = 16; isPale && i < images.Length; i++)
        {
            images[i] = (byte)(200 + images[i] / 10);
        }

        Write($"{name}-images-idx3-ubyte", images);
        Write($"{name}-labels-idx1-ubyte", Labels(count, firstSample));
    }
}
