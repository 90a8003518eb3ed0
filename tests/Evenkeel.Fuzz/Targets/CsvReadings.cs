using System.Text;
using System.Text.Json;
using Evenkeel.Tables;
using Evenkeel.Tables.Csv;

namespace Evenkeel.Fuzz.Targets;

/// <summary>Prints mutated tables with what was read of each, a line of JSON for each, to be compared with another reader.</summary>
internal static class CsvReadings
{
    public static void Print(int count, int seed)
    {
        Target target = CsvTarget.Create();
        var mutator = new Mutator(seed, target.Seeds, target.Words);
        string path = Path.Combine(Directory.CreateTempSubdirectory("evenkeel-fuzz-").FullName, "in.csv");
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        for (int i = 0; i < count; i++)
        {
            byte[] input = mutator.Next();
            File.WriteAllBytes(path, input);
            output.Write($"{{\"input\":\"{Convert.ToBase64String(input)}\",\"rows\":{Rows(path)}}}\n");
        }
    }

    /// <summary>The rows of a table as JSON: numbers as the bits of the double, other cells as text; null if refused.</summary>
    private static string Rows(string path)
    {
        try
        {
            using var file = (CsvInput)new TableFile(path).Open();
            var rows = new List<string> { $"[{string.Join(',', file.Columns.Select(name => JsonSerializer.Serialize(name)))}]" };
            var chunk = new CsvChunk();
            while (file.Fill(chunk))
            {
                using CsvHelper.CsvReader reader = CsvHelper.CsvReader.Create(chunk.Text, file.Dialect.ReaderOptions);
                for (int record = 0; reader.Read(); record++)
                {
                    if (chunk.Malformed(record) is { } problem)
                    {
                        throw new InvalidDataException(problem);
                    }

                    rows.Add($"[{string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(field => Cell(file, reader, field)))}]");
                }
            }

            return $"[{string.Join(',', rows)}]";
        }
        catch (InvalidDataException)
        {
            return "null";
        }
    }

    private static string Cell(CsvInput file, CsvHelper.CsvReader reader, int field) =>
        file.Dialect.Read(reader, field, out double value) == CellKind.Number
            ? $"{{\"bits\":\"{BitConverter.DoubleToInt64Bits(value):x16}\"}}"
            : JsonSerializer.Serialize(reader.GetString(field));
}
