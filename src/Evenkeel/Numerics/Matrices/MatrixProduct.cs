namespace Evenkeel.Numerics.Matrices;

/// <summary>The product of two dense matrices.</summary>
/// <remarks>
/// <para>
/// The inner dimension is cut into blocks of about equal length, at most 256. Within a block, each element of the result is a
/// sequence of fused multiply-adds in the order of the inner index, starting with 0; the sums of the blocks are added to the element
/// in order. Nothing else decides the bits of the result: they are the same for any instruction set, number of threads, and
/// neighbours in the matrix.
/// </para>
/// <para>
/// Source of the structure (packed micro-panels, a tile of the result in registers): Goto and van de Geijn, "Anatomy of
/// High-Performance Matrix Multiplication", 2008; Van Zee and van de Geijn, "BLIS: A Framework for Rapidly
/// Instantiating BLAS Functionality", 2015.
/// </para>
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>Computes C = A·B, or C += A·B.</summary>
    /// <param name="a">A: [m, k].</param>
    /// <param name="b">B: [k, n].</param>
    /// <param name="c">C: [m, n], stored row by row. It must not overlap A or B.</param>
    /// <param name="accumulate">True to add the product to what C holds.</param>
    /// <exception cref="ArgumentException">The sizes do not match, or C overlaps A or B.</exception>
    public static void Multiply(MatrixView a, MatrixView b, Span<float> c, bool accumulate = false)
    {
        if (a.Columns != b.Rows)
        {
            throw new ArgumentException($"The right matrix has {b.Rows} rows; the left one has {a.Columns} columns.", nameof(b));
        }

        MatrixView.CheckLength(c.Length, a.Rows, b.Columns, nameof(c));
        if (c.Overlaps(a.Elements) || c.Overlaps(b.Elements))
        {
            throw new ArgumentException("The result must not overlap an operand.", nameof(c));
        }

        if (c.Length == 0)
        {
            return;
        }

        if (a.Columns == 0)
        {
            if (!accumulate)
            {
                c.Clear();
            }

            return;
        }

        fixed (float* pa = a.Elements, pb = b.Elements, pc = c)
        {
            MatrixRegisters.Run(new Kernel(a.Strided(pa), b.Strided(pb), pc, accumulate));
        }
    }

    private readonly struct Kernel(StridedMatrix a, StridedMatrix b, float* c, bool accumulate) : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => MatrixBlocks<TRegisters, TVector>.Multiply(a, b, c, accumulate);
    }
}
