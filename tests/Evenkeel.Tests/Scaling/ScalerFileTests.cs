using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

public class ScalerFileTests
{
    private static readonly string[] ColumnNames = ["plain", "far \"<ä>\"", "😀", "", "huge"];

    [Theory]
    [MemberData(nameof(Scalers.NamesOfOpen), MemberType = typeof(Scalers))]
    public void A_scaler_comes_back_to_the_bit_and_can_be_fitted_further(string name) => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            Scaler scaler = Scalers.Fitted(name, drawn.Seed);
            Scaler loaded = RoundTrip(new ScalerFile(scaler)).Scaler;
            AssertSame(scaler, loaded);
            Tensor<double> more = Scalers.Table(7, drawn.Seed + 1);
            scaler.PartialFit(more);
            loaded.PartialFit(more);
            AssertSame(scaler, loaded);
            scaler.Merge(loaded);
            Assert.Equal(Text(new ScalerFile(scaler)), Text(RoundTrip(new ScalerFile(scaler))));
        });

    [Fact]
    public void No_kind_of_scaler_is_left_out_here() => Assert.Equal(
        from type in typeof(Scaler).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Scaler)) && !type.IsAbstract
        orderby type.Name
        select type.Name,
        Scalers.Unfitted.Values.Select(make => make().GetType().Name).Distinct().Order());

    [Theory]
    [MemberData(nameof(Scalers.NamesOfFinal), MemberType = typeof(Scalers))]
    public void A_scaler_of_quantiles_comes_back_to_the_bit_and_is_not_fitted_further(string name)
    {
        Scaler fitted = Scalers.Fitted(name), streamed = Scalers.Unfitted[name]();
        streamed.PartialFit(Scalers.Table(20, seed: 2));
        streamed.PartialFit(Scalers.Table(20, seed: 3));
        foreach (Scaler scaler in (Scaler[])[fitted, streamed])
        {
            Scaler loaded = RoundTrip(new ScalerFile(scaler)).Scaler;
            AssertSame(scaler, loaded);
            Assert.Throws<InvalidOperationException>(() => loaded.PartialFit(Scalers.Table(7, seed: 4)));
            Assert.Throws<InvalidOperationException>(() => loaded.Merge(scaler));
            AssertSame(scaler, loaded);
        }
    }

    [Theory]
    [MemberData(nameof(Scalers.Names), MemberType = typeof(Scalers))]
    public void Names_come_back(string name)
    {
        ScalerFile file = new(Scalers.Fitted(name), ColumnNames);
        Assert.Equal(ColumnNames, RoundTrip(file).ColumnNames);
        Assert.Equal(Text(file), Text(RoundTrip(file)));
    }

    [Fact]
    public void The_file_is_readable()
    {
        var scaler = new MinMaxScaler(-1, 1);
        scaler.Fit(TestData.Tensor(new[] { 1.5, double.NaN, 3.5, double.NaN }, 2, 2));
        Assert.Equal(
            """
            {
              "format": "evenkeel-scaler",
              "version": 1,
              "kind": "min-max",
              "low": -1,
              "high": 1,
              "clip": false,
              "columns": [
                {
                  "name": "größe",
                  "min": 1.5,
                  "max": 3.5,
                  "center": 1.5,
                  "scale": 1
                },
                {
                  "name": "empty",
                  "min": null,
                  "max": null,
                  "center": 0,
                  "scale": 1
                }
              ]
            }

            """.ReplaceLineEndings("\n"),
            Text(new ScalerFile(scaler, ["größe", "empty"])));
    }

    [Fact]
    public void The_file_of_the_documentation_is_one()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/scaling/files.md")).ReplaceLineEndings("\n");
        string example = page.Split("```json\n")[1].Split("```")[0];
        Assert.Equal(example, Text(ScalerFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(example)))));
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        Refusals.AssertRefused<ArgumentException>(() => new ScalerFile(new StandardScaler()), "scaler", "not fitted");
        Scaler scaler = Scalers.Fitted("standard");
        Refusals.AssertRefused<ArgumentException>(() => new ScalerFile(scaler, ["a"]), "columnNames", "1 names for 5 columns");
        Refusals.AssertRefused<ArgumentException>(() => new ScalerFile(scaler, ["a", "b", "c", "d", "b"]), "columnNames", "\"b\"");
        Refusals.AssertRefused<ArgumentException>(() => new ScalerFile(scaler, ["a", "b", "c", "d", "\ud800"]), "columnNames", "surrogate");
        Refusals.AssertRefused<ArgumentNullException>(() => new ScalerFile(scaler, ["a", "b", "c", "d", null!]), "columnNames");
    }

    [Fact]
    public void Files_are_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "scaler.json");
        var file = new ScalerFile(Scalers.Fitted("standard"));
        file.Save(path);
        file.Save(path);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
        AssertSame(file.Scaler, ScalerFile.Load(path).Scaler);
        Assert.Throws<FileNotFoundException>(() => ScalerFile.Load(path + "x"));
    }

    [Theory]
    [MemberData(nameof(Scalers.Names), MemberType = typeof(Scalers))]
    public void A_file_that_is_cut_off_anywhere_is_refused(string name)
    {
        byte[] file = Bytes(new ScalerFile(Scalers.Fitted(name), ColumnNames));
        for (int length = 0; length < file.Length - 2; length++)
        {
            AssertRefused(file[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Scalers.Names), MemberType = typeof(Scalers))]
    public void A_field_that_is_missing_renamed_doubled_or_of_another_type_is_refused_and_named(string name)
    {
        string file = Text(new ScalerFile(Scalers.Fitted(name), ColumnNames));
        foreach (string path in PathsOfFields(JsonNode.Parse(file)!, []).ToArray())
        {
            string field = path[(path.LastIndexOf('.') + 1)..];
            AssertRefused(Changed(file, path, (parent, key) => parent.Remove(key)), field);
            AssertRefused(Changed(file, path, (parent, key) => parent["x"] = parent[key]?.DeepClone()), "\"x\"");
            AssertRefused(Changed(file, path, (parent, key) => parent[key] = new JsonObject()), field);
            AssertRefused(Changed(file, path, (parent, key) => parent[key] = new JsonArray(new JsonArray())), field);
            if (field != "name")
            {
                AssertRefused(Changed(file, path, (parent, key) => parent[key] = "NaN"), field);
            }

            AssertRefused(Changed(file, path, (parent, key) => parent[key] = JsonNode.Parse("1e999")), field);
            string[] lines = file.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].TrimStart().StartsWith($"\"{field}\":", StringComparison.Ordinal) && !lines[i].EndsWith('['))
                {
                    string line = lines[i].EndsWith(',') ? lines[i] : lines[i] + ",";
                    AssertRefused(string.Join('\n', [.. lines[..i], line, .. lines[i..]]), field, "twice");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Scalers.Names), MemberType = typeof(Scalers))]
    public void Any_change_of_a_byte_gives_a_scaler_or_is_refused(string name)
    {
        byte[] file = Bytes(new ScalerFile(Scalers.Fitted(name), ColumnNames));
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. file];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                _ = ScalerFile.Read(new MemoryStream(changed)).Scaler.Transform(Scalers.Table(3, 1));
            }
            catch (InvalidDataException e)
            {
                AssertClear(e);
            }
        }
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("NaN", "not JSON")]
    [InlineData("[]", "$ is an array")]
    [InlineData("null", "$ is null")]
    [InlineData("{}", "$ lacks the field \"format\"")]
    [InlineData("""{"\ud800": 1}""", "surrogate")]
    [InlineData("""{"format": "\ud800"}""", "surrogate")]
    [InlineData("""{"format": "evenkeel"}""", "$.format is \"evenkeel\"; expected \"evenkeel-scaler\"")]
    [InlineData("""{"format": "evenkeel-scaler", "version": 2}""", "$.version is 2; expected 1")]
    [InlineData("""{"format": "evenkeel-scaler", "version": 1, "kind": "log2"}""", "$.kind is \"log2\"")]
    public void What_is_no_such_file_is_refused(string file, params string[] words) => AssertRefused(file, words);

    [Theory]
    [InlineData("standard", "\"version\": 1", "\"version\": 1.5", "$.version is 1.5")]
    [InlineData(
        "standard",
        "\"variance\": \"population\"",
        "\"variance\": \"Population\"",
        "$.variance",
        "expected \"sample\" or \"population\"")]
    [InlineData("standard", "\"variance\": \"population\"", "\"variance\": \"sample\"", "$.columns[0].scale")]
    [InlineData("standard", "\"name\": \"huge\",", "", "4 names for 5 columns")]
    [InlineData("standard", "\"name\": \"huge\",", "\"name\": \"plain\",", "\"plain\"")]
    [InlineData("standard", "\"count\": 17,", "\"count\": -1,", "count is -1; expected at least 0")]
    [InlineData("standard", "\"count\": 17,", "\"count\": 0,", "count is 0")]
    [InlineData("min-max", "\"high\": 1,", "\"high\": 0,", "$: The high end of the range")]
    [InlineData("min-max", "\"low\": 0,", "\"low\": -1,", "$.columns[0].scale")]
    [InlineData("max-abs", "\"max\": 7,", "\"max\": 6,", "$.columns[3].max is below min")]
    [InlineData("max-abs", "\"max\": 7,", "\"max\": null,", "$.columns[3] has only one")]
    [InlineData("max-abs", "\"max\": 7,", "\"max\": 8,", "$.columns[3].scale is 7; the statistics and settings give 8")]
    [InlineData("min-max", "\"center\": 7,", "\"center\": 8,", "$.columns[3].center is 8; the statistics and settings give 7")]
    [InlineData("robust", "\"lower_probability\": 0.25", "\"lower_probability\": 0.8", "probability of the upper quantile")]
    [InlineData("robust", "\"rank_error_bound\": 0,", "\"rank_error_bound\": -1,", "rank_error_bound is -1")]
    [InlineData("robust", "\"upper\": 7,", "\"upper\": 6,", "$.columns[3].upper is 6; expected at least 7")]
    [InlineData("robust", "\"upper\": 7,", "\"upper\": 1e308,", "$.columns[3] has quantiles that are too large")]
    [InlineData("robust", "\"upper\": 7,", "\"upper\": 8.5,", "$.columns[3].scale is 1; the statistics and settings give 1.5")]
    [InlineData("robust", "\"count\": 17,", "\"count\": 0,", "count is 0")]
    [InlineData(
        "robust",
        "\"rank_error_bound\": 0,",
        "\"rank_error_bound\": 1e300,",
        "rank_error_bound is 1E+300; expected at most the count, ")]
    [InlineData("robust", "\"median\": 7,", "\"median\": 8,", "$.columns[3].median is 8", "7 and 7")]
    [InlineData("robust", "\"median\": 7,", "\"median\": 6,", "$.columns[3].median is 6", "7 and 7")]
    [InlineData("yeo-johnson", "\"lambda\": 1,", "\"lambda\": 1e300,", "lambda is 1E+300")]
    [InlineData("yeo-johnson", "\"lambda\": 1,", "\"lambda\": -17,", "$.columns[3].lambda is -17")]
    [InlineData("yeo-johnson", "\"pivot\": 7,", "\"pivot\": 1e200,", "$.columns[3].pivot is 1E+200")]
    [InlineData("yeo-johnson", "\"deviation\": 1\n", "\"deviation\": 1e-200\n", "deviation is 1E-200")]
    [InlineData("yeo-johnson", "\"deviation\": 1\n", "\"deviation\": 0\n", "deviation is 0")]
    [InlineData("yeo-johnson", "\"standardize\": true", "\"standardize\": false", "unknown field \"pivot\"")]
    [InlineData("log", "\"offset\": 1E+150", "\"offset\": -1", "The offset must be finite")]
    [InlineData("row-norm", "\"l2\"", "\"L2\"", "$.norm is \"L2\"; expected \"l1\" or \"l2\" or \"max\"")]
    [InlineData("clip", "\"low\": -0.5", "\"low\": 1e10", "The upper end of the range")]
    [InlineData("quantile", "\"max_quantiles\": 1000", "\"max_quantiles\": 1", "The number of quantiles must be from 2 to 65536")]
    [InlineData("quantile", "\"max_quantiles\": 1000", "\"max_quantiles\": 19", "quantiles has 20 elements; expected from 2 to 19")]
    [InlineData("quantile", "\"max_quantiles\": 1000", "\"max_quantiles\": 65537", "max_quantiles is 65537; expected an integer from 0 to")]
    [InlineData("quantile, normal", "\"distribution\": \"normal\"", "\"distribution\": \"Normal\"", "expected \"uniform\" or \"normal\"")]
    [InlineData("quantile, normal", "        7\n", "        6\n", "$.columns[3].quantiles has 6 after 7; expected ascending")]
    [InlineData("quantile, normal", "        7\n", "        1e308\n", "$.columns[3].quantiles has 1E+308; this scaler takes")]
    [InlineData("quantile, normal", "        7\n", "        7,\n7\n", "quantiles has 8 elements; expected from 2 to 7")]
    [InlineData("quantile, normal", "        7,\n        7\n", "        7\n", "quantiles has 6 elements; the first column has 7")]
    [InlineData("quantile", "\"count\": 17,", "\"count\": 0,", "count is 0")]
    [InlineData("quantile", "\"rank_error_bound\": 0,", "\"rank_error_bound\": 99,", "rank_error_bound is 99; expected at most the count")]
    [InlineData("bins", "\"bins\": 3", "\"bins\": 4", "$.columns[0].quantiles has 4 elements; expected 5")]
    [InlineData("bins", "\"strategy\": \"quantile\"", "\"strategy\": \"uniform\"", "lacks the field \"min\"")]
    [InlineData("bins of equal width", "\"max\": 7", "\"max\": 6", "$.columns[3].max is below min")]
    [InlineData("bins of equal width", "\"max\": 7", "\"max\": 1e308", "values of column 3 (counted from 0) range from 7 to 1E+308")]
    [InlineData("imputer", "\"constant\": -1.5", "\"constant\": \"\"", "$.constant is a string")]
    [InlineData("imputer", "\"strategy\": \"constant\"", "\"strategy\": \"mode\"", "expected \"mean\" or \"median\" or \"most-frequent\"")]
    [InlineData("columns imputed", "\"counts\": [", "\"counts\": [0, ", "counts has ", "elements for ")]
    [InlineData("columns imputed by medians", "\"quantiles\": [", "\"quantiles\": [-1e300, ", "has 2 elements; expected 1")]
    [InlineData("pipeline", "\"kind\": \"clip\"", "\"kind\": \"pipeline\", \"stages\": []", "There are no stages")]
    [InlineData("pipeline", "\"stages\": [\n        {},", "\"stages\": [", "$.columns[0].stages has 2 elements; the pipeline has 3 stages")]
    [InlineData("pipeline", "\"stages\": [\n        {},", "\"stages\": [{\"x\": 1},", "$.columns[0].stages[0] has the unknown field \"x\"")]
    [InlineData(
        "columns with pipeline", "\"kind\": \"log\"", "\"kind\": \"columns\", \"scalers\": []", "has the unknown field \"offset\"")]
    [InlineData("columns", "\"kind\": \"max-abs\"", "\"kind\": \"columns\", \"scalers\": []", "ColumnTransformer itself")]
    [InlineData("columns", "\"scaler\": null", "\"scaler\": 3", "$.columns[2].scaler is 3; expected an integer from 0 to 2")]
    [InlineData("columns", "\"scaler\": null", "\"scaler\": -1", "$.columns[2].scaler is -1")]
    [InlineData("columns", "\"scaler\": null", "\"scaler\": 0.5", "$.columns[2].scaler is 0.5")]
    [InlineData("columns", "\"scaler\": null", "\"scaler\": 2", "$.columns[2] lacks the field \"min\"")]
    [InlineData("columns", "\"scaler\": 1", "\"scaler\": null", "There is no column for a MinMaxScaler")]
    [InlineData("columns", "\"clip\": false", "\"clip\": false, \"x\": 1", "$.scalers[1] has the unknown field \"x\"")]
    public void What_cannot_be_is_refused(string name, string what, string by, params string[] words)
    {
        string file = Text(new ScalerFile(Scalers.Fitted(name), ColumnNames));
        Assert.Contains(what, file, StringComparison.Ordinal);
        AssertRefused(file.Replace(what, by, StringComparison.Ordinal), words);
    }

    [Theory]
    [InlineData("        1,\n        2\n", "        2,\n        1\n", "$.columns[0].values has 1 after 2; expected ascending numbers")]
    [InlineData("        1,\n        2\n", "        1,\n        1\n", "$.columns[0].values has 1 after 1; expected ascending numbers")]
    [InlineData("\"counts\": [\n        1,", "\"counts\": [\n        0,", "$.columns[0].counts has 0; expected numbers above 0")]
    [InlineData("\"counts\": [\n        1,\n        2\n", "\"counts\": [\n        1e308,\n        1e308\n", "whose sum no double")]
    public void Counts_of_values_that_cannot_be_are_refused(string what, string by, string words)
    {
        var imputer = new Imputer(Imputation.MostFrequent);
        imputer.Fit(Tensor.Create([1.0, 2, 2], [3, 1]));
        string file = Text(new ScalerFile(imputer));
        Assert.Contains(what, file, StringComparison.Ordinal);
        AssertRefused(file.Replace(what, by, StringComparison.Ordinal), words);
    }

    [Fact]
    public void A_median_lies_where_its_probability_does()
    {
        var scaler = new RobustScaler(0.6, 0.9);
        scaler.Fit(Tensor.Create([.. Enumerable.Range(0, 11).Select(i => (double)i)], [11, 1]));
        string file = Text(new ScalerFile(scaler));
        Assert.Equal(file, Text(RoundTrip(new ScalerFile(scaler))));
        AssertRefused(file.Replace("\"median\": 5", "\"median\": 7", StringComparison.Ordinal), "$.columns[0].median is 7", "6 and 9");
    }

    [Fact]
    public void What_a_small_sketch_says_of_a_long_stream_is_read_back()
    {
        var scaler = new RobustScaler(sketchCapacity: QuantileSketch.MinimumCapacity);
        scaler.PartialFit(Tensor.Create([.. Enumerable.Range(0, 300_000).Select(i => (double)(i * 7919L % 300_007))], [300_000, 1]));
        Assert.InRange(scaler.Quantiles[0].RelativeRankErrorBound, 0.5, 1);
        AssertSame(scaler, RoundTrip(new ScalerFile(scaler)).Scaler, columns: 1);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(1_000_000)]
    public void More_fields_than_an_object_may_have_are_refused_before_they_are_kept(int fields)
    {
        byte[] file = Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, fields).Select(i => $"\"{i}\":0")) + "}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(file, $"$ has {fields} fields; at most 64 are read");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000 + 16L * file.Length);
    }

    [Fact]
    public void More_columns_than_a_table_may_have_are_refused_before_they_are_kept()
    {
        byte[] file = Encoding.UTF8.GetBytes(
            """{"format": "evenkeel-scaler", "version": 1, "kind": "log", "offset": 1, "columns": ["""
            + string.Concat(Enumerable.Repeat("{},", 1_000_000))
            + "{}]}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(file, "$.columns has 1000001 elements; at most 1000000 are read");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20L * file.Length);
    }

    [Fact]
    public void A_long_text_is_not_quoted_at_length() =>
        AssertRefused($$"""{"format": "{{new string('x', 100_000)}}"}""", "$.format is \"xxx");

    [Fact]
    public void Deep_nesting_is_refused() => AssertRefused("{\"format\": " + new string('[', 100_000), "not JSON");

    [Fact]
    public void Any_bytes_are_refused() => Properties.Check(
        FsCheck.Fluent.ArbMap.Default.ArbFor<byte[]>(), bytes => AssertRefused(bytes));

    [Fact]
    public void A_file_without_columns_is_refused() => AssertRefused(
        """{"format": "evenkeel-scaler", "version": 1, "kind": "max-abs", "columns": []}""", "$.columns is empty");

    [Fact]
    public void Trailing_data_a_byte_order_mark_and_what_is_not_UTF8_are_refused()
    {
        byte[] file = Bytes(new ScalerFile(Scalers.Fitted("standard")));
        AssertRefused([.. file, .. "{}"u8], "not JSON");
        AssertRefused([.. Encoding.UTF8.Preamble, .. file], "byte order mark");
        AssertRefused(Encoding.Unicode.GetBytes(Text(new ScalerFile(Scalers.Fitted("standard")))), "not");
        AssertRefused([.. "{\""u8, 0xFF, .. "\": 1}"u8], "UTF-8");
        _ = ScalerFile.Read(new MemoryStream([.. file, .. " \r\n"u8]));
    }

    [Fact]
    public void A_file_without_end_is_refused_and_read_no_further()
    {
        var error = Assert.Throws<InvalidDataException>(() => ScalerFile.Read(new Blanks()));
        Assert.Contains("268,435,456 bytes", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> PathsOfFields(JsonNode node, string[] above) => node switch
    {
        JsonObject fields => fields.SelectMany(field => PathsOfFields(field.Value, field.Key, above)),
        JsonArray array => array.SelectMany((element, i) => PathsOfFields(element!, [.. above, i.ToString(CultureInfo.InvariantCulture)])),
        _ => [],
    };

    private static IEnumerable<string> PathsOfFields(JsonNode? value, string key, string[] above) =>
        [string.Join('.', [.. above, key]), .. value is null ? [] : PathsOfFields(value, [.. above, key])];

    private static string Changed(string file, string path, Action<JsonObject, string> change)
    {
        JsonNode root = JsonNode.Parse(file)!, node = root;
        string[] steps = path.Split('.');
        foreach (string step in steps[..^1])
        {
            node = node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!;
        }

        change((JsonObject)node, steps[^1]);
        return root.ToJsonString();
    }

    private static void AssertRefused(string file, params ReadOnlySpan<string> words) => AssertRefused(Encoding.UTF8.GetBytes(file), words);

    private static void AssertRefused(byte[] file, params ReadOnlySpan<string> words)
    {
        InvalidDataException thrown = Assert.Throws<InvalidDataException>(() => ScalerFile.Read(new MemoryStream(file)));
        AssertClear(thrown);
        foreach (string word in words)
        {
            Assert.Contains(word, thrown.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertClear(InvalidDataException thrown)
    {
        Assert.DoesNotContain('\n', thrown.Message);
        Assert.True(thrown.Message.Length < 500);
        Assert.True(thrown.Message.StartsWith('$') || thrown.Message.StartsWith("The file", StringComparison.Ordinal), thrown.Message);
    }

    /// <summary>Checks that two scalers have the same state, and transform alike, to the bit.</summary>
    private static void AssertSame(Scaler expected, Scaler actual, int? columns = null)
    {
        Assert.Equal(Text(new ScalerFile(expected)), Text(new ScalerFile(actual)));
        Tensor<double> table = columns is { } n
            ? Tensor.Create([.. Enumerable.Range(0, 9 * n).Select(i => 0.5 * i)], [9, n])
            : Scalers.Table(9, seed: 77);
        Assert.Equal(
            expected.Transform(table).Elements().ToArray().Select(BitConverter.DoubleToInt64Bits),
            actual.Transform(table).Elements().ToArray().Select(BitConverter.DoubleToInt64Bits));
    }

    private static ScalerFile RoundTrip(ScalerFile file) => ScalerFile.Read(new MemoryStream(Bytes(file)));

    private static string Text(ScalerFile file) => Encoding.UTF8.GetString(Bytes(file));

    private static byte[] Bytes(ScalerFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    /// <summary>A stream of blanks without end; who reads far beyond the limit is stopped.</summary>
    private sealed class Blanks : MemoryStream
    {
        private long _read;

        public override int Read(byte[] buffer, int offset, int count)
        {
            _read += count;
            Assert.True(_read < 400_000_000, "The stream is read on and on.");
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }
    }
}
