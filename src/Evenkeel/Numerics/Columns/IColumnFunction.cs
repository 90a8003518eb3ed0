namespace Evenkeel.Numerics.Columns;

/// <summary>A function of one number per column, without vectors, for <see cref="ColumnFunction"/>.</summary>
internal interface IColumnFunction
{
    /// <summary>Returns true if the function does not take an element.</summary>
    bool Rejects(int column, double x);

    /// <summary>Computes the function; of an element that it rejects too, with any result.</summary>
    double Value(int column, double x);
}
