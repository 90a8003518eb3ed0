namespace Evenkeel.Numerics.Matrices;

/// <summary>Rows of the left operand and of the result, on a grid of up to three axes, the last of them varying fastest.</summary>
/// <remarks>
/// A matrix has one axis; the pixels of images have three (sample, row, column), as have the elements of a patch (row, column,
/// channel).
/// </remarks>
internal unsafe struct StridedRows
{
    /// <summary>The origin of the grid's first row in the left operand.</summary>
    public float* A;

    /// <summary>The first element of the grid's first row in the result.</summary>
    public float* C;

    /// <summary>The first row.</summary>
    public int First;

    /// <summary>The row behind the last one.</summary>
    public int End;

    /// <summary>The number of rows along the middle axis.</summary>
    public int Middle;

    /// <summary>The number of rows along the last axis.</summary>
    public int Inner;

    /// <summary>The distance from a row of the left operand to the next, along each axis.</summary>
    public nint OuterA, MiddleA, InnerA;

    /// <summary>The distance from a row of the result to the next, along each axis.</summary>
    public nint OuterC, MiddleC, InnerC;

    /// <summary>Returns the same rows with other columns of the operands.</summary>
    /// <param name="a">The offset in the left operand.</param>
    /// <param name="c">The offset in the result.</param>
    public readonly StridedRows Offset(nint a, nint c)
    {
        StridedRows rows = this;
        rows.A += a;
        rows.C += c;
        return rows;
    }

    /// <summary>Enumerates the rows in order.</summary>
    public struct Cursor
    {
        private readonly StridedRows _rows;
        private int _inner;
        private int _middle;
        private float* _a;
        private float* _c;

        /// <summary>Starts at the first row.</summary>
        public Cursor(in StridedRows rows)
        {
            _rows = rows;
            _inner = rows.First % rows.Inner;
            _middle = rows.First / rows.Inner % rows.Middle;
            int outer = rows.First / rows.Inner / rows.Middle;
            _a = rows.A + outer * rows.OuterA + _middle * rows.MiddleA + _inner * rows.InnerA;
            _c = rows.C + outer * rows.OuterC + _middle * rows.MiddleC + _inner * rows.InnerC;
        }

        /// <summary>Takes the next rows of the left operand and of the result.</summary>
        public void Take(int count, float** a, float** c)
        {
            for (int taken = 0; taken < count;)
            {
                int end = Math.Min(count, taken + _rows.Inner - _inner);
                _inner += end - taken;
                for (; taken < end; taken++)
                {
                    a[taken] = _a;
                    c[taken] = _c;
                    _a += _rows.InnerA;
                    _c += _rows.InnerC;
                }

                if (_inner == _rows.Inner)
                {
                    StepOuterAxes();
                }
            }
        }

        private void StepOuterAxes()
        {
            _inner = 0;
            _a += _rows.MiddleA - _rows.Inner * _rows.InnerA;
            _c += _rows.MiddleC - _rows.Inner * _rows.InnerC;
            if (++_middle == _rows.Middle)
            {
                _middle = 0;
                _a += _rows.OuterA - _rows.Middle * _rows.MiddleA;
                _c += _rows.OuterC - _rows.Middle * _rows.MiddleC;
            }
        }
    }
}
