using System.IO.Compression;
using Evenkeel.Tables.Streams;

namespace Evenkeel.Tables.Tests.Streams;

public class GzipInputTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(300_000)]
    public void Content_comes_back(int length)
    {
        byte[] content = Noise(length);
        Assert.Equal(content, Unzip(Zip(content)));
    }

    [Fact]
    public void Members_follow_one_another_wherever_they_end()
    {
        // The buffer of GZipStream has 8,192 bytes: members end before, at and behind its end.
        foreach (int length in Enumerable.Range(8150, 60))
        {
            byte[] first = Noise(length), second = Noise(20);
            Assert.Equal([.. first, .. second], Unzip([.. Zip(first, CompressionLevel.NoCompression), .. Zip([]), .. Zip(second)]));
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        byte[] zipped = [.. Zip(Noise(40)), .. Zip(Noise(60))];
        int whole = Zip(Noise(40)).Length;
        for (int length = 1; length < zipped.Length; length++)
        {
            if (length != whole)
            {
                var error = Assert.Throws<InvalidDataException>(() => Unzip(zipped[..length]));
                Assert.StartsWith("is a damaged gzip file", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_wrong_checksum_and_bytes_behind_the_end_are_refused()
    {
        byte[] zipped = Zip(Noise(1000));
        for (int i = 1; i <= 8; i++)
        {
            byte[] damaged = [.. zipped];
            damaged[^i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => Unzip(damaged));
        }

        Assert.Throws<InvalidDataException>(() => Unzip([.. zipped, 0, 0, 0, 0]));
        Assert.Throws<InvalidDataException>(() => Unzip([.. zipped, .. "text"u8]));
    }

    [Fact]
    public void An_error_stays_one()
    {
        using var stream = new GzipInput(new MemoryStream(Zip(Noise(10))[..^1]));
        Assert.Throws<InvalidDataException>(() => stream.ReadByte());
        Assert.Throws<InvalidDataException>(() => stream.ReadByte());
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Zip(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, level))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    private static byte[] Unzip(byte[] zipped)
    {
        using var stream = new GzipInput(new MemoryStream(zipped));
        using var content = new MemoryStream();
        stream.CopyTo(content, 1000);
        return content.ToArray();
    }
}
