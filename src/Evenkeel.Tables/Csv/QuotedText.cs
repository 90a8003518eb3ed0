namespace Evenkeel.Tables.Csv;

/// <summary>Finds a quote that is not closed, or text behind a closing quote, such as <c>"3"5</c>.</summary>
/// <remarks>The reader reports only the first quoting problem of a record, which may be one that is accepted.</remarks>
internal static class QuotedText
{
    /// <summary>Returns the index of the first such cell, and whether its quote is not closed; null if there is none.</summary>
    /// <param name="record">The record as it is in the file.</param>
    /// <param name="delimiter">The character between cells.</param>
    public static (int Field, bool IsUnclosed)? Find(ReadOnlySpan<char> record, char delimiter)
    {
        for (int field = 0; ; field++)
        {
            if (record is ['"', ..])
            {
                int closing = ClosingQuote(record);
                if (closing < 0)
                {
                    return (field, true);
                }

                record = record[closing..].TrimStart(delimiter switch
                {
                    '\t' => " ",
                    ' ' => "\t",
                    _ => " \t",
                });
                if (record is [var next, ..] && next != delimiter)
                {
                    return (field, false);
                }
            }

            int end = record.IndexOf(delimiter);
            if (end < 0)
            {
                return null;
            }

            record = record[(end + 1)..];
        }
    }

    /// <summary>The position behind the closing quote of a text that begins with a quote; −1 without one.</summary>
    private static int ClosingQuote(ReadOnlySpan<char> text)
    {
        int position = 1;
        while (position < text.Length)
        {
            int quote = text[position..].IndexOf('"');
            if (quote < 0)
            {
                return -1;
            }

            position += quote + 1;
            if (position == text.Length || text[position] != '"')
            {
                return position;
            }

            position++;
        }

        return -1;
    }
}
