using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Inference;

/// <summary>The right operand of a product, packed once into panels, with a bias for each column.</summary>
/// <remarks>It is immutable, so that any number of threads may read it.</remarks>
internal sealed unsafe class PackedMatrix
{
    private readonly AlignedBuffer _elements;
    private readonly AlignedBuffer _bias;
    private readonly MicroPanels _panels;

    /// <summary>Packs a matrix.</summary>
    /// <param name="matrix">The matrix [depth, columns].</param>
    /// <param name="bias">The value that is added to each column; empty for 0.</param>
    /// <param name="balanced">True for panels of about equal width, false for panels of the full width except the last.</param>
    public PackedMatrix(MatrixView matrix, ReadOnlySpan<float> bias, bool balanced)
    {
        int lanes = MatrixRegisters.Lanes;
        _panels = balanced ? MicroPanels.Balanced(matrix.Columns, lanes) : MicroPanels.FullWidth(matrix.Columns, lanes);
        Depth = matrix.Rows;
        Columns = matrix.Columns;
        long length = (long)Depth * _panels.Width;
        if (length > Array.MaxLength)
        {
            throw new NotSupportedException($"A matrix of weights [{Columns}, {Depth}] is too large to be packed.");
        }

        _elements = AlignedBuffer.Of((int)length);
        _bias = AlignedBuffer.Of(bias.IsEmpty ? 0 : _panels.Width);
        bias.CopyTo(_bias.Span);
        fixed (float* elements = matrix.Elements, packed = _elements.Span)
        {
            MatrixRegisters.Run(new Packing(matrix.Strided(elements), _panels, packed));
        }
    }

    /// <summary>The rows of the matrix.</summary>
    public int Depth { get; }

    /// <summary>The columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>The number of panels.</summary>
    public int Panels => _panels.Count;

    /// <summary>The size of the packed elements and biases in bytes.</summary>
    public long Bytes => sizeof(float) * ((long)_elements.Length + _bias.Length);

    /// <summary>The first element; the buffer is pinned.</summary>
    public float* Elements => _elements.Pointer;

    /// <summary>The bias of each column, filled up to whole registers; null for 0.</summary>
    public float* Bias => _bias.Length == 0 ? null : _bias.Pointer;

    /// <summary>The first column of a panel; for <see cref="Panels"/>, all columns in whole registers.</summary>
    public int Start(int panel) => _panels.Start(panel);

    /// <summary>The columns of a panel that exist.</summary>
    public int ColumnsOf(int panel) => _panels.ColumnsOf(panel);

    private readonly struct Packing(StridedMatrix matrix, MicroPanels panels, float* packed) : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct
        {
            for (int i = 0; i < panels.Count; i++)
            {
                MatrixPacking.Pack<TRegisters, TVector>(
                    matrix.SliceColumns(panels.Start(i), panels.ColumnsOf(i)),
                    panels.WidthOf(i),
                    packed + (nint)panels.Start(i) * matrix.Rows);
            }
        }
    }
}
