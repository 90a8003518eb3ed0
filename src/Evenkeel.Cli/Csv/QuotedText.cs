namespace Evenkeel.Cli.Csv;

/// <summary>Finds text behind a closing quote, such as <c>"3"5</c>, which RFC 4180 does not allow.</summary>
/// <remarks>The reader reports only the first quoting problem of a record, which may be one that is accepted.</remarks>
internal static class QuotedText
{
    /// <summary>Returns the index of the cell with text behind its closing quote; −1 if there is none.</summary>
    /// <param name="record">The record as it is in the file.</param>
    /// <param name="delimiter">The character between cells.</param>
    public static int Find(ReadOnlySpan<char> record, char delimiter)
    {
        for (int field = 0; ; field++)
        {
            if (record is ['"', ..])
            {
                record = record[ClosingQuote(record)..].TrimStart(" \t");
                if (record is [var next, ..] && next != delimiter)
                {
                    return field;
                }
            }

            int end = record.IndexOf(delimiter);
            if (end < 0)
            {
                return -1;
            }

            record = record[(end + 1)..];
        }
    }

    /// <summary>The position behind the closing quote of a text that begins with a quote; a doubled quote does not close.</summary>
    private static int ClosingQuote(ReadOnlySpan<char> text)
    {
        int position = 1;
        while (position < text.Length)
        {
            int quote = text[position..].IndexOf('"');
            if (quote < 0)
            {
                return text.Length;
            }

            position += quote + 1;
            if (position == text.Length || text[position] != '"')
            {
                return position;
            }

            position++;
        }

        return position;
    }
}
