namespace Evenkeel.Numerics.Matrices;

/// <summary>
/// Where rows of the left operand and of the result lie: rows on a grid of up to three axes, with the last running fastest. A
/// matrix has one axis; the pixels of images have three (sample, row, column), as have the places of a patch (row, column,
/// channel).
/// </summary>
internal struct StridedRows
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
    private readonly StridedRows _grid;
    private int _inner;
    private int _middle;
    private float* _a;
    private float* _c;

    public RowCursor(in StridedRows grid, float* a, float* c, int row)
    {
        _grid = grid;
        _inner = row % grid.Inner;
        _middle = row / grid.Inner % grid.Middle;
        int outer = row / grid.Inner / grid.Middle;
        _a = a + outer * grid.OuterA + _middle * grid.MiddleA + _inner * grid.InnerA;
        _c = c + outer * grid.OuterC + _middle * grid.MiddleC + _inner * grid.InnerC;
    }

    /// <summary>The next rows, of the left operand and of the result.</summary>
    public void Take(int rows, float** a, float** c)
    {
        for (int taken = 0; taken < rows;)
        {
            int end = Math.Min(rows, taken + _grid.Inner - _inner);
            _inner += end - taken;
            for (; taken < end; taken++)
            {
                a[taken] = _a;
                c[taken] = _c;
                _a += _grid.InnerA;
                _c += _grid.InnerC;
            }

            if (_inner == _grid.Inner)
            {
                TurnOver();
            }
        }
    }

    private void TurnOver()
    {
        _inner = 0;
        _a += _grid.MiddleA - _grid.Inner * _grid.InnerA;
        _c += _grid.MiddleC - _grid.Inner * _grid.InnerC;
        if (++_middle == _grid.Middle)
        {
            _middle = 0;
            _a += _grid.OuterA - _grid.Middle * _grid.MiddleA;
            _c += _grid.OuterC - _grid.Middle * _grid.MiddleC;
        }
    }
}
