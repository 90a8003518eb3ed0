using System.Globalization;
using System.Text;
using Evenkeel.Cli.Tables;
using Evenkeel.Tables;
using Evenkeel.Tables.Csv;

namespace Evenkeel.Fuzz.Targets;

/// <summary>
/// Tables: each is read as a scaling command reads it, against a strict reader of RFC 4180 that shares no code with it; and the identity
/// gives each accepted file back byte for byte.
/// </summary>
/// <remarks>
/// Deliberate differences from RFC 4180, which the oracle has too: lines end with LF, CR LF or CR; empty lines are no records; a quote
/// within an unquoted cell is a character; blanks behind a closing quote are accepted.
/// </remarks>
internal static class CsvTarget
{
    public static Target Create()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("evenkeel-fuzz-").FullName, "in.csv");
        return new Target(
            "csv",
            [
                "a,b\n1,2\n3,4\n"u8.ToArray(), "a,b\r\n\"1\",\"x\"\"y\"\r\n2.5e3,\r\n"u8.ToArray(),
                "\ufeffsep=;\na;b\n1;2\n"u8.ToArray(), "a\n\n1\n\n\"2\" \n"u8.ToArray(), .. AllTargets.Corpus("csv"),
            ],
            ["\"", "\"\"", "\r\n", "\n\n", ",", "\ufeff", "sep=;\n", "NaN", "1e309", "-0", "\u00a0", "é", "\0", "\" ", "Box 24\""],
            input => Read(path, input));
    }

    private static bool Read(string path, byte[] input)
    {
        File.WriteAllBytes(path, input);
        var rows = new List<(long Line, string[] Cells)>();
        var copy = new MemoryStream();
        try
        {
            using var file = (CsvInput)new TableFile(path).Open();
            copy.Write(file.Preamble.Span);
            copy.Write(file.Header);
            ColumnSelection columns = new([], []);
            var reader = new NumberTableReader(file, columns, CellPolicy.Stop, ErrorHints.None);
            var writer = new CsvTableWriter(file, columns.Fields);
            var rowsOfTable = (CsvTableChunk)file.CreateChunk(columns.Read);
            while (file.Fill(rowsOfTable))
            {
                CsvChunk chunk = rowsOfTable.Records;
                var table = new NumberTable(0);
                rowsOfTable.Parse();
                reader.Read(rowsOfTable, table);
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                writer.Write(chunk, table.Records, [], new NumberTexts(), output);
                copy.Write(output.WrittenSpan);
                using CsvHelper.CsvReader cells = CsvHelper.CsvReader.Create(chunk.Text, file.Dialect.ReaderOptions);
                for (int record = 0; cells.Read(); record++)
                {
                    rows.Add((chunk.Lines[record], [.. Enumerable.Range(0, cells.FieldCount).Select(cells.GetString)]));
                }
            }

            Compare(input, file, rows);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        // A table that is compressed is copied as it is without.
        return input is [0x1f, 0x8b, ..] || input.AsSpan().SequenceEqual(copy.ToArray())
            ? true
            : throw new FuzzException("the copy differs from the file");
    }

    private static void Compare(byte[] input, CsvInput file, List<(long Line, string[] Cells)> rows)
    {
        byte[] body = input[file.Preamble.Length..];
        List<string[]> expected = StrictCsv.Parse(Encoding.UTF8.GetString(body), file.Dialect.Delimiter);
        string[][] actual = [[.. file.Columns], .. rows.Select(row => row.Cells)];
        if (expected.Count != actual.Length)
        {
            throw new FuzzException(FormattableString.Invariant($"{actual.Length} records, where there are {expected.Count}"));
        }

        for (int i = 0; i < actual.Length; i++)
        {
            if (!expected[i].SequenceEqual(actual[i]))
            {
                throw new FuzzException($"record {i.ToString(CultureInfo.InvariantCulture)} is {string.Join('|', actual[i])}, "
                    + $"where it should be {string.Join('|', expected[i])}");
            }
        }
    }
}
