using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Inference;

/// <summary>A product with a packed matrix, prepared once: C = f(A·B + bias + residual), where f is a ReLU or the identity.</summary>
/// <remarks>
/// The bits are those of <see cref="MatrixProduct"/> and of a convolution: the inner dimension is cut into <see cref="DepthBlocks"/>,
/// whose sums are added to the bias in order. They depend neither on the other rows nor on who computes which rows and panels. Rows of
/// the result and of the residual may be read and written to the end of their last register, unless <see cref="KeepsNextColumns"/>.
/// </remarks>
internal sealed unsafe class PackedProduct
{
    private readonly PackedMatrix _matrix;
    private readonly RowOffsets _rows;
    private readonly DepthSegments.Segment[] _segments; // referenced, since the blocks point into it
    private readonly DepthSegments[] _blocks;

    /// <summary>Prepares a product.</summary>
    /// <param name="matrix">B.</param>
    /// <param name="rows">The offsets of the rows.</param>
    /// <param name="segments">The segments of the inner dimension; see <see cref="DepthSegments"/>.</param>
    /// <param name="stride">The distance from an element of a segment to the next.</param>
    public PackedProduct(PackedMatrix matrix, RowOffsets rows, ReadOnlySpan<DepthSegments.Segment> segments, nint stride)
    {
        _matrix = matrix;
        _rows = rows;
        _segments = GC.AllocateUninitializedArray<DepthSegments.Segment>(segments.Length, pinned: true);
        fixed (DepthSegments.Segment* memory = _segments)
        {
            var depth = new DepthSegments(memory, stride);
            foreach (DepthSegments.Segment segment in segments)
            {
                depth.Append(segment.Offset, segment.Length);
            }

            var blocks = new DepthBlocks(depth.Length);
            _blocks = new DepthSegments[blocks.Count];
            for (int i = 0; i < _blocks.Length; i++)
            {
                _blocks[i] = depth.Slice(i * blocks.Length, blocks.Length);
            }
        }
    }

    /// <summary>True if a ReLU follows.</summary>
    public bool Relu { get; init; }

    /// <summary>True if each column multiplies an element of its own, as in a convolution of each channel with its own filter.</summary>
    public bool IsPerColumn { get; init; }

    /// <summary>True if the columns behind the last one must keep their values.</summary>
    public bool KeepsNextColumns { get; init; }

    /// <summary>The right operand.</summary>
    public PackedMatrix Matrix => _matrix;

    /// <summary>The number of rows.</summary>
    public int Rows => _rows.Count;

    /// <summary>Computes a range of rows of a range of panels.</summary>
    /// <param name="source">A, at the first row.</param>
    /// <param name="target">C, at the first row.</param>
    /// <param name="residual">The residual, at the first row; null for none.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="panels">The panels of B.</param>
    public void Run(float* source, float* target, float* residual, Range rows, Range panels) => MatrixRegisters.Run(
        new Kernel(this, source, target, residual, rows.Start.Value, rows.End.Value, panels.Start.Value, panels.End.Value));

    private readonly struct Kernel(
        PackedProduct product, float* source, float* target, float* residual, int firstRow, int endRow, int firstPanel, int endPanel)
        : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct
        {
            var tiles = new PackedTiles<TRegisters, TVector>
            {
                Matrix = product._matrix,
                Rows = product._rows,
                Blocks = product._blocks,
                Relu = product.Relu,
                IsPerColumn = product.IsPerColumn,
                KeepsNextColumns = product.KeepsNextColumns,
                Source = source,
                Target = target,
                Residual = residual,
            };
            tiles.Multiply(firstRow, endRow, firstPanel, endPanel);
        }
    }
}
