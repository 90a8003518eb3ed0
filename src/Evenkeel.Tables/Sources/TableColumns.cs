using Evenkeel.Tables.Typed;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>A table in memory: named columns of numbers or texts.</summary>
/// <remarks>Arrays are not copied. In columns of numbers NaN is missing; in those of texts null, and what is empty or blank.</remarks>
/// <example>
/// <code>
/// TableColumns table = new TableColumns()
///     .Add("age", new double[] { 31, double.NaN, 47 })
///     .Add("city", new string?[] { "Berlin", "Paris", null });
/// TableProfile profile = TableProfile.Of(table);
/// </code>
/// </example>
public sealed class TableColumns : TableSource
{
    private readonly List<string> _names = [];
    private readonly List<TypedColumn> _columns = [];

    /// <summary>Creates a table without columns.</summary>
    /// <param name="name">The name for messages.</param>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public TableColumns(string name = "table")
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => _names;

    /// <summary>The number of rows; 0 without columns.</summary>
    public int Rows => _columns.Count == 0 ? 0 : _columns[0].Rows;

    /// <summary>Adds a column of numbers.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="values">The numbers, one for each row.</param>
    /// <returns>This table.</returns>
    /// <exception cref="ArgumentNullException">The name or the array is null.</exception>
    /// <exception cref="ArgumentException">The columns before have another number of rows.</exception>
    public TableColumns Add(string name, double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Add(name, new ColumnOf<double, FloatFormat<double>>(values, default));
    }

    /// <inheritdoc cref="Add(string, double[])"/>
    public TableColumns Add(string name, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Add(name, new ColumnOf<float, FloatFormat<float>>(values, default));
    }

    /// <inheritdoc cref="Add(string, double[])"/>
    public TableColumns Add(string name, int[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Add(name, new ColumnOf<int, IntegerFormat<int>>(values, default));
    }

    /// <summary>Adds a column of texts.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="values">The texts, one for each row.</param>
    /// <returns>This table.</returns>
    /// <exception cref="ArgumentNullException">The name or the array is null.</exception>
    /// <exception cref="ArgumentException">The columns before have another number of rows.</exception>
    public TableColumns Add(string name, string?[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Add(name, new ColumnOf<string?, TextFormat<string?>>(values, default));
    }

    /// <inheritdoc/>
    public override TableReader Open() => new ColumnsReader(Name, [.. _names], [.. _columns]);

    private TableColumns Add(string name, TypedColumn column)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_columns.Count > 0 && column.Rows != Rows)
        {
            throw new ArgumentException(
                Invariant($"The column '{name}' has {column.Rows} rows; the columns before have {Rows}."), nameof(column));
        }

        _names.Add(name);
        _columns.Add(column);
        return this;
    }
}
