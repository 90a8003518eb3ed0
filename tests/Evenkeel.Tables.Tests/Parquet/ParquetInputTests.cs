using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Parquet;

public sealed class ParquetInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(
        "alltypes_plain",
        "4 'true' 0 0 0 0 0 0 '03/01/09' '0' '2009-03-01T00:00:00'|"
        + "5 'false' 1 1 1 10 1.100000023841858 10.1 '03/01/09' '1' '2009-03-01T00:01:00'",
        8)]
    [InlineData("int32_decimal", "1|2", 24)]
    [InlineData("fixed_length_decimal", "1|2", 24)]
    [InlineData("page_v2_empty_compressed", "null|null", 10)]
    [InlineData("concatenated_gzip_members", "1|2", 513)]
    [InlineData("single_nan", "null", 1)]
    [InlineData("sort_columns", "null 'a'|2 'b'|1 'c'", 6)]
    [InlineData("lz4_raw_compressed", "1593604800 'abc' 42|1593604800 'def' 7.7", 4)]
    public void Files_of_others_are_read(string name, string first, int rows)
    {
        string[] actual = ReadTable.Rows(new TableFile(Golden(name)));
        string[] expected = first.Split('|');
        Assert.Equal(expected, actual[..expected.Length]);
        Assert.Equal(rows, actual.Length);
    }

    [Fact]
    public void A_nested_column_is_refused_by_name_and_its_neighbours_are_read()
    {
        var file = new TableFile(Golden("datapage_v2.snappy"));
        Assert.Equal(["1 2", "2 3", "3 4", "4 5", "5 2"], ReadTable.Rows(file, 1, 2));
        var error = Assert.Throws<InvalidDataException>(() => ReadTable.Rows(file, 4));
        Assert.EndsWith(
            "datapage_v2.snappy.parquet', column 5 (e): is nested or repeated, and such columns are not read; leave the column out.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hadoop_lz4_compressed", "row group 1, column 'c1'")]
    [InlineData("PARQUET-1481", "unsupported type -7")]
    [InlineData("rle_boolean_encoding", "row group 1, column 'datatype_boolean'")]
    [InlineData("ARROW-RS-GH-6229-DICTHEADER", "row group 1, column 'name'")]
    [InlineData("int96_from_spark", "row group 1, column 'a'")]
    public void What_cannot_be_read_is_one_clear_line(string name, string words)
    {
        var error = Assert.Throws<InvalidDataException>(() => ReadTable.Rows(new TableFile(Golden(name))));
        Assert.Contains($"{name}.parquet' cannot be read as a Parquet file: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Types_become_numbers_and_texts()
    {
        byte[] bytes = ParquetBytes.Of(
        [
            ("double", new double?[] { 0.1, null, double.NaN, double.PositiveInfinity }),
            ("float", new float[] { 0.5f, -0.0f, float.NaN, 3 }),
            ("long", new long[] { 9007199254740993, -1, 0, long.MaxValue }),
            ("ulong", new ulong[] { ulong.MaxValue, 0, 1, 2 }),
            ("decimal", new decimal[] { 1.500m, -2, 0.1m, 79228162514.25m }),
            ("bool", new bool?[] { true, false, null, true }),
            ("text", new string[] { " a ", "", null!, "NA" }),
            ("date", new DateTime[] { new(2024, 1, 31), new(1969, 12, 31), new(2000, 2, 29), new(2024, 1, 1) }),
        ]);
        Assert.Equal(
            [
                "0.1 0.5 9007199254740992 1.8446744073709552E+19 1.5 'true' 'a' '2024-01-31'",
                "null -0 -1 0 -2 'false' null '1969-12-31'",
                "null null 0 1 0.1 null null '2000-02-29'",
                "∞ 3 9.223372036854776E+18 2 79228162514.25 'true' null '2024-01-01'",
            ],
            ReadTable.Rows(new TableFile(_folder.Write("t.parquet", bytes), new TableFileOptions { Missing = ["NA"] })));
    }

    [Fact]
    public void The_text_of_a_number_has_all_digits()
    {
        byte[] bytes = ParquetBytes.Of([("long", new long[] { 9007199254740993 }), ("decimal", new decimal[] { 1.500m })]);
        using TableReader reader = new TableFile(_folder.Write("t.parquet", bytes)).Open();
        reader.Read(
            [0, 1],
            () => 0,
            (_, _) => { },
            (chunk, _) =>
            {
                Assert.Equal("9007199254740993"u8, chunk.Utf8Text(0, 0));
                Assert.Equal("1.5"u8, chunk.Utf8Text(1, 0));
                Assert.Equal("row 1", chunk.Describe(0));
            });
    }

    [Fact]
    public void Row_groups_follow_one_another_and_missing_values_do_not_shift_the_others()
    {
        var random = new Random(1);
        long?[][] groups = [.. new[] { 40_000, 1, 17_000, 0, 3 }.Select(rows =>
            Enumerable.Range(0, rows).Select(_ => random.Next(4) == 0 ? null : (long?)random.Next(1000)).ToArray())];
        byte[] bytes = ParquetBytes.Of([.. groups.Select(values => new (string, Array)[] { ("x", values) })]);
        var file = new TableFile(_folder.Write("t.parquet", bytes));
        Assert.Equal(groups.SelectMany(values => values).Select(value => value is { } number ? $"{number}" : "null"), ReadTable.Rows(file));
    }

    [Fact]
    public void A_damaged_file_is_an_error_and_nothing_worse()
    {
        byte[] bytes = ParquetBytes.Of(
        [
            ("x", Enumerable.Range(0, 50).Select(i => (double?)(i % 7 == 0 ? null : i)).ToArray()),
            ("t", Enumerable.Range(0, 50).Select(i => $"t{i % 5}").ToArray()),
        ]);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = i < 60 ? bytes[..(bytes.Length * i / 60)] : (byte[])bytes.Clone();
            for (int k = 0; i >= 60 && k < 3; k++)
            {
                damaged[random.Next(4, bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                ReadTable.Rows(new TableFile(_folder.Write("d.parquet", damaged)));
            }
            catch (InvalidDataException e)
            {
                refused++;
                Assert.DoesNotContain('\n', e.Message);
                Assert.StartsWith($"'{_folder.Path}", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, 100, 300);
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name + ".parquet");
}
