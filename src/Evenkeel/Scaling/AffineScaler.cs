using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A scaler that maps each column by y = (x − center)/scale + shift.</summary>
/// <remarks>
/// A column without spread (constant, or without a value) has scale 1, so that nothing is divided by zero; see
/// <see cref="IsConstant"/>.
/// </remarks>
public abstract class AffineScaler : Scaler
{
    private double[] _center = [];
    private double[] _scale = [];
    private double[] _shift = [];
    private bool[] _constant = [];

    private protected AffineScaler()
    {
    }

    /// <summary>What is subtracted, per column.</summary>
    public IReadOnlyList<double> Center
    {
        get
        {
            Update();
            return _center;
        }
    }

    /// <summary>What the difference is divided by, per column; above 0.</summary>
    public IReadOnlyList<double> Scale
    {
        get
        {
            Update();
            return _scale;
        }
    }

    /// <summary>What is added, per column.</summary>
    public IReadOnlyList<double> Shift
    {
        get
        {
            Update();
            return _shift;
        }
    }

    /// <summary>Which columns are constant, as far as rounding lets one tell.</summary>
    public IReadOnlyList<bool> IsConstant
    {
        get
        {
            Update();
            return _constant;
        }
    }

    /// <summary>What the result is clipped to; null where it is not.</summary>
    private protected virtual (double Low, double High)? Limits => null;

    /// <summary>Brings the coefficients up to date, where that waits until they are needed.</summary>
    private protected virtual void Update()
    {
    }

    /// <summary>Sets the coefficients of each column from statistics that are new.</summary>
    private protected void SetColumns(int columns, Func<int, (double Center, double Scale, double Shift)> coefficients)
    {
        _center = new double[columns];
        _scale = new double[columns];
        _shift = new double[columns];
        _constant = new bool[columns];
        for (int c = 0; c < columns; c++)
        {
            (_center[c], double scale, _shift[c]) = coefficients(c);
            _constant[c] = scale == 0;
            _scale[c] = scale == 0 ? 1 : scale;
        }
    }

    internal override (double Center, double Scale, double Shift)? AffineMap(int column) =>
        Limits is null ? (Center[column], Scale[column], Shift[column]) : null;

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
        json.WriteNumber("center", Center[column]);
        json.WriteNumber("scale", Scale[column]);
    }

    // Center and scale are there for readers; here, they follow from the statistics.
    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        for (int c = 0; c < columns.Count; c++)
        {
            Check(columns[c], "center", _center[c]);
            Check(columns[c], "scale", _scale[c]);
        }
    }

    private static void Check(JsonFields column, string name, double expected)
    {
        double found = column.Number(name);
        if (found != expected)
        {
            throw column.Error(name, Invariant($"is {found}; the statistics and settings give {expected}"));
        }
    }

    private protected sealed override int Map<T>(in Table<T> table, Span<T> destination, bool inverse)
    {
        Update();
        var map = new ColumnMap(_center, _scale, _shift);
        return inverse
            ? ColumnAffine.Invert(table.Elements, table.View, map, destination)
            : ColumnAffine.Apply(table.Elements, table.View, map, Limits, destination);
    }
}
