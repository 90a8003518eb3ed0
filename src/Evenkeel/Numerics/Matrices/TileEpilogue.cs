using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The operations on the elements of a tile before they are stored.</summary>
internal static unsafe class TileEpilogue
{
    internal interface IKind
    {
        /// <summary>Returns what is stored in place of a sum.</summary>
        /// <param name="sum">A register of the tile.</param>
        /// <param name="residual">The elements of the residual; null without one.</param>
        static abstract TVector Apply<TRegisters, TVector>(TVector sum, float* residual)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct;
    }

    /// <summary>Stores the sums as they are.</summary>
    internal readonly struct None : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TRegisters, TVector>(TVector sum, float* residual)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => sum;
    }

    /// <summary>Applies a ReLU.</summary>
    internal readonly struct Relu : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TRegisters, TVector>(TVector sum, float* residual)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => TRegisters.Rectify(sum);
    }

    /// <summary>Adds a residual.</summary>
    internal readonly struct Residual : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TRegisters, TVector>(TVector sum, float* residual)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => TRegisters.Add(sum, TRegisters.Load(residual));
    }

    /// <summary>Adds a residual, and applies a ReLU.</summary>
    internal readonly struct ResidualAndRelu : IKind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TRegisters, TVector>(TVector sum, float* residual)
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => TRegisters.Rectify(TRegisters.Add(sum, TRegisters.Load(residual)));
    }
}
