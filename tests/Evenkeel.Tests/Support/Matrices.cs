using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Tests.Support;

/// <summary>Matrices for tests of products.</summary>
internal static class Matrices
{
    /// <summary>A matrix [rows, columns] whose elements are stored row by row or column by column.</summary>
    public static MatrixView View(ReadOnlySpan<float> elements, int rows, int columns, bool byColumns) =>
        byColumns ? new MatrixView(elements, columns, rows).Transposed : new MatrixView(elements, rows, columns);
}
