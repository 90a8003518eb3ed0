using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A scaler that maps each column affinely: y = (x − center)/scale + shift.</summary>
/// <remarks>
/// A column that is constant, or has no values, has scale 1, so that nothing is divided by zero; see <see cref="IsConstant"/>.
/// Center, scale and shift are those of the last fit.
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

    /// <summary>The center of each column, subtracted from x, in the unit of x; shape [columns].</summary>
    public IReadOnlyList<double> Center
    {
        get
        {
            Update();
            return _center;
        }
    }

    /// <summary>The scale of each column, by which x − center is divided, in the unit of x; above 0, shape [columns].</summary>
    public IReadOnlyList<double> Scale
    {
        get
        {
            Update();
            return _scale;
        }
    }

    /// <summary>The shift of each column, added to the quotient, without unit; shape [columns].</summary>
    public IReadOnlyList<double> Shift
    {
        get
        {
            Update();
            return _shift;
        }
    }

    /// <summary>True for each column that is constant, up to rounding; shape [columns].</summary>
    public IReadOnlyList<bool> IsConstant
    {
        get
        {
            Update();
            return _constant;
        }
    }

    /// <summary>The range to which the result is clipped; null for no clipping.</summary>
    private protected virtual (double Low, double High)? Limits => null;

    /// <summary>Computes the coefficients if that was deferred until they are needed.</summary>
    private protected virtual void Update()
    {
    }

    /// <summary>Sets the coefficients of each column from new statistics.</summary>
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

    // Center and scale are in the file for its readers; here they follow from the statistics.
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

    private protected sealed override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse)
    {
        Update();
        var map = new ColumnMap(_center, _scale, _shift);
        return inverse
            ? ColumnAffine.Invert(table.Elements, table.View, map, destination)
            : ColumnAffine.Apply(table.Elements, table.View, map, Limits, destination);
    }
}
