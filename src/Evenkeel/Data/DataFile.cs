using System.IO.Compression;

namespace Evenkeel.Data;

/// <summary>Reads files that may be gzipped and that are not believed: memory grows with the data that is really there.</summary>
internal static class DataFile
{
    private const int FirstBuffer = 1 << 20;

    /// <summary>Reads a stream that can be sought in, unzipped where it starts as a gzip file does.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="read">Reads what it holds; throws <see cref="ContentException"/> where that is wrong.</param>
    /// <exception cref="InvalidDataException">The contents are wrong; the message names the stream and says what was found.</exception>
    public static T Read<T>(Stream stream, string name, Func<Stream, T> read)
    {
        try
        {
            if (!IsGzip(stream))
            {
                return read(stream);
            }

            using var unzipped = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            return read(unzipped);
        }
        catch (ContentException e)
        {
            throw new InvalidDataException($"'{name}' {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{name}' is a damaged gzip file: {e.Message}", e);
        }
    }

    /// <summary>Reads so many bytes, or as many as there are.</summary>
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

    private static bool IsGzip(Stream stream)
    {
        long start = stream.Position;
        bool isGzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = start;
        return isGzip;
    }

    /// <summary>What is wrong with the contents, as the rest of a sentence that starts with the file's name.</summary>
    public sealed class ContentException(string message) : Exception(message);
}
