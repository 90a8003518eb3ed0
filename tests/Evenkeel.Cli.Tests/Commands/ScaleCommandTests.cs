using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class ScaleCommandTests : IDisposable
{
    private const string Small = "id,name,x,y\n1,a,1,10\n2,\"b, c\",3,20\n3,,5,30\n";
    private readonly CsvFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void A_scaler_that_was_fitted_to_some_columns_scales_them_and_leaves_the_rest_as_it_is()
    {
        _folder.Write("in.csv", Small);
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--columns", "y,x", "--out", "@s.json");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.Equal("id,name,x,y\n1,a,0,0\n2,\"b, c\",0.5,0.5\n3,,1,1\n", _folder.Read("out.csv"));
        _folder.ScaleWell("inverse", "@out.csv", "--scaler", "@s.json", "--out", "@back.csv");
        Assert.Equal(Small, _folder.Read("back.csv"));
        Assert.Equal(["back.csv", "in.csv", "out.csv", "s.json"], _folder.Files());
    }

    [Theory]
    [InlineData("standard", "-1.224744871391589,0,1.224744871391589")]
    [InlineData("standard --deviation sample", "-1,0,1")]
    [InlineData("zero-mean", "-2,0,2")]
    [InlineData("unit-variance", "0.6123724356957945,1.8371173070873836,3.0618621784789726")]
    [InlineData("min-max", "0,0.5,1")]
    [InlineData("min-max --range -1,1", "-1,0,1")]
    [InlineData("max-abs", "0.2,0.6,1")]
    [InlineData("robust", "-1,0,1")]
    [InlineData("robust --quantiles 0,1", "-0.5,0,0.5")]
    [InlineData("log", "0.6931471805599453,1.3862943611198906,1.791759469228055")]
    [InlineData("log --offset 0", "0,1.0986122886681096,1.6094379124341003")]
    [InlineData("row-norm", "1,1,1")]
    [InlineData("quantile", "0,0.5,1")]
    [InlineData("quantile --quantile-count 2 --output-distribution normal", "-5.199337582605576,0,5.199337582703419")]
    [InlineData("bins", "0,2,4")]
    [InlineData("bins --bins 2 --strategy uniform", "0,1,1")]
    [InlineData("clip --limits 2,4", "2,3,4")]
    [InlineData("clip,log,min-max --limits 0,3 --offset 2 --range -1,1", "-1,1,1")]
    [InlineData("log,zero-mean --offset 0", "-0.9026834003674032,0.19592888830070632,0.706754512066697")]
    public void Every_scaler_can_be_fitted(string scaler, string expected)
    {
        _folder.Write("in.csv", Small);
        _folder.ScaleWell(["fit", "@in.csv", "--columns", "x", "--out", "@s.json", "--scaler", .. scaler.Split(' ')]);
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.Equal(expected.Split(','), _folder.Read("out.csv").Split('\n')[1..4].Select(line => line.Split(',')[^2]));
    }

    [Fact]
    public void The_power_transform_is_that_of_the_library()
    {
        _folder.Write("in.csv", "x\n1\n3\n5\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "yeo-johnson", "--out", "@s.json");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        var table = System.Numerics.Tensors.Tensor.Create([1.0, 3.0, 5.0], [3, 1]);
        var scaler = new YeoJohnsonScaler();
        scaler.PartialFit(table);
        Assert.Equal(
            scaler.Transform(table).Select(value => value.ToString(CultureInfo.InvariantCulture)),
            _folder.Read("out.csv").Split('\n')[1..4]);
    }

    [Theory]
    [InlineData("l1", "0.75,a,-0.25\n1,b,n/a\n0,c,0\n")]
    [InlineData("l2", "0.9486832980505138,a,-0.31622776601683794\n1,b,n/a\n0,c,0\n")]
    [InlineData("max", "1,a,-0.3333333333333333\n1,b,n/a\n0,c,0\n")]
    public void Rows_may_be_brought_to_norm_1(string norm, string expected)
    {
        _folder.Write("in.csv", "x,t,y\n3,a,-1\n7,b,n/a\n0,c,0\n");
        _folder.ScaleWell(
            "fit", "@in.csv", "--scaler", "row-norm", "--norm", norm, "--columns", "x,y", "--missing", "n/a", "--out", "@s.json");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--missing", "n/a", "--out", "@out.csv");
        Assert.Equal("x,t,y\n" + expected, _folder.Read("out.csv"));
    }

    [Fact]
    public void A_range_may_clip()
    {
        _folder.Write("in.csv", "x\n0\n10\n");
        _folder.Write("more.csv", "x\n-5\n5\n20\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--clip", "--out", "@s.json");
        _folder.ScaleWell("transform", "@more.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.Equal("x\n0\n0.5\n1\n", _folder.Read("out.csv"));
    }

    [Fact]
    public void Columns_are_found_by_name_in_any_order_and_among_others()
    {
        _folder.Write("in.csv", "x,y\n0,0\n2,20\n");
        _folder.Write("other.csv", "new,y,x\nt,20,2\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--out", "@s.json");
        _folder.ScaleWell("transform", "@other.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.Equal("new,y,x\nt,1,1\n", _folder.Read("out.csv"));
    }

    [Fact]
    public void A_scaler_for_other_columns_is_refused_with_the_names_that_differ()
    {
        _folder.Write("in.csv", "x,y\n0,0\n2,20\n");
        _folder.Write("other.csv", "x,z\n0,0\n");
        _folder.ScaleWell("fit", "@in.csv", "--out", "@s.json");
        _folder.Scale("transform", "@other.csv", "--scaler", "@s.json", "--out", "@out.csv")
            .AssertRefused(1, "other.csv' has no column 'y', which", "s.json' scales; it has 'x', 'z'.");
        Assert.DoesNotContain("out.csv", _folder.Files());
    }

    [Fact]
    public void A_scaler_without_names_goes_by_position()
    {
        var scaler = new MaxAbsScaler();
        scaler.Fit(System.Numerics.Tensors.Tensor.Create([2.0, 4.0], [1, 2]));
        new ScalerFile(scaler).Save(_folder.PathOf("s.json"));
        _folder.Write("in.csv", "x,y\n1,1\n");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.Equal("x,y\n0.5,0.25\n", _folder.Read("out.csv"));
        _folder.Write("wide.csv", "x,y,z\n1,1,1\n");
        _folder.Scale("transform", "@wide.csv", "--scaler", "@s.json", "--out", "@out.csv")
            .AssertRefused(1, "2 columns without names", "has 3");
    }

    [Fact]
    public void Scalers_of_the_library_of_any_kind_transform_files()
    {
        var table = System.Numerics.Tensors.Tensor.Create([1.0, 2.0, 3.0, 6.0], [2, 2]);
        var byColumn = new ColumnTransformer((new MinMaxScaler(), [1]));
        byColumn.Fit(table);
        new ScalerFile(byColumn, ["x", "y"]).Save(_folder.PathOf("s.json"));
        _folder.Write("in.csv", "y,x\n2,1\n6,3\n");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.Equal("y,x\n0,1\n1,3\n", _folder.Read("out.csv"));

        var byRow = new RowNormalizer(VectorNorm.Max);
        byRow.Fit(table);
        new ScalerFile(byRow, ["x", "y"]).Save(_folder.PathOf("r.json"));
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@r.json", "--out", "@out.csv");
        Assert.Equal("y,x\n1,0.5\n1,0.5\n", _folder.Read("out.csv"));
        _folder.Scale("inverse", "@out.csv", "--scaler", "@r.json", "--out", "@back.csv").AssertRefused(1, "has no inverse");
    }

    /// <summary>Files that are written in every way, and what they become when x goes from [0, 2] to [0, 1].</summary>
    public static TheoryData<string, string, string> Ways => new()
    {
        { "", "x,y\r\n0,a\r\n2,b\r\n", "x,y\r\n0,a\r\n1,b\r\n" },
        { "", "x,y\r0,a\r2,b\r", "x,y\r0,a\r1,b\r" },
        { "", "\ufeffx,y\n0,a\n2,b", "\ufeffx,y\n0,a\n1,b" },
        { "", "x,y\n0,\"a\r\nb\"\n\"2\",\"\"\"b\"\"\"\n", "x,y\n0,\"a\r\nb\"\n\"1\",\"\"\"b\"\"\"\n" },
        { "", "x,y\n 0 ,a\n+2.0e0,b\"c\n", "x,y\n0,a\n1,b\"c\n" },
        { "", "x,y\n\n0,a\n\n\n2,b\n\n", "x,y\n\n0,a\n\n\n1,b\n\n" },
        { "", "x,y\n0,a\n2,b\n,c\nNaN,d\n  ,e\n\"\",f\n", "x,y\n0,a\n1,b\n,c\nNaN,d\n  ,e\n\"\",f\n" },
        { "--missing NA,?", "x,y\n0,a\n2,b\nNA,c\n ?,d\n", "x,y\n0,a\n1,b\nNA,c\n ?,d\n" },
        { "--missing -9", "x,y\n0,a\n2,b\n-9,c\n", "x,y\n0,a\n1,b\n-9,c\n" },
        { "--delimiter ;", "x;y\n0;1,5\n2;b\n", "x;y\n0;1,5\n1;b\n" },
        { "--delimiter tab", "x\ty\n0\ta\n2\tb\n", "x\ty\n0\ta\n1\tb\n" },
        { "--culture de", "x;y\n0,0;a\n2;b\n1,5;c\n", "x;y\n0;a\n1;b\n0,75;c\n" },
        { "--culture de --delimiter ,", "x,y\n\"0,0\",a\n2,b\n\"1,5\",c\n", "x,y\n\"0\",a\n\"1\",b\n\"0,75\",c\n" },
        { "--skip 2", "made by a \"tool\n\nx,y\n0,a\n2,b\n", "made by a \"tool\n\nx,y\n0,a\n1,b\n" },
        { "", "x,Ω\n0,ü\n2,\0\n", "x,Ω\n0,ü\n1,\0\n" },
        { "", "x\n0\n2\n\"\"\n", "x\n0\n1\n\"\"\n" },
        { "", "y,x\n\ufeffa,0\nb,2\n", "y,x\n\ufeffa,0\nb,1\n" },
        { "", "\ufeff\ufeffx,y\r\n0,a\n1,b\r2,c\r\n\r\n", "\ufeff\ufeffx,y\r\n0,a\n0.5,b\r1,c\r\n\r\n" },
        { "", "\n\r\nx,y\n0,a\n2,b\n", "\n\r\nx,y\n0,a\n1,b\n" },
        { "", "sep=;\r\nx;y\n0;a\n2;b\n", "sep=;\r\nx;y\n0;a\n1;b\n" },
        { "--delimiter ;", "sep=;\nx;y\n0;a\n2;b\n", "sep=;\nx;y\n0;a\n1;b\n" },
        { "--delimiter ;", "\ufeffSEP=,\nx;y\n0;a\n2;b\n", "\ufeffSEP=,\nx;y\n0;a\n1;b\n" },
        { "--skip 2", "sep=\t\nmade by hand\nx\ty\n0\ta\n2\tb\n", "sep=\t\nmade by hand\nx\ty\n0\ta\n1\tb\n" },
        { "", "x,y\n\"0\" ,Box 24\"\n2,\"b\" \n", "x,y\n\"0\",Box 24\"\n1,\"b\" \n" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Whatever_is_not_scaled_stays_as_it_is(string options, string text, string expected)
    {
        string[] dialect = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _folder.Write("in.csv", text);
        _folder.ScaleWell(["fit", "@in.csv", "--scaler", "min-max", "--columns", "x", "--out", "@s.json", .. dialect]);
        _folder.ScaleWell(["transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv", .. dialect]);
        Assert.Equal(expected, _folder.Read("out.csv"));
    }

    [Fact]
    public void Without_header_columns_are_numbered()
    {
        _folder.Write("in.csv", "0,a\n2,b\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--no-header", "--columns", "1", "--out", "@s.json");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--no-header", "--out", "@out.csv");
        Assert.Equal("0,a\n1,b\n", _folder.Read("out.csv"));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_stay_as_they_are()
    {
        byte[] text = [.. "y,x\n"u8, 0xff, 0xfe, .. ",0\n"u8, 0xc3, .. ",2\n"u8];
        _folder.Write("in.csv", text);
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "max-abs", "--columns", "x", "--out", "@s.json");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        text[^2] = (byte)'1';
        Assert.Equal(text, File.ReadAllBytes(_folder.PathOf("out.csv")));
    }

    [Fact]
    public void Names_with_commas_are_quoted()
    {
        _folder.Write("in.csv", "\"a,b\",c\n0,x\n2,y\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--columns", "\"a,b\"", "--out", "@s.json");
        Assert.Equal(["a,b"], ScalerFile.Load(_folder.PathOf("s.json")).ColumnNames);
    }

    [Fact]
    public void Weights_say_how_often_a_row_counts()
    {
        _folder.Write("weighted.csv", "x,w\n1,2\n4,1\n9,0\n");
        _folder.Write("repeated.csv", "x\n1\n1\n4\n");
        _folder.ScaleWell("fit", "@weighted.csv", "--weights", "w", "--out", "@a.json");
        _folder.ScaleWell("fit", "@repeated.csv", "--out", "@b.json");
        Assert.Equal(_folder.Read("b.json"), _folder.Read("a.json"));
    }

    [Theory]
    [InlineData("standard", "1e308", "The weights add up to more than double precision holds.")]
    [InlineData("robust", "1e308", "The weights add up to more than double precision holds.")]
    [InlineData("yeo-johnson", "1e308", "The weights add up to more than double precision holds.")]
    [InlineData("standard", "1e307", "column 1 (x): the values with their weights spread too far for a variance in double precision.")]
    public void Weights_that_are_too_large_are_named(string scaler, string weight, string words)
    {
        _folder.Write("in.csv", $"x,w\n10,{weight}\n20,{weight}\n30,{weight}\n");
        _folder.Scale("fit", "@in.csv", "--scaler", scaler, "--weights", "w", "--out", "@s.json").AssertRefused(1, "in.csv'", words);
    }

    [Fact]
    public void A_row_of_another_length_that_is_kept_counts_for_nothing_whatever_is_in_place_of_its_weight()
    {
        _folder.Write("in.csv", "x,w,y\n1,2,0\n4,1,0\n9\n9,5\n9,-1,0,0\n9,abc,0,0\n");
        _folder.Write("good.csv", "x,w,y\n1,2,0\n4,1,0\n");
        _folder.ScaleWell("fit", "@good.csv", "--weights", "w", "--out", "@good.json");
        _folder.ScaleWell("fit", "@in.csv", "--weights", "w", "--on-error", "keep", "--out", "@s.json")
            .AssertOneErrorLine("kept unchanged: 4; the first: ", "line 4: 1 instead of 3 cells");
        Assert.Equal(_folder.Read("good.json"), _folder.Read("s.json"));
    }

    [Fact]
    public void Columns_without_a_number_are_named()
    {
        _folder.Write("in.csv", "x,w,e,z,t\n1,1,,,a\n2,0,,7,b\n3,1,NaN,,c\n");
        string[] fit = ["fit", "@in.csv", "--out", "@s.json", "--weights", "w", "--columns"];
        Assert.Equal("", _folder.ScaleWell([.. fit, "x"]).Error);
        _folder.ScaleWell([.. fit, "x,e"])
            .AssertOneErrorLine("evenkeel: nothing was fitted to the column 'e': it has no numbers, or only in rows of weight 0.");
        _folder.ScaleWell([.. fit, "e,x,z"])
            .AssertOneErrorLine("evenkeel: nothing was fitted to the columns 'e', 'z': they have no numbers, or only in rows of weight 0.");
        CommandRun kept = _folder.ScaleWell([.. fit, "t", "--on-error", "keep"]);
        Assert.Contains("nothing was fitted to the column 't'", kept.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadFiles => new()
    {
        { "x,y\n1,2\n3\n", "line 3: 1 instead of 2 cells" },
        { "x,y\n1,2\n3,4,5\n", "line 3: 3 instead of 2 cells" },
        { "x,y\n\"1\",2\n3,\"abc\n\"\n", "line 3, column 2 (y): 'abc<U+000A>' is not a number" },
        { "x,y\n1,2\n\n3,1\n4,a\n", "line 5, column 2 (y): 'a' is not a number" },
        { "x,y\n1,\"2,5\"\n", "line 2, column 2 (y): '2,5' is not a number" },
        { "x,y\n1,0x10\n", "'0x10' is not a number" },
        { "x,y\n1,1\0\n", "is not a number" },
        { "x,y\n1e999,2\n", "line 2, column 1 (x): '1e999' is beyond the largest number, about 1.8E+308" },
        { "x,y\n1,-Infinity\n", "'-Infinity' is infinite" },
        { "x,y\n1,\u001b[31mred\u202e\n", "is not a number" },
        { "x,y\n1,\"2\n3,4\n", "an unclosed quote in line 2" },
        { "", "is empty" },
        { "\ufeff", "is empty" },
        { "\n\n\n", "is empty" },
        { "x,y\n", "has no rows" },
        { "x,x\n1,2\n", "more than one column with the name 'x'" },
        { "x,y\n1,1e308\n2,-1e308\n", "', column 2 (y): the values spread too far for a variance in double precision." },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void An_invalid_file_is_one_line_and_exit_code_1(string text, string words)
    {
        _folder.Write("in.csv", text);
        string[] columns = text.StartsWith("x,y\n", StringComparison.Ordinal) ? ["--columns", "x,y"] : [];
        CommandRun run = _folder.Scale(["fit", "@in.csv", "--out", "@s.json", .. columns]);
        run.AssertRefused(1, "in.csv'", words);
        Assert.Equal(["in.csv"], _folder.Files());
    }

    [Fact]
    public void Lines_before_the_header_count()
    {
        _folder.Write("in.csv", "made\r\nby hand\r\nx\r\n1\r\na\r\n");
        _folder.Scale("fit", "@in.csv", "--skip", "2", "--out", "@s.json").AssertRefused(1, "line 5, column 1 (x): 'a'");
        _folder.Scale("fit", "@in.csv", "--skip", "5", "--out", "@s.json")
            .AssertRefused(1, "ends before line 6, where the header should be");
    }

    [Fact]
    public void Utf_16_is_refused()
    {
        foreach (bool bigEndian in (bool[])[false, true])
        {
            _folder.Write("in.csv", new UnicodeEncoding(bigEndian, byteOrderMark: false).GetBytes("x\n1\n"));
            _folder.Scale("describe", "@in.csv").AssertRefused(1, "looks like UTF-16 without a byte order mark; save it as UTF-8");
        }

        _folder.Write("in.csv", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("x\n1\n")]);
        _folder.Scale("describe", "@in.csv").AssertRefused(1, "is UTF-16");
        _folder.Write("in.csv", [0, 0, 0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("x\n1\n")]);
        _folder.Scale("describe", "@in.csv").AssertRefused(1, "is UTF-32");
        _folder.Write("in.csv", [.. "sep=;\n"u8, 0xff, 0xfe, .. Encoding.Unicode.GetBytes("x\n1\n")]);
        _folder.Scale("describe", "@in.csv").AssertRefused(1, "is UTF-16");
    }

    [Theory]
    [InlineData("skip", "x,y\n0,a\n1,b\n", 3)]
    [InlineData("keep", "x,y\n0,a\ninf,c\nabc,d\n1,b\n7\n9,e,f\n", 4)]
    public void Bad_cells_may_be_left_out_with_their_rows_or_kept(string policy, string expected, int problems)
    {
        _folder.Write("in.csv", "x,y\n0,a\ninf,c\nabc,d\n2,b\n7\n9,e,f\n");
        _folder.Write("good.csv", "x,y\n0,a\n2,b\n");
        _folder.ScaleWell("fit", "@good.csv", "--scaler", "min-max", "--columns", "x", "--out", "@good.json");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--columns", "x", "--on-error", policy, "--out", "@s.json");
        Assert.Equal(_folder.Read("good.json"), _folder.Read("s.json"));
        CommandRun run = _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--on-error", policy, "--out", "@out.csv");
        Assert.Equal(expected, _folder.Read("out.csv"));
        run.AssertOneErrorLine(problems.ToString(CultureInfo.InvariantCulture), "line 3, column 1 (x): 'inf' is not a number");
    }

    [Fact]
    public void A_number_whose_image_is_infinite_is_a_bad_cell()
    {
        _folder.Write("in.csv", "x\n0\n1e-10\n");
        _folder.Write("far.csv", "x\n0\n1e300\n1e-10\n");
        _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--out", "@s.json");
        _folder.Scale("transform", "@far.csv", "--scaler", "@s.json", "--out", "@out.csv")
            .AssertRefused(1, "line 3, column 1 (x)", "1E+300");
        Assert.DoesNotContain("out.csv", _folder.Files());
        _folder.ScaleWell("transform", "@far.csv", "--scaler", "@s.json", "--out", "@out.csv", "--on-error", "keep");
        Assert.Equal("x\n0\n1e300\n1\n", _folder.Read("out.csv"));
        _folder.ScaleWell("transform", "@far.csv", "--scaler", "@s.json", "--out", "@out.csv", "--on-error", "skip");
        Assert.Equal("x\n0\n1\n", _folder.Read("out.csv"));
    }

    [Fact]
    public void A_number_that_the_scaler_refuses_is_a_bad_cell()
    {
        _folder.Write("in.csv", "x,y\n1,5\n0,0\n-3,2\n4,6\n");
        string[] log = ["fit", "@in.csv", "--scaler", "log", "--out", "@s.json"];
        _folder.Scale(log).AssertRefused(1, "line 4, column 1 (x): -3 cannot be scaled");
        CommandRun skipped = _folder.ScaleWell([.. log, "--on-error", "skip"]);
        Assert.StartsWith("fit: 3 rows, 2 columns", skipped.Output, StringComparison.Ordinal);
        CommandRun kept = _folder.ScaleWell([.. log, "--on-error", "keep"]);
        Assert.StartsWith("fit: 4 rows, 2 columns", kept.Output, StringComparison.Ordinal);
        kept.AssertOneErrorLine("kept unchanged: 1; the first:", "line 4, column 1 (x): -3 cannot be scaled");

        string[] transform = ["transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv"];
        _folder.Scale(transform).AssertRefused(1, "line 4, column 1 (x): -3 has no finite image");
        _folder.ScaleWell([.. transform, "--on-error", "keep"]);
        Assert.Equal(
            ["0.6931471805599453", "0", "-3", "1.6094379124341003"],
            _folder.Read("out.csv").Split('\n')[1..5].Select(line => line.Split(',')[0]));
        _folder.ScaleWell([.. transform, "--on-error", "skip"]);
        Assert.Equal(
            ["0.6931471805599453", "0", "1.6094379124341003"],
            _folder.Read("out.csv").Split('\n')[1..4].Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void A_file_of_many_chunks_gives_the_same_bytes_for_any_number_of_threads()
    {
        string text = Many(rows: 40_000);
        _folder.Write("in.csv", text);
        foreach (string threads in (string[])["1", "2", "5"])
        {
            _folder.ScaleWell("fit", "@in.csv", "--columns", "a,b,c", "--out", $"@{threads}.json", "--threads", threads);
            _folder.ScaleWell("transform", "@in.csv", "--scaler", $"@{threads}.json", "--out", $"@{threads}.csv", "--threads", threads);
            Assert.Equal(_folder.Read("1.json"), _folder.Read($"{threads}.json"));
            Assert.Equal(_folder.Read("1.csv"), _folder.Read($"{threads}.csv"));
        }

        // As the library does it, at once and in memory.
        double[] values =
        [
            .. text.Split('\n')[1..^1].SelectMany(line => line.Split(',')[..3])
                .Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)),
        ];
        var scaler = new StandardScaler();
        var table = System.Numerics.Tensors.Tensor.Create(values, [values.Length / 3, 3]);
        scaler.Fit(table);
        var fitted = (StandardScaler)ScalerFile.Load(_folder.PathOf("1.json")).Scaler;
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(scaler.Moments[c].Mean, fitted.Moments[c].Mean, 1e-12 * Math.Abs(scaler.Moments[c].Mean));
            Assert.Equal(scaler.Scale[c], fitted.Scale[c], 1e-10 * scaler.Scale[c]);
        }

        double[] expected = fitted.Transform(table).ToArray();
        string[] lines = _folder.Read("1.csv").Split('\n')[1..^1];
        Assert.Equal(
            expected, lines.SelectMany(line => line.Split(',')[..3]).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)));
        Assert.Equal(text.Split('\n')[1..^1].Select(line => line.Split(',')[3]), lines.Select(line => line.Split(',')[3]));
    }

    [Fact]
    public void The_first_of_many_bad_cells_is_told_and_nothing_is_written()
    {
        string[] lines = Many(rows: 40_000).Split('\n');
        lines[21_234] = "x,1,2,t";
        lines[39_000] = "y,1,2,t";
        _folder.Write("in.csv", string.Join('\n', lines));
        _folder.Write("good.csv", Many(rows: 10));
        _folder.ScaleWell("fit", "@good.csv", "--columns", "a", "--out", "@s.json");
        for (int i = 0; i < 3; i++)
        {
            _folder.Scale("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv")
                .AssertRefused(1, "line 21235, column 1 (a): 'x'");
        }

        Assert.Equal(["good.csv", "in.csv", "s.json"], _folder.Files());
    }

    [Fact]
    public void A_field_of_ten_million_bytes_is_a_field()
    {
        string large = new('x', 10_000_000);
        _folder.Write("in.csv", $"x,y\n0,{large}\n2,\"{large}\n{large}\"\n");
        _folder.ScaleWell("fit", "@in.csv", "--columns", "x", "--scaler", "min-max", "--out", "@s.json");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv");
        Assert.True(_folder.Read("out.csv") == $"x,y\n0,{large}\n1,\"{large}\n{large}\"\n");
        CommandRun run = _folder.Scale("fit", "@in.csv", "--columns", "y", "--out", "@s.json");
        run.AssertRefused(1, "xxx…' is not a number");
        Assert.InRange(run.Error.Length, 0, 400);
    }

    [Fact]
    public void A_quote_that_is_never_closed_does_not_take_the_memory()
    {
        using (var file = new StreamWriter(_folder.PathOf("in.csv")))
        {
            file.Write("x,y\n1,\"");
            for (int i = 0; i < 20_000; i++)
            {
                file.Write(string.Concat(Enumerable.Repeat("2\n3,", 1000)));
            }
        }

        _folder.Scale("fit", "@in.csv", "--columns", "x", "--out", "@s.json").AssertRefused(1, "more than 64 MiB in line 2");
    }

    [Fact]
    public void The_input_is_never_written_over()
    {
        _folder.Write("in.csv", Small);
        File.CreateSymbolicLink(_folder.PathOf("link.csv"), "in.csv");
        Directory.CreateSymbolicLink(_folder.PathOf("folder"), _folder.Path);
        _folder.ScaleWell("fit", "@in.csv", "--columns", "x", "--out", "@s.json");
        foreach (string same in (string[])["@in.csv", "@./in.csv", "@link.csv", "@folder/in.csv", "@folder/link.csv"])
        {
            _folder.Scale("fit", "@in.csv", "--out", same).AssertRefused(2, "is the input");
            _folder.Scale("transform", "@in.csv", "--scaler", "@s.json", "--out", same).AssertRefused(2, "is the input");
            _folder.Scale("transform", same, "--scaler", "@s.json", "--out", "@in.csv").AssertRefused(2, "is the input");
        }

        _folder.Scale("transform", "@in.csv", "--scaler", "@s.json", "--out", "@s.json").AssertRefused(2, "is the input");
        Assert.Equal(Small, _folder.Read("in.csv"));
    }

    [Fact]
    public void What_is_not_there_or_cannot_be_written_is_one_line_and_exit_code_1()
    {
        _folder.Write("in.csv", Small);
        _folder.Scale("fit", "@none.csv", "--out", "@s.json").AssertRefused(1, "none.csv'");
        _folder.Scale("describe", "@.").AssertRefused(1, _folder.Path);
        _folder.Scale("fit", "@in.csv", "--columns", "x,z,w", "--out", "@s.json")
            .AssertRefused(1, "no columns 'z', 'w'; it has 'id', 'name', 'x', 'y'.");
        _folder.Scale("fit", "@in.csv", "--columns", "x", "--out", "@none/s.json").AssertRefused(1, "there is no such folder");
        _folder.Scale("fit", "@in.csv", "--columns", "x", "--out", "@.").AssertRefused(1, "it is a folder");
        _folder.Scale("transform", "@in.csv", "--scaler", "@in.csv", "--out", "@out.csv").AssertRefused(1, "in.csv'", "JSON");
        _folder.Scale("transform", "@in.csv", "--scaler", "@none.json", "--out", "@out.csv").AssertRefused(1, "none.json'");
        Assert.Equal(["in.csv"], _folder.Files());
    }

    [Theory]
    [InlineData("NAME", "scale")]
    [InlineData("there is no command 'foo'; the commands are fit, merge, transform, inverse and describe.", "scale", "foo")]
    [InlineData("--out", "scale", "fit", "in.csv")]
    [InlineData("--scaler", "scale", "transform", "in.csv", "--out", "o.csv")]
    [InlineData("--scaler 'normal'", "scale", "fit", "in.csv", "--scaler", "normal", "--out", "o")]
    [InlineData("--range '1,1'", "scale", "fit", "in.csv", "--scaler", "min-max", "--range", "1,1", "--out", "o")]
    [InlineData("--range '1'", "scale", "fit", "in.csv", "--scaler", "min-max", "--range", "1", "--out", "o")]
    [InlineData("--range '0,Infinity'", "scale", "fit", "in.csv", "--scaler", "min-max", "--range", "0,Infinity", "--out", "o")]
    [InlineData("--range applies to --scaler min-max", "scale", "fit", "in.csv", "--range", "0,1", "--out", "o")]
    [InlineData("--clip applies to --scaler min-max", "scale", "fit", "in.csv", "--clip", "--out", "o")]
    [InlineData(
        "--deviation applies to --scaler standard and unit-variance",
        "scale", "fit", "in.csv", "--scaler", "max-abs", "--deviation", "sample", "--out", "o")]
    [InlineData("--quantiles '0.5,0.5'", "scale", "fit", "in.csv", "--scaler", "robust", "--quantiles", "0.5,0.5", "--out", "o")]
    [InlineData("--quantiles '-1,1'", "scale", "fit", "in.csv", "--scaler", "robust", "--quantiles", "-1,1", "--out", "o")]
    [InlineData("--quantiles applies to --scaler robust", "scale", "fit", "in.csv", "--quantiles", "0.1,0.9", "--out", "o")]
    [InlineData("--offset '-1'", "scale", "fit", "in.csv", "--scaler", "log", "--offset", "-1", "--out", "o")]
    [InlineData("--offset applies to --scaler log", "scale", "fit", "in.csv", "--offset", "0", "--out", "o")]
    [InlineData("--scaler 'squash' must be one of", "scale", "fit", "in.csv", "--scaler", "log,squash", "--out", "o")]
    [InlineData("--scaler '' must be one of", "scale", "fit", "in.csv", "--scaler", "log,", "--out", "o")]
    [InlineData(
        "--scaler log,standard,robust needs a pass over the file for each of standard and robust",
        "scale", "fit", "in.csv", "--scaler", "log,standard,robust", "--out", "o")]
    [InlineData("--scaler clip needs --limits", "scale", "fit", "in.csv", "--scaler", "clip", "--out", "o")]
    [InlineData("--limits '3,2'", "scale", "fit", "in.csv", "--scaler", "clip", "--limits", "3,2", "--out", "o")]
    [InlineData("--limits applies to --scaler clip", "scale", "fit", "in.csv", "--limits", "2,3", "--out", "o")]
    [InlineData("--bins '1'", "scale", "fit", "in.csv", "--scaler", "bins", "--bins", "1", "--out", "o")]
    [InlineData("--strategy applies to --scaler bins", "scale", "fit", "in.csv", "--strategy", "uniform", "--out", "o")]
    [InlineData("--quantile-count '1.5'", "scale", "fit", "in.csv", "--scaler", "quantile", "--quantile-count", "1.5", "--out", "o")]
    [InlineData(
        "--output-distribution applies to --scaler quantile, not to log,min-max",
        "scale", "fit", "in.csv", "--scaler", "log,min-max", "--output-distribution", "normal", "--out", "o")]
    [InlineData("--norm 'l3'", "scale", "fit", "in.csv", "--scaler", "row-norm", "--norm", "l3", "--out", "o")]
    [InlineData("--norm applies to --scaler row-norm", "scale", "fit", "in.csv", "--norm", "l1", "--out", "o")]
    [InlineData("--columns names 'a' twice", "scale", "fit", "in.csv", "--columns", "a,b,a", "--out", "o")]
    [InlineData("--delimiter 'ab'", "scale", "describe", "in.csv", "--delimiter", "ab")]
    [InlineData("--delimiter '\"'", "scale", "describe", "in.csv", "--delimiter", "\"")]
    [InlineData("--delimiter 'Ω'", "scale", "describe", "in.csv", "--delimiter", "Ω")]
    [InlineData("--culture 'german'", "scale", "describe", "in.csv", "--culture", "german")]
    [InlineData("--skip '-1'", "scale", "describe", "in.csv", "--skip", "-1")]
    [InlineData("--on-error 'go'", "scale", "fit", "in.csv", "--on-error", "go", "--out", "o")]
    [InlineData("IN.csv ''", "scale", "describe", "")]
    [InlineData("--out ''", "scale", "fit", "in.csv", "--out", "")]
    [InlineData("no option '--columns'", "scale", "transform", "in.csv", "--columns", "a", "--scaler", "s", "--out", "o")]
    public void An_invalid_command_line_is_one_line_and_exit_code_2(string words, params string[] arguments) =>
        CommandRun.Of(arguments).AssertRefused(2, words == "NAME" ? "command" : words, "'evenkeel scale");

    [Fact]
    public void Json_says_what_was_done_in_one_line()
    {
        _folder.Write("in.csv", Small);
        CommandRun run = _folder.ScaleWell("fit", "@in.csv", "--columns", "x,y", "--out", "@s.json", "--json");
        JsonElement json = JsonDocument.Parse(Assert.Single(run.OutputLines)).RootElement;
        Assert.Equal("fit", json.GetProperty("command").GetString());
        Assert.Equal(3, json.GetProperty("rows").GetInt64());
        Assert.Equal(0, json.GetProperty("problems").GetInt64());
        Assert.Equal(Small.Length, json.GetProperty("bytes").GetInt64());
        Assert.Equal("x", json.GetProperty("columns")[0].GetString());
        Assert.Equal(_folder.PathOf("s.json"), json.GetProperty("file").GetString());
    }

    [Fact]
    public void Describe_shows_what_each_column_holds()
    {
        _folder.Write("in.csv", "x,t,e\n1,a,\n2,b,\n3,,\nNA,c,\n1e999,d,\n4,e,\n9,f,,\n");
        CommandRun run = _folder.ScaleWell("describe", "@in.csv", "--missing", "NA");
        Assert.Equal("", run.Error);
        string[] lines = run.OutputLines;
        Assert.EndsWith("in.csv: 7 rows, 3 columns; 1 row with too few or too many cells", lines[0], StringComparison.Ordinal);
        Assert.Equal("x (number): 4 numbers, 1 missing, 1 not numbers", lines[2]);
        Assert.Equal("  mean 2.5, deviation 1.11803", lines[3]);
        Assert.Equal("  min 1, quartiles 1.75  2.5  3.25, max 4", lines[4]);
        Assert.Equal("  1 █       █       █       █ 4.125", lines[5]);
        Assert.Equal("t (id): 1 missing, 5 not numbers", lines[7]);
        Assert.Equal("  5 distinct values: a 1, b 1, c 1, d 1, e 1", lines[8]);
        Assert.Equal("e (empty): 6 missing", lines[10]);
        Assert.Equal(11, lines.Length);
    }

    [Fact]
    public void Describe_bears_numbers_of_any_size()
    {
        _folder.Write("in.csv", "x\n-1.7e308\n1.7e308\n1e-320\n-1.7976931348623157e308\n");
        _folder.ScaleWell("describe", "@in.csv");
        JsonElement json = JsonDocument.Parse(_folder.ScaleWell("describe", "@in.csv", "--json").Output).RootElement;
        JsonElement column = json.GetProperty("columns")[0];
        Assert.Equal(double.MinValue, column.GetProperty("min").GetDouble());
        Assert.Equal(JsonValueKind.Null, column.GetProperty("deviation").ValueKind);
    }

    [Fact]
    public void Describe_is_the_same_for_any_number_of_threads_and_equals_what_the_values_say()
    {
        string text = Many(rows: 40_000);
        _folder.Write("in.csv", text);
        string one = _folder.ScaleWell("describe", "@in.csv", "--json", "--threads", "1").Output;
        Assert.Equal(one, _folder.ScaleWell("describe", "@in.csv", "--json", "--threads", "4").Output);
        JsonElement column = JsonDocument.Parse(one).RootElement.GetProperty("columns")[1];
        double[] sorted =
            [.. text.Split('\n')[1..^1].Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).Order()];
        Assert.Equal(40_000, column.GetProperty("count").GetInt64());
        Assert.Equal(sorted.Average(), column.GetProperty("mean").GetDouble(), 1e-6);
        Assert.Equal(sorted[0], column.GetProperty("min").GetDouble());
        Assert.Equal(sorted[^1], column.GetProperty("max").GetDouble());
        double slack = column.GetProperty("rank_error").GetDouble();
        Assert.InRange(slack, 0, 0.01);
        double median = column.GetProperty("median").GetDouble();
        Assert.InRange(median, sorted[(int)((0.5 - slack) * sorted.Length) - 1], sorted[(int)((0.5 + slack) * sorted.Length) + 1]);
        Assert.Equal(40_000, column.GetProperty("histogram").GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()));
    }

    private static string Many(int rows)
    {
        var random = new Random(1);
        var text = new StringBuilder("a,b,c,t\n");
        for (int i = 0; i < rows; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{random.NextDouble() * 1000 - 300},{1e6 + random.NextDouble()},{random.Next(50)},text {i}\n");
        }

        return text.ToString();
    }
}
