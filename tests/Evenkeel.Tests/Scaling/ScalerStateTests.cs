using System.Numerics.Tensors;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

public class ScalerStateTests
{
    private static readonly string[] ColumnNames = ["a", "b \"<ä>\"", "😀", "", "e"];

    /// <summary>The kinds that parts can be fitted with, sketches that are compacted, and weights.</summary>
    public static TheoryData<string> Names => [.. Scalers.Unfitted.Keys.Except(["pipeline in several passes"]), .. Small.Keys];

    private static Dictionary<string, Func<Scaler>> Small { get; } = new()
    {
        ["robust, small"] = () => new RobustScaler(sketchCapacity: 16),
        ["yeo-johnson, small"] = () => new YeoJohnsonScaler(sketchCapacity: 17),
        ["quantile, small"] = () => new QuantileTransformer(5, sketchCapacity: 20),
        ["pipeline, small"] = () => new ScalerPipeline(new ClippingScaler(-1e149, 1e149), new RobustScaler(sketchCapacity: 16)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_grouping_gives_the_bits_of_one_fold_also_through_files(string name) => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            var random = new Random(drawn.Seed);
            ScalerPart[] parts = Parts(name, random.Next(1, 6), drawn.Seed);
            string expected = Text(Folded(parts));
            random.Shuffle(parts);
            var states = new List<ScalerState>();
            for (int i = 0; i < parts.Length;)
            {
                int next = Math.Min(parts.Length, i + random.Next(1, 4));
                states.Add(State(parts[i..next]));
                i = next;
            }

            ScalerState all = ScalerState.Combine([.. states.Select(RoundTrip)]);
            Assert.Equal(expected, Text(all.ToScaler()));
            Assert.Equal(Text(all), Text(RoundTrip(all)));
            Assert.Equal(parts.Sum(part => part.Rows), all.Rows);
        });

    [Fact]
    public void The_order_of_the_names_counts_and_no_other()
    {
        // Moments do not merge exactly, so that another order shows.
        ScalerPart[] parts = Parts("standard", 7, seed: 3);
        string expected = Text(State(parts).ToScaler());
        ScalerState reversed = State([.. parts.Reverse()]);
        Assert.Equal(expected, Text(reversed.ToScaler()));
        Assert.Equal(expected, Text(reversed.ToScaler()));
        ScalerPart[] renamed = [.. parts.Select((part, i) => new ScalerPart($"p{9 - i}", part.Scaler, part.Rows))];
        Assert.NotEqual(expected, Text(State(renamed).ToScaler()));
    }

    [Fact]
    public void A_part_of_one_state_gives_the_bits_of_its_own_fit()
    {
        foreach (string name in Scalers.Unfitted.Keys.Except(["pipeline in several passes"]))
        {
            Scaler scaler = Scalers.Unfitted[name]();
            scaler.PartialFit(Scalers.Table(50, seed: 1));
            Assert.Equal(Text(scaler), Text(RoundTrip(new ScalerState([new ScalerPart("x", scaler, 50)])).ToScaler()));
        }
    }

    [Fact]
    public void A_part_is_a_copy_of_its_scaler()
    {
        var scaler = new RobustScaler();
        scaler.PartialFit(Scalers.Table(10, seed: 1));
        var part = new ScalerPart("x", scaler, 10);
        string before = Text(new ScalerState([part]));
        scaler.PartialFit(Scalers.Table(10, seed: 3));
        Assert.Equal(before, Text(new ScalerState([part])));
        _ = ScalerState.Combine(new ScalerState([part]), new ScalerState([new ScalerPart("y", scaler, 20)])).ToScaler();
        Assert.Equal(before, Text(new ScalerState([part])));
    }

    [Fact]
    public void Parts_without_rows_change_nothing()
    {
        ScalerPart[] parts = Parts("quantile", 3, seed: 1);
        ScalerPart[] empty = [.. "abz".Select(name => new ScalerPart($"{name}", new QuantileTransformer(), 0))];
        string expected = Text(State(parts).ToScaler());
        foreach (string[] columns in (string[][])[ColumnNames, ["more", .. ColumnNames.Reverse()]])
        {
            ScalerState none = RoundTrip(new ScalerState(empty, columns));
            Assert.Contains("No part has rows", Assert.Throws<InvalidOperationException>(none.ToScaler).Message, StringComparison.Ordinal);
            Assert.Equal(expected, Text(ScalerState.Combine(none, State(parts)).ToScaler()));
            ScalerState all = RoundTrip(ScalerState.Combine(State(parts[1..]), none, State(parts[..1])));
            Assert.Equal(expected, Text(all.ToScaler()));
            Assert.Equal(ColumnNames, all.ColumnNames);
        }

        Refused(
            "Part \"a\" has the columns \"a\", part \"p0\" \"a\", \"b",
            () => ScalerState.Combine(State(parts), new ScalerState(empty, ["a"])));
        var first = new ScalerState(empty[..1], ["x", "y"]);
        Assert.Equal(["y"], ScalerState.Combine(first, new ScalerState(empty[1..], ["z", "y"])).ColumnNames);
        Refused("Part \"b\" has the columns \"z\"", () => ScalerState.Combine(first, new ScalerState(empty[1..], ["z"])));
    }

