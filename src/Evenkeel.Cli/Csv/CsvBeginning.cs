using static System.FormattableString;

namespace Evenkeel.Cli.Csv;

/// <summary>The part of a file before its header, and its line ending.</summary>
/// <param name="Preamble">The byte order mark and the skipped lines, unchanged.</param>
/// <param name="NewLine">The line ending.</param>
/// <param name="Rest">The bytes after the preamble that were read with it.</param>
internal sealed record CsvBeginning(ReadOnlyMemory<byte> Preamble, byte[] NewLine, ReadOnlyMemory<byte> Rest)
{
    private const int FirstStep = 64 * 1024;
    private const int Longest = 64 * 1024 * 1024;

    /// <summary>Reads the beginning of a stream.</summary>
    /// <exception cref="InvalidDataException">The stream is not UTF-8, or ends before the header.</exception>
    public static CsvBeginning Read(Stream stream, int skippedLines)
    {
        byte[] bytes = [];
        int length = 0;
        int? start;
        do
        {
            Array.Resize(ref bytes, Math.Max(FirstStep, 2 * length));
            length += stream.ReadAtLeast(bytes.AsSpan(length), bytes.Length - length, throwOnEndOfStream: false);
            start = Header(bytes.AsSpan(0, length), skippedLines);
        }
        while (start is null && length == bytes.Length && length < Longest);

        if (start is null)
        {
            throw new InvalidDataException(length < bytes.Length
                ? Invariant($"ends before line {skippedLines + 1L}, where the header should be")
                : "has no header within its first 64 MiB");
        }

        ReadOnlyMemory<byte> all = bytes.AsMemory(0, length);
        return new CsvBeginning(all[..start.Value], LineEnd(all.Span), all[start.Value..]);
    }

    /// <summary>The offset of the header; null if more bytes are needed to find it.</summary>
    private static int? Header(ReadOnlySpan<byte> bytes, int skippedLines)
    {
        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            throw new InvalidDataException("is UTF-16; convert it to UTF-8 first");
        }

        if (bytes is [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..])
        {
            throw new InvalidDataException("looks like UTF-16 without a byte order mark; save it as UTF-8");
        }

        int position = bytes is [0xef, 0xbb, 0xbf, ..] ? 3 : 0;
        for (int line = 0; line < skippedLines; line++)
        {
            int end = bytes[position..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                return null;
            }

            position += end + LineEnd(bytes[(position + end)..]).Length;
        }

        return position < bytes.Length || skippedLines == 0 ? position : null;
    }

    private static byte[] LineEnd(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 || bytes[end] == '\n' ? [(byte)'\n']
            : end + 1 < bytes.Length && bytes[end + 1] == '\n' ? [(byte)'\r', (byte)'\n']
            : [(byte)'\r'];
    }
}
