using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The addresses of a tile's rows.</summary>
internal static unsafe class TileAddresses
{
    internal interface IKind
    {
        /// <summary>The origin of a row of the left operand.</summary>
        float* A(int row);

        /// <summary>A row of the tile.</summary>
        float* C(int row);

        /// <summary>The row to which the sums are added, that of the tile or another; null for none.</summary>
        float* Addend(int row);

        /// <summary>The row that the epilogue adds, if it adds one.</summary>
        float* Residual(int row);
    }

    /// <summary>Rows anywhere in memory.</summary>
    /// <param name="a">The origin of each row of the left operand.</param>
    /// <param name="c">The rows of the tile.</param>
    /// <param name="addend">The rows to which the sums are added; each may be null.</param>
    internal readonly struct Listed(float** a, float** c, float** addend) : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* A(int row) => a[row];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* C(int row) => c[row];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Addend(int row) => addend[row];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Residual(int row) => null;
    }

    /// <summary>Rows anywhere in memory, with residuals.</summary>
    /// <param name="rows">The rows without residuals.</param>
    /// <param name="residual">The rows that the epilogue adds.</param>
    internal readonly struct ListedWithResidual(Listed rows, float** residual) : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* A(int row) => rows.A(row);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* C(int row) => rows.C(row);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Addend(int row) => rows.Addend(row);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Residual(int row) => residual[row];
    }

    /// <summary>Rows at equal distances.</summary>
    internal struct Regular : IKind
    {
        /// <summary>The origin of the first row of the left operand.</summary>
        public float* FirstA;

        /// <summary>The first row of the tile.</summary>
        public float* FirstC;

        /// <summary>The row to which the first sums are added; null for none.</summary>
        public float* FirstAddend;

        /// <summary>The row that the epilogue adds to the first, if it adds any.</summary>
        public float* FirstResidual;

        /// <summary>The distances from a row to the next.</summary>
        public nint AStride, CStride, AddendStride, ResidualStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly float* A(int row) => FirstA + row * AStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly float* C(int row) => FirstC + row * CStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly float* Addend(int row) => FirstAddend == null ? null : FirstAddend + row * AddendStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly float* Residual(int row) => FirstResidual + row * ResidualStride;
    }
}
