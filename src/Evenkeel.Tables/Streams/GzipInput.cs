using System.IO.Compression;
using System.Security.Cryptography;

namespace Evenkeel.Tables.Streams;

/// <summary>Decompresses a gzip file of one or several members, and throws if it is damaged or cut off.</summary>
/// <remarks>
/// <see cref="GZipStream"/> checks the sums of members, but neither notices a file that ends within a member nor bytes behind the last one.
/// A member with random content is therefore appended to the file: only if the file is whole does it appear behind the file's content.
/// </remarks>
internal sealed class GzipInput : ForwardStream
{
    /// <summary>What is wrong with a damaged file: the predicate of a sentence.</summary>
    public const string Damaged = "is a damaged gzip file";

    private const int MarkLength = 32;
    private const int BufferLength = 128 * 1024;

    private readonly GZipStream _content;
    private readonly byte[] _mark = RandomNumberGenerator.GetBytes(MarkLength);
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Decompresses a stream, and owns it.</summary>
    public GzipInput(Stream compressed) =>
        _content = new GZipStream(new AppendedStream(compressed, Compressed(_mark)), CompressionMode.Decompress);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        // The last bytes are withheld, since they may be the mark.
        while (!_atEnd && _end - _start <= MarkLength)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            int count = Decompress(_buffer.AsSpan(_end));
            _end += count;
            if (count == 0)
            {
                _atEnd = _buffer.AsSpan(_start, _end - _start).SequenceEqual(_mark)
                    ? true
                    : throw new InvalidDataException($"{Damaged}: it is cut off, or other bytes follow its end");
            }
        }

        int length = Math.Min(buffer.Length, _end - _start - MarkLength);
        _buffer.AsSpan(_start, length).CopyTo(buffer);
        _start += length;
        return length;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Compressed(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    private int Decompress(Span<byte> buffer)
    {
        try
        {
            return _content.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(Damaged, e);
        }
    }
}