    [Fact]
    public void States_that_do_not_go_together_are_refused_by_the_names_of_their_parts()
    {
        ScalerPart[] parts = Parts("standard", 3, seed: 1);
        ScalerState state = State(parts[..1]);
        Refused("Part \"p0\" is there twice", () => ScalerState.Combine(state, State(parts[..2])));
        Refused(
            "Part \"q0\" has the scaler {\"kind\":\"standard\",\"variance\":\"sample\"}, part \"p0\" {\"kind\":\"standard\",",
            () => ScalerState.Combine(state, State(Parts("standard of the sample", 1, seed: 1, "q"))));
        Refused("{\"kind\":\"min-max\"", () => ScalerState.Combine(state, State(Parts("min-max", 1, seed: 1, "q"))));
        Refused(
            "Part \"p1\" has the columns \"e\", \"\"",
            () => ScalerState.Combine(state, new ScalerState(parts[1..], [.. ColumnNames.Reverse()])));
        Refused("without names", () => ScalerState.Combine(state, new ScalerState(parts[1..])));
        Refused(
            "Part \"p1\" has weights in the column \"w\", part \"p0\" no weights",
            () => ScalerState.Combine(state, new ScalerState(parts[1..], ColumnNames, "w")));
        Refused(
            "one of 4 parts, others of 3",
            () => ScalerState.Combine(state.WithPartCount(3), State(parts[1..2]), State(parts[2..]).WithPartCount(4)));
        Refused("3 parts, but only 2", () => ScalerState.Combine(state.WithPartCount(2), State(parts[1..])));
        var narrow = new StandardScaler();
        narrow.PartialFit(TestData.Tensor(new double[4], 2, 2));
        Refused("Part \"q\" has 2 columns, part \"p0\" 5", () => _ = new ScalerState([parts[0], new ScalerPart("q", narrow, 2)]));
        Refused("There are no states", () => ScalerState.Combine());
        Refused("There are no parts", () => _ = new ScalerState([]));
        Refused("4 names for 5 columns", () => _ = new ScalerState(parts, ColumnNames[1..]));

        var one = new ColumnTransformer((new StandardScaler(), [0]));
        var other = new ColumnTransformer((new StandardScaler(), [1]));
        one.PartialFit(Scalers.Table(5, seed: 1));
        other.PartialFit(Scalers.Table(5, seed: 1));
        Refused("other columns", () => _ = new ScalerState([new ScalerPart("a", one, 5), new ScalerPart("b", other, 5)]));
    }

