namespace Evenkeel.Numerics;

/// <summary>
/// Where rows of the left operand and of the result lie: rows on a grid of up to three axes, with the last running fastest. A
/// matrix has one axis; the pixels of images have three (sample, row, column), as have the places of a patch (row, column,
/// channel).
/// </summary>
internal struct RowGrid
{
    /// <summary>How many rows there are along the middle axis.</summary>
    public int Middle;

    /// <summary>How many rows there are along the last axis.</summary>
    public int Inner;

    /// <summary>From a row of the left operand to the next, along each axis.</summary>
    public nint OuterA, MiddleA, InnerA;

    /// <summary>From a row of the result to the next, along each axis.</summary>
    public nint OuterC, MiddleC, InnerC;
}

/// <summary>Goes from row to row of a grid.</summary>
internal unsafe struct RowCursor
{
    private readonly RowGrid _grid;
    private int _inner;
    private int _middle;

    public RowCursor(in RowGrid grid, float* a, float* c, int row)
    {
        _grid = grid;
        _inner = row % grid.Inner;
        _middle = row / grid.Inner % grid.Middle;
        int outer = row / grid.Inner / grid.Middle;
        A = a + outer * grid.OuterA + _middle * grid.MiddleA + _inner * grid.InnerA;
        C = c + outer * grid.OuterC + _middle * grid.MiddleC + _inner * grid.InnerC;
    }

    /// <summary>The row of the left operand.</summary>
    public float* A { get; private set; }

    /// <summary>The row of the result.</summary>
    public float* C { get; private set; }

    public void MoveNext()
    {
        A += _grid.InnerA;
        C += _grid.InnerC;
        if (++_inner < _grid.Inner)
        {
            return;
        }

        _inner = 0;
        A += _grid.MiddleA - _grid.Inner * _grid.InnerA;
        C += _grid.MiddleC - _grid.Inner * _grid.InnerC;
        if (++_middle < _grid.Middle)
        {
            return;
        }

        _middle = 0;
        A += _grid.OuterA - _grid.Middle * _grid.MiddleA;
        C += _grid.OuterC - _grid.Middle * _grid.MiddleC;
    }
}
