using System.IO.Compression;

namespace Evenkeel.Data;

/// <summary>Reads files, raw or gzipped, without trusting their headers: memory grows with the data actually read.</summary>
internal static class DataFile
{
    private const int FirstBuffer = 1 << 20;

    /// <summary>Reads a seekable stream, decompressing it if it is gzipped.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="read">Reads the content; throws <see cref="ContentException"/> if it is invalid.</param>
    /// <exception cref="InvalidDataException">The content is invalid; the message names the stream and says what was found.</exception>
    public static T Read<T>(Stream stream, string name, Func<Stream, T> read)
    {
        long start = stream.Position;
        try
        {
            return Unzip(stream, read);
        }
        catch (ContentException e)
        {
            throw new InvalidDataException($"'{name}' {(IsHtml(stream, start) ? HtmlPage.Problem + '.' : e.Message)}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{name}' is a damaged gzip file.", e);
        }
    }

    /// <summary>Reads up to a number of bytes, fewer only at the end of the stream.</summary>
    public static byte[] ReadUpTo(Stream stream, int length)
    {
        byte[] data = [];
        int read = 0;
        while (read < length)
        {
            int next = (int)Math.Min(length, Math.Max(FirstBuffer, 2L * read));
            Array.Resize(ref data, next);
            read += stream.ReadAtLeast(data.AsSpan(read), next - read, throwOnEndOfStream: false);
            if (read < next)
            {
                Array.Resize(ref data, read);
                break;
            }
        }

        return data;
    }

    private static T Unzip<T>(Stream stream, Func<Stream, T> read)
    {
        if (!IsGzip(stream))
        {
            return read(stream);
        }

        using var unzipped = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        return read(unzipped);
    }

    private static bool IsGzip(Stream stream)
    {
        long start = stream.Position;
        bool isGzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = start;
        return isGzip;
    }

    private static bool IsHtml(Stream stream, long start)
    {
        stream.Position = start;
        try
        {
            return HtmlPage.BeginsWith(Unzip(stream, content => ReadUpTo(content, HtmlPage.Beginning)));
        }
        catch (InvalidDataException)
        {
            return false; // gzip that is damaged behind what was read before
        }
    }

    /// <summary>An error in the content; the message is the predicate of a sentence about the file.</summary>
    public sealed class ContentException(string message) : Exception(message);
}
