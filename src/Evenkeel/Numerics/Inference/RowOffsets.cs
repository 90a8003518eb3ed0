using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Inference;

/// <summary>Where the rows of a product lie in its left operand, its result and its residual: their distances from the first.</summary>
/// <remarks>Rows are those of one or several samples, each a pixel of an image or a whole vector.</remarks>
internal sealed unsafe class RowOffsets
{
    private readonly Row[] _rows;
    private readonly int[] _regular;

    /// <summary>Computes the offsets of a number of rows.</summary>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="offsets">Returns the offsets of a row.</param>
    public RowOffsets(int rows, Func<int, Row> offsets)
    {
        _rows = [.. Enumerable.Range(0, rows).Select(offsets)];
        _regular = new int[rows];
        for (int i = rows - 1; i >= 0; i--)
        {
            _regular[i] = i >= rows - 2 ? rows - i : Step(i) == Step(i + 1) ? _regular[i + 1] + 1 : 2;
        }
    }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Length;

    /// <summary>Finds rows that are at equal distances from each other in all three.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="count">The number of rows, at least 2.</param>
    /// <param name="first">The offsets of the first row.</param>
    /// <param name="step">The distances from a row to the next.</param>
    /// <returns>False if the rows are not at equal distances.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AreRegular(int row, int count, out Row first, out Row step)
    {
        first = _rows[row];
        step = Step(row);
        return _regular[row] >= count;
    }

    /// <summary>Finds the addresses of consecutive rows.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="source">The first row of the left operand.</param>
    /// <param name="target">The first row of the result.</param>
    /// <param name="residual">The first row of the residual; null for none.</param>
    /// <param name="a">Receives the rows of the left operand.</param>
    /// <param name="c">Receives the rows of the result.</param>
    /// <param name="r">Receives the rows of the residual, null each where there is none.</param>
    public void Find(int row, int count, float* source, float* target, float* residual, float** a, float** c, float** r)
    {
        ReadOnlySpan<Row> found = _rows.AsSpan(row, count);
        for (int i = 0; i < found.Length; i++)
        {
            a[i] = source + found[i].Source;
            c[i] = target + found[i].Target;
            r[i] = residual == null ? null : residual + found[i].Residual;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Row Step(int row)
    {
        Row first = _rows[row], second = _rows[row + 1];
        return new Row(second.Source - first.Source, second.Target - first.Target, second.Residual - first.Residual);
    }

    /// <summary>The offsets of a row.</summary>
    /// <param name="Source">In the left operand.</param>
    /// <param name="Target">In the result.</param>
    /// <param name="Residual">In the residual.</param>
    internal readonly record struct Row(int Source, int Target, int Residual);
}
