using System.Text;
using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests;

/// <summary>The files that scaling reads and writes: what is refused, with which words, and what is never lost.</summary>
public sealed class ScaleFilesTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public ScaleFilesTests()
    {
        _folder.Write("in.csv", "x\n0\n2\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--out", "@s.json");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("$evenkeel scale transform in.csv --scaler s.json --out /dev/stdout >> f", "keep\nx\n0\n1\n")]
    [InlineData("$evenkeel scale transform in.csv --scaler s.json --out - >> f", "keep\nx\n0\n1\n")]
    [InlineData("$evenkeel scale transform in.csv --scaler s.json --out /proc/self/fd/1 >> f", "keep\nx\n0\n1\n")]
    [InlineData("ln -s /dev/stdout link; $evenkeel scale transform in.csv --scaler s.json --out link >> f", "keep\nx\n0\n1\n")]
    [InlineData("ln -s /proc/self/fd link; $evenkeel scale transform in.csv --scaler s.json --out link/1 >> f", "keep\nx\n0\n1\n")]
    [InlineData("{ $evenkeel scale transform in.csv --scaler s.json --out /dev/fd/3; echo end >&3; } 3> f", "x\n0\n1\nend\n")]
    [InlineData("$evenkeel scale transform - --scaler s.json --out - < in.csv > f", "x\n0\n1\n")]
    [InlineData("cat in.csv | $evenkeel scale transform - --scaler s.json --out - | cat > f", "x\n0\n1\n")]
    [InlineData("cat s.json | $evenkeel scale transform in.csv --scaler - --out f", "x\n0\n1\n")]
    public void Open_files_are_written_to_and_never_replaced(string script, string expected)
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        _folder.Write("f", "keep\n");
        CommandRun run = ShellRun.ToEnd($"cd '{_folder.Path}'; {script}");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(expected, _folder.Read("f"));
    }

    [Theory]
    [InlineData("$evenkeel scale transform in.csv --scaler s.json --out - >> in.csv", "--out '-' is redirected to the input file 'in.csv'")]
    [InlineData("ln in.csv h; $evenkeel scale transform in.csv --scaler s.json --out h", "--out 'h' is the input file 'in.csv'")]
    [InlineData("$evenkeel scale transform - --scaler s.json --out in.csv < in.csv", "--out 'in.csv' is the file on standard input")]
    [InlineData(
        "$evenkeel scale transform - --scaler s.json --out - < in.csv >> in.csv", "--out '-' is redirected to the file on standard input")]
    public void An_output_that_is_the_input_is_refused(string script, string message)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        ShellRun.ToEnd($"cd '{_folder.Path}'; {script}").AssertRefused(2, message);
        Assert.Equal("x\n0\n2\n", _folder.Read("in.csv"));
    }

    [Fact]
    public void A_link_is_followed_before_the_folder_above_is_taken()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        _folder.Write("f", "keep");
        CommandRun run = ShellRun.ToEnd(
            $"cd '{_folder.Path}'; mkdir -p other/sub; ln -s other/sub link; cp in.csv other/table; "
            + "$evenkeel scale transform link/../table --scaler s.json --out link/../f");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("keep", _folder.Read("f"));
        Assert.Equal("x\n0\n1\n", _folder.Read("other/f"));
    }

    [Theory]
    [InlineData("$evenkeel scale transform in.csv --scaler s.json --out - <&- >&-", "standard output is closed")]
    [InlineData("$evenkeel scale transform in.csv --scaler s.json --out - >&-", "standard output is closed")]
    [InlineData("$evenkeel scale describe in.csv --json <&- >&-", "standard output is closed")]
    [InlineData("$evenkeel scale describe - <&-", "standard input is closed")]
    [InlineData("$evenkeel scale transform in.csv --scaler - --out o <&-", "standard input is closed")]
    public void A_closed_stream_is_neither_read_nor_written(string script, string message)
    {
        if (OperatingSystem.IsLinux())
        {
            ShellRun.ToEnd($"cd '{_folder.Path}'; {script}").AssertRefused(1, message);
        }
    }

    [Fact]
    public void A_name_that_is_not_UTF_8_is_refused()
    {
        if (ShellRun.IsPossible)
        {
            ShellRun.ToEnd($"cd '{_folder.Path}'; $evenkeel scale fit in.csv --out $(printf 'o\\377')").AssertRefused(2, "is not UTF-8");
        }
    }

    [Fact]
    public void A_pipe_with_the_name_of_a_leftover_stays()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        const string Name = ".o.0123456789abcdef0123456789abcdef.evenkeel.tmp";
        CommandRun run = ShellRun.ToEnd($"cd '{_folder.Path}'; mkfifo {Name}; $evenkeel scale fit in.csv --out o");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(Name, _folder.Files());
    }

    [Fact]
    public void Numbers_are_quoted_where_they_may_hold_the_delimiter()
    {
        _folder.Write("d.csv", "x-y\n1-2\n3-4\n");
        _folder.ScaleWell("fit", "@d.csv", "--delimiter", "-", "--out", "@d.json");
        _folder.ScaleWell("transform", "@d.csv", "--delimiter", "-", "--scaler", "@d.json", "--out", "@e.csv");
        Assert.Equal("x-y\n\"-1\"-\"-1\"\n\"1\"-\"1\"\n", _folder.Read("e.csv"));
        _folder.ScaleWell("inverse", "@e.csv", "--delimiter", "-", "--scaler", "@d.json", "--out", "@f.csv");
        Assert.Equal("x-y\n\"1\"-\"2\"\n\"3\"-\"4\"\n", _folder.Read("f.csv"));
    }

    [Fact]
    public void A_new_number_that_means_a_missing_value_is_an_error()
    {
        _folder.Write("m.csv", "x\n0\n-9\n2\n");
        _folder.ScaleWell("fit", "@m.csv", "--missing", "1", "--scaler", "min-max", "--out", "@m.json");
        _folder.Scale("transform", "@m.csv", "--missing", "1", "--scaler", "@m.json", "--out", "@o.csv")
            .AssertRefused(1, "line 4, column 1 (x): the new number is 1, which --missing takes for a missing value");
        Assert.DoesNotContain("o.csv", _folder.Files());
    }

    [Fact]
    public void Quotes_behind_a_delimiter_that_is_a_space_are_those_of_the_next_cell()
    {
        _folder.Write("d.csv", "x y\n\"1\" a\"b\n2 c\n");
        _folder.ScaleWell("fit", "@d.csv", "--delimiter", " ", "--columns", "x", "--out", "@d.json");
    }

    [Fact]
    public void A_cycle_of_links_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.CreateSymbolicLink(_folder.PathOf("a"), "b");
        File.CreateSymbolicLink(_folder.PathOf("b"), "a");
        _folder.Scale("fit", "@in.csv", "--out", "@a").AssertRefused(1, "too many levels of symbolic links");
    }

    [Fact]
    public void A_replaced_file_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (UnixFileMode mode in (UnixFileMode[])[(UnixFileMode)0b110_000_000, (UnixFileMode)0b111_101_000])
        {
            File.SetUnixFileMode(_folder.PathOf("s.json"), mode);
            _folder.ScaleWell("fit", "@in.csv", "--out", "@s.json");
            Assert.Equal(mode, File.GetUnixFileMode(_folder.PathOf("s.json")));
        }
    }

    [Fact]
    public void What_a_killed_process_left_is_deleted_and_what_another_writes_is_not()
    {
        const string Name = ".s.json.0123456789abcdef0123456789abcdef.evenkeel.tmp", Other = ".t.json.00.evenkeel.tmp";
        const string Open = ".s.json.1123456789abcdef0123456789abcdef.evenkeel.tmp";
        _folder.Write(Name, "half");
        _folder.Write(Other, "half");
        _folder.Write(".s.json.mine", "mine");
        using (var open = new FileStream(_folder.PathOf(Open), FileMode.Create, FileAccess.Write, FileShare.None))
        {
            _folder.ScaleWell("fit", "@in.csv", "--out", "@s.json");
            AssertFiles(Open, ".s.json.mine", Other, "in.csv", "s.json");
        }

        _folder.ScaleWell("fit", "@in.csv", "--out", "@s.json");
        AssertFiles(".s.json.mine", Other, "in.csv", "s.json");

        void AssertFiles(params string[] names) => Assert.Equal(names.Order(StringComparer.Ordinal), _folder.Files());
    }

    [Theory]
    [InlineData("x,y\n1,\"3\"5\n", "line 2: text behind a closing quote in column 2")]
    [InlineData("x,y\nBox 24\",\"3\"5\n", "line 2: text behind a closing quote in column 2")]
    [InlineData("x,y\n\"5\\\"\",1\n\"6\\\"\",2\nx,3\n", "line 2: text behind a closing quote in column 1")]
    [InlineData("x,y\n1,2\n\"a\"b,3\n", "line 3: text behind a closing quote in column 1")]
    [InlineData("\"x\"a,y\n1,2\n", "has text behind a closing quote in column 1")]
    [InlineData("x,y\n1\u001f5,1\n", "'1<U+001F>5' is not a number")]
    [InlineData("x,y\n1\0,1\n", "'1<U+0000>' is not a number;")]
    [InlineData("x,y\n1e400,1\n", "'1e400' is beyond the largest number, about 1.8E+308")]
    [InlineData("x,y\n\"1,000.00\",1\n", "'1,000.00' is not a number: separators of thousands are not read, remove them")]
    [InlineData("x,y\n\"1,5\",1\n", "'1,5' is not a number here; with --culture de it is")]
    [InlineData("x,y\n2024-01-31,1\n", "'2024-01-31' is a date, not a number; --columns or --except leaves its column out")]
    [InlineData("x,y\n1\u00a0234,1\n", "'1<U+00A0>234' is not a number: separators of thousands")]
    [InlineData("x,y\n1\u200b,1\n", "'1<U+200B>' is not a number")]
    [InlineData("x,y\n\"4\n\",1\n", "'4<U+000A>' is not a number")]
    [InlineData("x,y\n1\0,1\n", "'1<U+0000>' is not a number")]
    [InlineData("x\u202e,y\na,1\n", "column 1 (x<U+202E>): 'a' is not a number")]
    [InlineData("<!doctype HTML>\n<html>\n", "is an HTML page")]
    [InlineData("\u001f\u008b", "is a damaged gzip file")]
    [InlineData("PK\u0003\u0004", "is a ZIP archive, as Excel workbooks are; save the table as CSV")]
    public void A_message_says_what_is_wrong_and_where(string text, string message)
    {
        _folder.Write("bad.csv", text[0] == '\u001f' ? [0x1f, 0x8b, 8] : Encoding.UTF8.GetBytes(text));
        string[] columns = text[0] == 'x' ? ["--columns", text.Split('\n')[0]] : [];
        _folder.Scale(["fit", "@bad.csv", "--out", "@t.json", .. columns]).AssertRefused(1, message);
    }

    [Theory]
    [InlineData("skip", "x,y\n0,4\n1,7\n")]
    [InlineData("keep", "x,y\n0,4\n1,\"3\"5\n1,7\n")]
    public void A_row_with_text_behind_a_quote_is_skipped_or_kept(string policy, string expected)
    {
        _folder.Write("bad.csv", "x,y\n0,4\n1,\"3\"5\n2,7\n");
        CommandRun run = _folder.ScaleWell("transform", "@bad.csv", "--scaler", "@s.json", "--on-error", policy, "--out", "@out.csv");
        Assert.Contains("text behind a closing quote in column 2", run.Error, StringComparison.Ordinal);
        Assert.Equal(expected, _folder.Read("out.csv"));
    }

    [Theory]
    [InlineData("\"x")]
    [InlineData("\"x\"y")]
    public void Names_with_wrong_quotes_are_refused(string columns) =>
        _folder.Scale("fit", "@in.csv", "--columns", columns, "--out", "@t.json").AssertRefused(2, "a quote that is not closed");

    [Fact]
    public void A_folder_is_no_table() => _folder.Scale("fit", "@.", "--out", "@t.json").AssertRefused(1, "is a folder");

    [Fact]
    public void A_name_with_a_comma_needs_quotes()
    {
        _folder.Write("names.csv", "\"age, years\",b\n1,2\n");
        _folder.Scale("fit", "@names.csv", "--columns", "age, years", "--out", "@t.json")
            .AssertRefused(1, "A name that contains a comma is quoted: --columns '\"age, years\"'");
        _folder.ScaleWell("fit", "@names.csv", "--columns", "\"age, years\"", "--out", "@t.json");
    }

    [Fact]
    public void A_hundred_thousand_columns_are_found_by_name()
    {
        string header = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"c{i}"));
        string row = string.Join(',', Enumerable.Repeat("1", 100_000));
        _folder.Write("wide.csv", $"{header}\n{row}\n");
        _folder.ScaleWell("fit", "@wide.csv", "--scaler", "zero-mean", "--out", "@t.json");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_ends_a_command_that_waits_for_a_pipe(string signal)
    {
        if (!ShellRun.IsInterruptible)
        {
            return;
        }

        using var run = new ShellRun($"cd '{_folder.Path}'; mkfifo pipe; exec $evenkeel scale describe pipe");
        run.WaitUntilIdle();
        run.Signal(signal);
        CommandRun end = run.End();
        Assert.Equal(1, end.ExitCode);
        Assert.Equal("evenkeel: interrupted.\n", end.Error);
    }
}
