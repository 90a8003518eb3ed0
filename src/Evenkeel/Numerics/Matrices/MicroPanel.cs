namespace Evenkeel.Numerics.Matrices;

/// <summary>A panel of the right operand, at most as wide as a tile, and a value for each column that is added to every row.</summary>
internal unsafe struct MicroPanel
{
    /// <summary>The elements; each row may be read to the end of its last register.</summary>
    public float* Elements;

    /// <summary>The distance from a row to the next.</summary>
    public nint Stride;

    /// <summary>The columns that exist.</summary>
    public int Columns;

    /// <summary>The value of each column, filled up to whole registers; null for 0.</summary>
    public float* Bias;
}
