#!/usr/bin/env dotnet
// Writes a CSV file as a Parquet file: columns of numbers as double, gaps as null, all others as text, in row groups of 100,000 rows.
// dotnet run -c Release benchmarks/tables/to-parquet.cs million.csv million.parquet
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:package Parquet.Net
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property EnforceCodeStyleInBuild=false
#:property RunAnalyzers=false
using System.Text;
using Evenkeel.Tables;
using Evenkeel.Tables.Profiles;
using Parquet;
using Parquet.Schema;

const int RowsPerGroup = 100_000;
var table = new TableFile(args[0]);
bool[] isNumber = [.. TableProfile.Of(table).Columns.Select(column => column.Kind is ColumnKind.Number)];
using TableReader reader = table.Open();
DataField[] fields =
[
    .. reader.Columns.Select((name, c) => isNumber[c] ? new DataField<double?>(name) : (DataField)new DataField<string>(name)),
];
List<double?>[] numbers = [.. fields.Select(_ => new List<double?>())];
List<string>[] texts = [.. fields.Select(_ => new List<string>())];
using FileStream file = File.Create(args[1]);
await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file);
reader.Read([.. Enumerable.Range(0, fields.Length)], () => 0, (_, _) => { }, (chunk, _) => Take(chunk));
Flush();

void Take(TableChunk chunk)
{
    for (int row = 0; row < chunk.Rows; row++)
    {
        for (int c = 0; c < fields.Length; c++)
        {
            if (isNumber[c])
            {
                double number = chunk.Numbers(c)[row];
                numbers[c].Add(double.IsNaN(number) ? null : number);
            }
            else
            {
                texts[c].Add(Encoding.UTF8.GetString(chunk.Utf8Text(c, row)));
            }
        }

        if (Math.Max(numbers[0].Count, texts[0].Count) == RowsPerGroup)
        {
            Flush();
        }
    }
}

void Flush()
{
    if (numbers[0].Count + texts[0].Count == 0)
    {
        return;
    }

    using ParquetRowGroupWriter group = writer.CreateRowGroup();
    for (int c = 0; c < fields.Length; c++)
    {
        if (isNumber[c])
        {
            group.WriteAsync<double>(fields[c], numbers[c].ToArray()).GetAwaiter().GetResult();
            numbers[c].Clear();
        }
        else
        {
            group.WriteAsync(fields[c], texts[c].ToArray()).GetAwaiter().GetResult();
            texts[c].Clear();
        }
    }
}
