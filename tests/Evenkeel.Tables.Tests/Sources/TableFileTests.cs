using System.IO.Compression;
using System.Text;
using Evenkeel.Numerics;
using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Sources;

public sealed class TableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_of_a_csv_file_are_numbers_missing_infinite_or_texts()
    {
        var file = Csv("x,t\n 1.5 ,\" a \"\n-1e400,\"\"\"q\"\"\"\nNA,\nNaN,2\n", new TableFileOptions { Missing = [" NA "] });
        Assert.Equal(["1.5 'a'", "∞ '\"q\"'", "null null", "null 2"], ReadTable.Rows(file));
        Assert.Equal(["'a' 1.5", "'\"q\"' ∞", "null null", "2 null"], ReadTable.Rows(file, 1, 0));
        Assert.Equal(["'a' 'a'", "'\"q\"' '\"q\"'", "null null", "2 2"], ReadTable.Rows(file, 1, 1));
    }

    [Fact]
    public void A_row_with_too_few_cells_has_a_problem_and_no_cells()
    {
        using TableReader reader = Csv("x,y\n1,2\n3\n\"4\"5,6\n").Open();
        reader.Read(
            [0],
            () => 0,
            (_, _) => { },
            (chunk, _) =>
            {
                Assert.Null(chunk.Problem(0));
                Assert.Equal("1 instead of 2 cells", chunk.Problem(1));
                Assert.StartsWith("text behind a closing quote", chunk.Problem(2), StringComparison.Ordinal);
                Assert.Equal([CellKind.Number, CellKind.Missing, CellKind.Missing], chunk.Kinds(0).ToArray());
                Assert.Equal("line 3", chunk.Describe(1));
                Assert.Equal("", Encoding.UTF8.GetString(chunk.Utf8Text(0, 1)));
            });
    }

    [Fact]
    public void Options_tell_the_format()
    {
        var options = new TableFileOptions { DecimalSeparator = ',', SkippedLines = 1, HasHeader = false };
        using TableReader reader = Csv("made by hand\n1,5;2\n", options).Open();
        Assert.Equal(["1", "2"], reader.Columns);
        Assert.Equal(["1.5 2"], ReadTable.Rows(reader));
        Assert.Equal(["1 'a;b'"], ReadTable.Rows(Csv("x\ty\n1\ta;b\n", new TableFileOptions { Delimiter = '\t' })));
        Assert.Throws<ArgumentException>(() => new TableFileOptions { Delimiter = 'a' });
        Assert.Throws<ArgumentException>(() => new TableFileOptions { DecimalSeparator = ';' });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TableFileOptions { SkippedLines = -1 });
        Assert.Throws<ArgumentNullException>(() => new TableFileOptions { Missing = [null!] });
    }

    [Fact]
    public void A_compressed_file_is_read_as_if_it_were_not_for_any_number_of_threads()
    {
        string text = "x,t\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i},t{i % 3}\n"));
        string[] expected = [.. Enumerable.Range(0, 100_000).Select(i => $"{i} 't{i % 3}'")];
        var file = new TableFile(_folder.Write("t.csv.gz", Zip(text)));
        try
        {
            foreach (int threads in (int[])[1, 3])
            {
                Parallelism.Threads = threads;
                Assert.Equal(expected, ReadTable.Rows(Csv(text)));
                using TableReader reader = file.Open();
                Assert.Equal(expected, ReadTable.Rows(reader));
                Assert.Equal(new FileInfo(file.Name).Length, reader.Length);
                Assert.InRange(reader.Position, reader.Length!.Value, reader.Length.Value + 100);
            }
        }
        finally
        {
            Parallelism.Threads = Environment.ProcessorCount;
        }
    }

    [Fact]
    public void A_compressed_file_that_is_cut_off_is_refused_with_its_name()
    {
        byte[] zipped = Zip("x\n" + string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i * 7919 % 1000}\n")));
        string path = _folder.Write("t.csv.gz", zipped[..^5]);
        var error = Assert.Throws<InvalidDataException>(() => ReadTable.Rows(new TableFile(path)));
        Assert.StartsWith($"'{path}' is a damaged gzip file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_table_is_refused_with_its_name()
    {
        Assert.Throws<ArgumentException>(() => new TableFile(""));
        Assert.Equal($"'{_folder.Path}' is a folder.", Refusal(_folder.Path));
        Assert.EndsWith("' is empty.", Refusal(_folder.Write("e.csv", [])), StringComparison.Ordinal);
        Assert.EndsWith(
            "' cannot be read as a Parquet file: it is too short.",
            Refusal(_folder.Write("p", "PAR1"u8.ToArray())),
            StringComparison.Ordinal);
        Assert.Contains("encrypted", Refusal(_folder.Write("q", "PARE1234"u8.ToArray())), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => new TableFile(Path.Combine(_folder.Path, "none")).Open());
    }

    [Fact]
    public void There_is_no_column_behind_the_last()
    {
        using TableReader reader = Csv("x\n1\n").Open();
        var error = Assert.Throws<ArgumentException>(() => ReadTable.Rows(reader, 1));
        Assert.Contains("There is no column 1; ", error.Message, StringComparison.Ordinal);
    }

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => new TableFile(path).Open()).Message;

    private static byte[] Zip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }

    private TableFile Csv(string text, TableFileOptions? options = null) =>
        new(_folder.Write("t.csv", Encoding.UTF8.GetBytes(text)), options);
}