    [Fact]
    public void Scalers_that_no_part_can_be_fitted_with_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new ScalerPart("x", Scalers.Fitted("robust"), 20));
        var pipeline = new ScalerPipeline(new StandardScaler(), new MinMaxScaler());
        pipeline.PartialFit(Scalers.Table(5, seed: 1));
        Refused("2 passes", () => _ = new ScalerPart("x", pipeline, 5));
        Refused("not fitted", () => _ = new ScalerPart("x", new StandardScaler(), 5));
        Refused("half of a surrogate pair", () => _ = new ScalerPart("\ud800", new StandardScaler(), 0));
        Assert.Throws<ArgumentException>(() => new ScalerPart("", new StandardScaler(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScalerPart("x", new StandardScaler(), -1));
    }

    [Fact]
    public void Columns_that_are_too_far_apart_together_are_an_error_of_the_merge()
    {
        ScalerPart[] parts = [.. new[] { -1e308, 1e308 }.Select((value, i) =>
        {
            var scaler = new MinMaxScaler();
            scaler.PartialFit(TestData.Tensor([value], 1, 1));
            return new ScalerPart($"{i}", scaler, 1);
        })];
        Assert.Throws<ColumnException>(() => new ScalerState(parts).ToScaler());
    }

    [Theory]
    [InlineData("part-1.csv part-2.csv part-4.csv", "part-3.csv")]
    [InlineData("x-08-a1 x-09-a1 x-11-a1 x-12-a1", "x-10-a1")]
    [InlineData("2019 2021", "2020")]
    [InlineData("a-001.csv a-002.csv a-004.csv a-006.csv a-007.csv", "a-003.csv a-005.csv")]
    [InlineData("p1 p2 p3", "")]
    [InlineData("p2 p3", "")]
    [InlineData("p1 p4", "")]
    [InlineData("p1 q3", "")]
    [InlineData("a1-b1 a2-b3 a4-b5", "")]
    [InlineData("day-20240130 day-20240131 day-20240201", "")]
    [InlineData("p1 p01 p3", "")]
    [InlineData("p99999999999999999999999 p99999999999999999999997", "")]
    [InlineData("only-7", "")]
    [InlineData("a b", "")]
    public void Gaps_in_numbered_names_are_found(string names, string missing)
    {
        var state = new ScalerState([.. names.Split(' ').Select(name =>
        {
            var scaler = new MaxAbsScaler();
            scaler.PartialFit(TestData.Tensor([1.0], 1, 1));
            return new ScalerPart(name, scaler, 1);
        })]);
        Assert.Equal(missing, string.Join(' ', state.MissingParts));
        if (missing.Length > 0)
        {
            string message = Assert.Throws<InvalidOperationException>(state.ToScaler).Message;
            Assert.Contains(missing.Split(' ')[^1], message, StringComparison.Ordinal);
        }

        ScalerState all = state.WithPartCount(state.Parts.Count);
        Assert.Empty(all.MissingParts);
        Assert.Equal(1, all.ToScaler().Columns);
        Assert.Contains(
            "parts are there",
            Assert.Throws<InvalidOperationException>(() => state.WithPartCount(100).ToScaler()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_says_what_is_in_it_and_every_cut_or_change_is_an_error()
    {
        ScalerPart[] parts = [.. Enumerable.Range(0, 2).Select(i =>
        {
            Scaler scaler = Small["robust, small"]();
            scaler.PartialFit(Scalers.Table(60, seed: i));
            return new ScalerPart($"p{i}", scaler, 60);
        })];
        string text = Text(new ScalerState(parts, ColumnNames, "w", 3));
        Assert.Contains("\"format\": \"evenkeel-scaler-state\"", text, StringComparison.Ordinal);
        ScalerState read = Read(text);
        Assert.Equal(("w", 3, 2), (read.WeightColumn, read.PartCount, read.Parts.Count));
        Assert.Equal(ColumnNames, read.ColumnNames);
        for (int i = 0; i < text.Length - 2; i += 97)
        {
            string cut = text[..i];
            Assert.Throws<InvalidDataException>(() => Read(cut));
        }

        Wrong("$.format is \"evenkeel-scaler\"", json => json["format"] = "evenkeel-scaler");
        Wrong("$.version is 2; expected 1", json => json["version"] = 2);
        Wrong("$.kind is \"magic\"", json => json["kind"] = "magic");
        Wrong("unknown field \"more\"", json => json["more"] = 1);
        Wrong("expected ascending names", json => Part(json, 0)["name"] = "z");
        Wrong("$.parts[0].name is empty", json => Part(json, 0)["name"] = "");
        Wrong("expected ascending names", json => Part(json, 0)["name"] = "p1");
        Wrong("There are no parts", json => json["parts"] = new JsonArray());
        Wrong("2 parts, but only 1", json => json["part_count"] = 1);
        Wrong("5 names for", json => Columns(json).RemoveAt(0), json => Columns(json, 1).RemoveAt(0));
        Wrong("Part \"p1\" has 5 columns, part \"p0\" 4", json => Columns(json).RemoveAt(0));
        Wrong("$.parts[0].columns is empty, but", json => Columns(json).Clear());
        Wrong("$.parts[0].rows is -1", json => Part(json, 0)["rows"] = -1);
        Wrong("$.parts[0].columns[0] lacks the field \"sketch\"", json => Columns(json)[0]!.AsObject().Remove("sketch"));
        Wrong("unknown field \"x\"", json => Columns(json)[0]!["x"] = 1);
        Wrong("unknown field \"x\"", json => Sketch(json)["x"] = 1);
        Wrong("capacity is 3; expected at least 16", json => Sketch(json)["capacity"] = 3);
        Wrong("count is 999; the weights", json => Sketch(json)["count"] = 999);
        Wrong("raised is -1", json => Sketch(json)["raised"] = -1);
        Wrong("levels is empty", json => Sketch(json)["levels"] = new JsonArray());
        Wrong("exponent is 0; expected ascending", json => Level(json, 1)["exponent"] = 0);
        Wrong("exponent is 1024", json => Level(json, 1)["exponent"] = 99999);
        Wrong("values has 1E+308; expected ascending", json => Level(json, 1)["values"]![0] = 1e308);
        Wrong("unknown field \"weights\"", json => Level(json, 1)["weights"] = new JsonArray());

        void Wrong(string message, params Action<JsonNode>[] changes)
        {
            JsonNode json = JsonNode.Parse(text)!;
            Array.ForEach(changes, change => change(json));
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read(json.ToJsonString()));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        static JsonNode Part(JsonNode json, int part) => json["parts"]![part]!;
        static JsonArray Columns(JsonNode json, int part = 0) => Part(json, part)["columns"]!.AsArray();
        static JsonNode Sketch(JsonNode json) => Columns(json)[0]!["sketch"]!;
        static JsonNode Level(JsonNode json, int level) => Sketch(json)["levels"]![level]!;
    }

    [Fact]
    public void Weights_of_sketches_belong_to_their_levels()
    {
        string text = Text(new ScalerState([Weighted(new RobustScaler(sketchCapacity: 16), 40, seed: 1)]));
        Assert.Equal(text, Text(Read(text)));
        JsonNode json = JsonNode.Parse(text)!;
        json["parts"]![0]!["columns"]![0]!["sketch"]!["levels"]![0]!["weights"]![0] = 1e9;
        string message = Assert.Throws<InvalidDataException>(() => Read(json.ToJsonString())).Message;
        Assert.Contains("not of level", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_values_of_different_weights_keep_their_order()
    {
        ScalerPart[] parts = [.. Enumerable.Range(0, 4).Select(i => Weighted(new RobustScaler(0.1, 0.7, 16), 200, i, $"p{i}", values: 3))];
        ScalerState read = ScalerState.Combine([.. parts.Select(part => RoundTrip(new ScalerState([part])))]);
        Assert.Equal(Text(Folded(parts)), Text(read.ToScaler()));
        Assert.Equal(Text(new ScalerState(parts)), Text(read));
    }

    [Fact]
    public void A_state_is_saved_whole_and_a_folder_is_no_state()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.json");
        ScalerState state = State(Parts("bins", 2, seed: 1));
        state.Save(path);
        Assert.Equal(Text(state), File.ReadAllText(path));
        Assert.Equal(Text(state), Text(ScalerState.Load(path)));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Throws<InvalidDataException>(() => ScalerState.Load(folder.Path));
        Assert.Throws<FileNotFoundException>(() => ScalerState.Load(path + "x"));
    }

    private static ScalerPart Weighted(Scaler scaler, int rows, int seed, string name = "x", int values = int.MaxValue)
    {
        var random = new Random(seed);
        double[] elements = [.. Enumerable.Range(0, rows).Select(_ => (double)random.Next(values))];
        double[] weights = [.. Enumerable.Range(0, rows).Select(_ => 4 * random.NextDouble())];
        scaler.PartialFit(TestData.Tensor(elements, rows, 1), weights);
        return new ScalerPart(name, scaler, rows);
    }

    private static ScalerPart[] Parts(string name, int count, int seed, string prefix = "p") => [.. Enumerable.Range(0, count).Select(i =>
    {
        var random = new Random(seed + 100 * i);
        Scaler scaler = (Small.TryGetValue(name, out Func<Scaler>? small) ? small : Scalers.Unfitted[name])();
        int rows = 0;
        for (int block = random.Next(1, 4); block > 0; block--)
        {
            Tensor<double> table = Scalers.Table(random.Next(1, 40), seed + i + block);
            scaler.PartialFit(table);
            rows += (int)table.Lengths[0];
        }

        return new ScalerPart($"{prefix}{i}", scaler, rows);
    })];

    private static Scaler Folded(ScalerPart[] parts)
    {
        Scaler scaler = RoundTrip(new ScalerState([parts[0]])).Parts[0].Scaler;
        foreach (ScalerPart part in parts.Skip(1))
        {
            scaler.Merge(part.Scaler);
        }

        return scaler;
    }

    private static ScalerState State(IReadOnlyList<ScalerPart> parts) => new(parts, ColumnNames);

    private static ScalerState RoundTrip(ScalerState state) => Read(Text(state));

    private static ScalerState Read(string text) => ScalerState.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static string Text(ScalerState state)
    {
        using var stream = new MemoryStream();
        state.Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Text(Scaler scaler)
    {
        using var stream = new MemoryStream();
        new ScalerFile(scaler).Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Refused(string message, Action action) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
}
