using System.Text;
using Evenkeel.Numerics;
using Evenkeel.Tables.Profiles;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Profiles;

public sealed class TableProfileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ColumnKind, string, string> Kinds => new()
    {
        { ColumnKind.Number, "x", "1 2.5 -3 2.5" },
        { ColumnKind.Number, "x", "1 2.5 -3 _" },
        { ColumnKind.Number, "x", "1 2" },
        { ColumnKind.Number, "x", "0.5 1.5 2.5 3.5" },
        { ColumnKind.Number, "x", "1 2 3 _" },
        { ColumnKind.Number, "x", "3 2 1" },
        { ColumnKind.Number, "paid", "7 3 5" },
        { ColumnKind.Number, "id", "7 3 7" },
        { ColumnKind.Id, "x", "0 1 2 3" },
        { ColumnKind.Id, "x", "-1 0 1" },
        { ColumnKind.Id, "id", "7 3 5" },
        { ColumnKind.Id, "user_id", "7 3 5" },
        { ColumnKind.Id, "userId", "7 3 5" },
        { ColumnKind.Id, "user ID", "7 3 5" },
        { ColumnKind.Id, "UUID", "a b c" },
        { ColumnKind.Id, "x", "a b c" },
        { ColumnKind.Category, "x", "a b a" },
        { ColumnKind.Category, "x", "a~1 b~1 c~1" },
        { ColumnKind.Category, "x", "1 2 a" },
        { ColumnKind.Date, "x", "2024-01-31 1.2.2024 1/2/2024 2024-01-31T12:00:00Z" },
        { ColumnKind.Date, "x", "2024-01-31 2024-01-31~10:00 _" },
        { ColumnKind.Category, "x", "2024-01-31 2024-13-31 2024-13-31" },
        { ColumnKind.Constant, "x", "5 5 5" },
        { ColumnKind.Constant, "id", "a _ a" },
        { ColumnKind.Constant, "x", "5" },
        { ColumnKind.Empty, "x", "_ _" },
        { ColumnKind.Empty, "x", "" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_column_is_of_the_kind_that_its_cells_suggest(ColumnKind kind, string name, string cells)
    {
        string rows = string.Concat(Cells(cells).Select(cell => $"{cell},1\n"));
        string path = _folder.Write("t.csv", Encoding.UTF8.GetBytes($"{name},other\n{rows}"));
        Assert.Equal(kind, TableProfile.Of(new TableFile(path)).Columns[0].Kind);
    }

    [Fact]
    public void Texts_that_mostly_differ_are_texts_and_fewer_are_categories()
    {
        string?[] texts = [.. Enumerable.Range(0, 50).Select(i => $"a text {i}")];
        Assert.Equal(ColumnKind.Text, Kind(texts));
        Assert.Equal(ColumnKind.Category, Kind([.. texts[..20]]));
        Assert.Equal(ColumnKind.Text, Kind([.. texts[..21]]));
        Assert.Equal(ColumnKind.Category, Kind([.. texts, .. texts]));

        static ColumnKind Kind(string?[] values) => TableProfile.Of(new TableColumns().Add("x", values)).Columns[0].Kind;
    }

    [Fact]
    public void Counts_values_and_statistics_are_those_of_the_cells()
    {
        TableColumns table = new TableColumns()
            .Add("n", new double[] { 3, 1, double.NaN, -0.0, 0, double.PositiveInfinity })
            .Add("t", new string?[] { "b", "a", "b", null, null, null })
            .Add("m", new string?[] { null, null, null, null, "a", "b" });
        TableProfile profile = TableProfile.Of(table);
        Assert.Equal(6, profile.Rows);
        ColumnProfile n = profile.Columns[0], t = profile.Columns[1];
        Assert.Equal((4, 1, 0, 1), (n.Numbers, n.Missing, n.Texts, n.Infinite));
        Assert.Equal((0, 3, 3, 0), (t.Numbers, t.Missing, t.Texts, t.Infinite));
        Assert.Equal(1, n.Moments.Mean);
        Assert.Equal((0, 3), (n.Extrema.Min, n.Extrema.Max));
        Assert.Equal(0.5, n.Quantiles.Quantile(0.5));
        Assert.Equal(4, n.DistinctCount);
        Assert.Equal([new("a", double.NaN, 1), new("b", double.NaN, 2)], t.Values);
        Assert.Equal([(0, 2L), (1, 1L), (3, 1L)], n.Values.Take(3).Select(value => ((int)value.Number, value.Count)));
        Assert.Equal([false, false, true], profile.Columns.Select(column => column.IsMostlyMissing));
        Assert.False(n.IsRising);
    }

    [Fact]
    public void The_limit_of_distinct_values_depends_on_the_values_alone()
    {
        int[] values = [.. Enumerable.Range(0, TableProfile.MaxDistinct)];
        Assert.Equal(values.Length, Of(values).DistinctCount);
        Assert.Null(Of([.. values, -1]).DistinctCount);
        Assert.Null(Of([-1, .. values]).DistinctCount);
        Assert.Empty(Of([.. values, -1]).Values);
        TableProfile first = TableProfile.Of(Table(values[..60_000])), second = TableProfile.Of(Table([.. values[60_000..], 5, -1]));
        first.Merge(second);
        Assert.Null(first.Columns[0].DistinctCount);
        TableProfile third = TableProfile.Of(Table(values[..60_000])), fourth = TableProfile.Of(Table([.. values[50_000..]]));
        third.Merge(fourth);
        Assert.Equal(values.Length, third.Columns[0].DistinctCount);

        static TableColumns Table(int[] values) => new TableColumns().Add("x", values);
        static ColumnProfile Of(int[] values) => TableProfile.Of(Table(values)).Columns[0];
    }

    [Fact]
    public void Long_texts_are_told_apart_and_abbreviated()
    {
        string start = new('x', 300);
        TableColumns table = new TableColumns().Add("x", new string?[] { start + "a", start + "b", start + "a" });
        ColumnProfile column = TableProfile.Of(table).Columns[0];
        Assert.Equal(2, column.DistinctCount);
        Assert.All(column.Values, value => Assert.StartsWith(start[..256] + "…", value.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(3, 10)]
    [InlineData(10, 10)]
    public void Merged_profiles_are_that_of_all_rows(int first, int rows)
    {
        double[] rising = [.. Enumerable.Range(5, rows).Select(i => (double)i)];
        string?[] texts = [.. Enumerable.Range(0, rows).Select(i => i % 4 == 0 ? null : $"t{i % 3}")];
        TableProfile whole = TableProfile.Of(Table(..)), merged = TableProfile.Of(Table(..first));
        merged.Merge(TableProfile.Of(Table(first..)));
        for (int c = 0; c < 2; c++)
        {
            ColumnProfile a = whole.Columns[c], b = merged.Columns[c];
            Assert.Equal((a.Kind, a.Cells, a.Numbers, a.Missing, a.IsRising), (b.Kind, b.Cells, b.Numbers, b.Missing, b.IsRising));
            Assert.Equal(a.Values, b.Values);
            Assert.Equal(a.Extrema, b.Extrema);
            Assert.Equal(a.Moments.Mean, b.Moments.Mean, 1e-12);
            Assert.Equal(a.Quantiles.Count, b.Quantiles.Count);
        }

        Assert.Equal(ColumnKind.Id, merged.Columns[0].Kind);
        Assert.Throws<ArgumentException>(() => merged.Merge(TableProfile.Of(new TableColumns())));

        TableColumns Table(Range range) => new TableColumns().Add("x", rising[range]).Add("t", texts[range]);
    }

    [Fact]
    public void The_profile_is_the_same_for_any_number_of_threads()
    {
        var random = new Random(3);
        double[] numbers = [.. Enumerable.Range(0, 120_000).Select(_ => random.NextDouble())];
        string?[] texts = [.. numbers.Select(number => number < 0.1 ? null : $"t{(int)(number * 50)}")];
        TableColumns table = new TableColumns().Add("x", numbers).Add("t", texts);
        try
        {
            Parallelism.Threads = 1;
            TableProfile one = TableProfile.Of(table);
            Parallelism.Threads = 4;
            TableProfile four = TableProfile.Of(table);
            Assert.Equal(one.Columns[0].Moments, four.Columns[0].Moments);
            Assert.Equal(one.Columns[0].Quantiles.Quantile(0.3), four.Columns[0].Quantiles.Quantile(0.3));
            Assert.Equal(one.Columns[1].Values, four.Columns[1].Values);
            Assert.Null(four.Columns[0].DistinctCount);
        }
        finally
        {
            Parallelism.Threads = Environment.ProcessorCount;
        }
    }

    private static string?[] Cells(string cells) =>
        [.. cells.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => cell == "_" ? null : cell.Replace('~', ' '))];
}
