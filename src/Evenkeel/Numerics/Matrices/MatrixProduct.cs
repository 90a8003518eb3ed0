using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The product of two dense matrices.</summary>
/// <remarks>
/// <para>
/// The inner length k is cut into blocks of equal length, at most 256. Within a block, each element of the result is
/// one chain of fused multiply-adds in the order of the inner index, beginning with 0; the blocks' sums are added to
/// the element in order. That is all that decides the result's bits: they are the same for any instruction set,
/// number of threads, and neighbours in the matrix.
/// </para>
/// <para>
/// Source of the structure (packed slivers, a tile of the result in registers): Goto and van de Geijn, "Anatomy of
/// High-Performance Matrix Multiplication", 2008; Van Zee and van de Geijn, "BLIS: A Framework for Rapidly
/// Instantiating BLAS Functionality", 2015.
/// </para>
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>C = op(A)·op(B), or C += op(A)·op(B), where op is the matrix itself or its transpose.</summary>
    /// <remarks>All matrices lie in memory row after row, with nothing between the rows.</remarks>
    /// <param name="a">A: [m, k], or [k, m] if transposed.</param>
    /// <param name="transposeA">Whether op(A) is the transpose of A.</param>
    /// <param name="b">B: [k, n], or [n, k] if transposed.</param>
    /// <param name="transposeB">Whether op(B) is the transpose of B.</param>
    /// <param name="c">C: [m, n]. It must not overlap A or B.</param>
    /// <param name="m">Rows of op(A) and C.</param>
    /// <param name="n">Columns of op(B) and C.</param>
    /// <param name="k">Columns of op(A) and rows of op(B); with 0, the product is zero.</param>
    /// <param name="accumulate">Whether to add the product to what C holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">The length of a span is not what its sizes say, or C overlaps A or B.</exception>
    public static void Multiply(
        ReadOnlySpan<float> a,
        bool transposeA,
        ReadOnlySpan<float> b,
        bool transposeB,
        Span<float> c,
        int m,
        int n,
        int k,
        bool accumulate = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ThrowIfNotOfLength(a.Length, m, k, nameof(a));
        ThrowIfNotOfLength(b.Length, k, n, nameof(b));
        ThrowIfNotOfLength(c.Length, m, n, nameof(c));
        if (c.Overlaps(a) || c.Overlaps(b))
        {
            throw new ArgumentException("The result must not overlap an operand.", nameof(c));
        }

        if (c.Length == 0)
        {
            return;
        }

        if (k == 0)
        {
            if (!accumulate)
            {
                c.Clear();
            }

            return;
        }

        fixed (float* pa = a, pb = b, pc = c)
        {
            var left = transposeA ? new StridedMatrix(pa, 1, m) : new StridedMatrix(pa, k, 1);
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            {
                MatrixBlocks<Registers512, Vector512<float>>.Multiply(left, pb, transposeB, pc, m, n, k, accumulate);
            }
            else if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
            {
                MatrixBlocks<Registers256, Vector256<float>>.Multiply(left, pb, transposeB, pc, m, n, k, accumulate);
            }
            else
            {
                MatrixBlocks<Registers128, Vector128<float>>.Multiply(left, pb, transposeB, pc, m, n, k, accumulate);
            }
        }
    }

    private static void ThrowIfNotOfLength(int length, int rows, int columns, string name)
    {
        if (length != (long)rows * columns)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The matrix has {length} elements; {rows}×{columns} would be {(long)rows * columns}."),
                name);
        }
    }
}
