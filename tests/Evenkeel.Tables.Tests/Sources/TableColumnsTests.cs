using Evenkeel.Tables.Tests.Support;

namespace Evenkeel.Tables.Tests.Sources;

public class TableColumnsTests
{
    [Fact]
    public void Columns_of_arrays_are_a_table()
    {
        TableColumns table = new TableColumns()
            .Add("d", new double[] { 1.5, double.NaN, double.NegativeInfinity })
            .Add("f", new float[] { 0.5f, 1, float.NaN })
            .Add("i", new int[] { 1, -2, 3 })
            .Add("s", new string?[] { "a", null, " \t" });
        Assert.Equal(3, table.Rows);
        string[] rows = ["1.5 0.5 1 'a'", "null 1 -2 null", "∞ null 3 null"];
        Assert.Equal(rows, ReadTable.Rows(table));
        Assert.Equal(rows, ReadTable.Rows(table));
    }

    [Fact]
    public void Many_rows_come_in_their_order()
    {
        int[] values = [.. Enumerable.Range(0, 50_000)];
        Assert.Equal(values.Select(value => $"{value}"), ReadTable.Rows(new TableColumns().Add("i", values)));
    }

    [Fact]
    public void Without_rows_or_columns_nothing_is_read()
    {
        Assert.Empty(ReadTable.Rows(new TableColumns()));
        Assert.Empty(ReadTable.Rows(new TableColumns().Add("x", Array.Empty<double>())));
    }

    [Fact]
    public void Columns_have_the_same_number_of_rows()
    {
        TableColumns table = new TableColumns().Add("x", new double[] { 1 });
        var error = Assert.Throws<ArgumentException>(() => table.Add("y", new int[] { 1, 2 }));
        Assert.StartsWith("The column 'y' has 2 rows; the columns before have 1.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => table.Add("y", (string?[])null!));
        Assert.Throws<ArgumentNullException>(() => table.Add(null!, new int[] { 1 }));
    }
}
