using System.Text;

namespace Evenkeel.Fuzz.Targets;

/// <summary>A reader of RFC 4180, one character at a time, as an oracle.</summary>
internal static class StrictCsv
{
    /// <summary>Returns the cells of each record.</summary>
    /// <exception cref="FuzzException">A quoted cell is not closed, or text stands behind its closing quote.</exception>
    public static List<string[]> Parse(string text, char delimiter)
    {
        var records = new List<string[]>();
        var record = new List<string>();
        int i = 0;
        while (i < text.Length)
        {
            if (record.Count == 0 && text[i] is '\r' or '\n')
            {
                i++; // an empty line
                continue;
            }

            record.Add(text[i] == '"' ? Quoted(text, ref i, delimiter) : Unquoted(text, ref i, delimiter));
            if (i < text.Length && text[i] == delimiter)
            {
                i++;
                if (i == text.Length || text[i] is '\r' or '\n')
                {
                    record.Add("");
                }
                else
                {
                    continue;
                }
            }

            records.Add([.. record]);
            record.Clear();
            i += i + 1 < text.Length && text[i] == '\r' && text[i + 1] == '\n' ? 2 : 1;
        }

        return records;
    }

    private static string Unquoted(string text, ref int i, char delimiter)
    {
        int start = i;
        while (i < text.Length && text[i] != delimiter && text[i] is not ('\r' or '\n'))
        {
            i++;
        }

        return text[start..i];
    }

    private static string Quoted(string text, ref int i, char delimiter)
    {
        var cell = new StringBuilder();
        for (i++; ; i++)
        {
            if (i == text.Length)
            {
                throw new FuzzException("an unclosed quote was accepted");
            }

            if (text[i] != '"')
            {
                cell.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append(text[i++]);
            }
            else
            {
                break;
            }
        }

        i++;
        while (i < text.Length && text[i] is ' ' or '\t' && text[i] != delimiter)
        {
            cell.Append(text[i++]); // a blank behind the quote
        }

        return i == text.Length || text[i] == delimiter || text[i] is '\r' or '\n'
            ? cell.ToString()
            : throw new FuzzException("text behind a closing quote was accepted");
    }
}
