using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Four elements of each of a register's columns, transposed into four registers with a column in each lane.</summary>
internal readonly unsafe struct Transpose4<TRegisters, TVector>(TVector first, TVector second, TVector third, TVector fourth)
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    public TVector First { get; } = first;

    public TVector Second { get; } = second;

    public TVector Third { get; } = third;

    public TVector Fourth { get; } = fourth;

    /// <summary>Loads the columns and transposes them.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="stride">The distance from a column to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Transpose4<TRegisters, TVector> Load(float* source, nint stride) => Of(
        TRegisters.LoadEveryFourthRow(source, stride),
        TRegisters.LoadEveryFourthRow(source + stride, stride),
        TRegisters.LoadEveryFourthRow(source + 2 * stride, stride),
        TRegisters.LoadEveryFourthRow(source + 3 * stride, stride));

    /// <summary>Transposes columns 0, 4, 8, …; columns 1, 5, 9, …; and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Transpose4<TRegisters, TVector> Of(TVector r0, TVector r1, TVector r2, TVector r3)
    {
        TVector low02 = TRegisters.InterleaveLow(r0, r2);
        TVector low13 = TRegisters.InterleaveLow(r1, r3);
        TVector high02 = TRegisters.InterleaveHigh(r0, r2);
        TVector high13 = TRegisters.InterleaveHigh(r1, r3);
        return new(
            TRegisters.InterleaveLow(low02, low13),
            TRegisters.InterleaveHigh(low02, low13),
            TRegisters.InterleaveLow(high02, high13),
            TRegisters.InterleaveHigh(high02, high13));
    }
}
