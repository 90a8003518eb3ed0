using System.Text;
using Evenkeel.Data;
using static System.FormattableString;

namespace Evenkeel.Tables.Csv;

/// <summary>The part of a file before its header.</summary>
/// <param name="Preamble">Byte order marks, a line <c>sep=;</c> as Excel writes it, and the skipped lines, unchanged.</param>
/// <param name="Lines">The number of lines in the preamble.</param>
/// <param name="Separator">The character between cells that such a line names; null without it.</param>
/// <param name="Rest">The bytes after the preamble that were read with it.</param>
internal sealed record CsvBeginning(ReadOnlyMemory<byte> Preamble, int Lines, char? Separator, ReadOnlyMemory<byte> Rest)
{
    private const int FirstStep = 64 * 1024;
    private const int Longest = 64 * 1024 * 1024;

    /// <summary>Reads the beginning of a stream.</summary>
    /// <exception cref="InvalidDataException">The stream is not UTF-8, or ends before the header.</exception>
    public static CsvBeginning Read(Stream stream, int skippedLines)
    {
        byte[] bytes = [];
        int length = 0;
        (int Start, int Lines, char? Separator)? header;
        do
        {
            Array.Resize(ref bytes, Math.Max(FirstStep, 2 * length));
            length += stream.ReadAtLeast(bytes.AsSpan(length), bytes.Length - length, throwOnEndOfStream: false);
            header = Header(bytes.AsSpan(0, length), skippedLines);
        }
        while (header is null && length == bytes.Length && length < Longest);

        if (header is not { } found)
        {
            throw new InvalidDataException(length < bytes.Length
                ? Invariant($"ends before line {skippedLines + 1L}, where the header should be")
                : "has no header within its first 64 MiB");
        }

        ReadOnlyMemory<byte> all = bytes.AsMemory(0, length);
        return new CsvBeginning(all[..found.Start], found.Lines, found.Separator, all[found.Start..]);
    }

    /// <summary>The offset of the header, and the number of lines before it; null if more bytes are needed to find it.</summary>
    private static (int Start, int Lines, char? Separator)? Header(ReadOnlySpan<byte> bytes, int skippedLines)
    {
        RefuseOtherEncoding(bytes);
        if (bytes is [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..])
        {
            throw new InvalidDataException("looks like UTF-16 without a byte order mark; save it as UTF-8");
        }

        if (bytes is [(byte)'P', (byte)'K', 3, 4, ..])
        {
            throw new InvalidDataException("is a ZIP archive, as Excel workbooks are; save the table as CSV");
        }

        if (HtmlPage.BeginsWith(bytes))
        {
            throw new InvalidDataException(HtmlPage.Problem);
        }

        int position = 0;
        while (bytes[position..] is [0xef, 0xbb, 0xbf, ..])
        {
            position += 3; // a second mark, as programs write that append to a file with one, is not part of a name
        }

        char? separator = SeparatorOf(bytes[position..]);
        int lines = separator is null ? skippedLines : Math.Max(1, skippedLines);
        for (int line = 0; line < lines; line++)
        {
            int end = bytes[position..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                return null;
            }

            position += end + LineEnd(bytes[(position + end)..]).Length;
        }

        if (position == bytes.Length && lines > 0)
        {
            return null;
        }

        RefuseOtherEncoding(bytes[position..]); // the reader would take it for the beginning of the file
        return (position, lines, separator);
    }

    private static void RefuseOtherEncoding(ReadOnlySpan<byte> bytes)
    {
        string? encoding = bytes switch
        {
            [0xff, 0xfe, 0, 0, ..] or [0, 0, 0xfe, 0xff, ..] => "UTF-32",
            [0xff, 0xfe, ..] or [0xfe, 0xff, ..] => "UTF-16",
            _ => null,
        };
        if (encoding is not null)
        {
            throw new InvalidDataException($"is {encoding}; convert it to UTF-8 first");
        }
    }

    /// <summary>The character that a first line such as <c>sep=;</c> names.</summary>
    private static char? SeparatorOf(ReadOnlySpan<byte> text) =>
        text is [_, _, _, _, var character, (byte)'\r' or (byte)'\n', ..]
        && Ascii.EqualsIgnoreCase(text[..4], "sep="u8)
        && CsvDialect.IsDelimiter((char)character)
            ? (char)character
            : null;

    private static byte[] LineEnd(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 || bytes[end] == '\n' ? [(byte)'\n']
            : end + 1 < bytes.Length && bytes[end + 1] == '\n' ? [(byte)'\r', (byte)'\n']
            : [(byte)'\r'];
    }
}
