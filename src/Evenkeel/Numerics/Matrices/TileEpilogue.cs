using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The operations on the elements of a tile before they are stored.</summary>
internal static unsafe class TileEpilogue
{
    internal interface IKind
    {
        /// <summary>Returns what is stored in place of a sum.</summary>
        /// <param name="sum">A register of the tile.</param>
        /// <param name="row">The row of the tile.</param>
        /// <param name="column">The register's first column in the tile.</param>
        TVector Apply<TRegisters, TVector>(TVector sum, int row, int column)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct;
    }

    /// <summary>Stores the sums as they are.</summary>
    internal readonly struct None : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TRegisters, TVector>(TVector sum, int row, int column)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => sum;
    }

    /// <summary>Adds a residual and applies a ReLU, each if asked.</summary>
    /// <param name="residual">The rows that are added to those of the tile; null for none.</param>
    /// <param name="relu">True if a ReLU follows.</param>
    internal readonly struct ResidualAndRelu(float** residual, bool relu) : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TRegisters, TVector>(TVector sum, int row, int column)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct
        {
            TVector value = residual == null ? sum : TRegisters.Add(sum, TRegisters.Load(residual[row] + column));
            return relu ? TRegisters.Rectify(value) : value;
        }
    }
}
