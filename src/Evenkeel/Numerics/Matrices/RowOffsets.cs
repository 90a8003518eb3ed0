namespace Evenkeel.Numerics.Matrices;

/// <summary>Where the rows of a product lie in its left operand, its result and its residual: their distances from the first.</summary>
/// <remarks>The arrays are pinned. Rows are those of one or several samples, each a pixel of an image or a whole vector.</remarks>
internal sealed unsafe class RowOffsets
{
    private readonly int[] _source;
    private readonly int[] _target;
    private readonly int[] _residual;

    /// <summary>Creates the offsets of a number of rows, all 0.</summary>
    public RowOffsets(int rows)
    {
        _source = GC.AllocateArray<int>(rows, pinned: true);
        _target = GC.AllocateArray<int>(rows, pinned: true);
        _residual = GC.AllocateArray<int>(rows, pinned: true);
    }

    /// <summary>The number of rows.</summary>
    public int Count => _source.Length;

    /// <summary>Sets the offsets of a row.</summary>
    public void Set(int row, int source, int target, int residual)
    {
        _source[row] = source;
        _target[row] = target;
        _residual[row] = residual;
    }

    /// <summary>Finds the addresses of consecutive rows of the left operand.</summary>
    public void Source(float* first, int row, int count, float** rows) => Find(_source, first, row, count, rows);

    /// <summary>Finds the addresses of consecutive rows of the result.</summary>
    public void Target(float* first, int row, int count, float** rows) => Find(_target, first, row, count, rows);

    /// <summary>Finds the addresses of consecutive rows of the residual.</summary>
    public void Residual(float* first, int row, int count, float** rows) => Find(_residual, first, row, count, rows);

    private static void Find(int[] offsets, float* first, int row, int count, float** rows)
    {
        ReadOnlySpan<int> found = offsets.AsSpan(row, count);
        for (int i = 0; i < found.Length; i++)
        {
            rows[i] = first + found[i];
        }
    }
}
