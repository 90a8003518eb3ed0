namespace Evenkeel.Numerics.Matrices;

/// <summary>The vector registers in which a product keeps its tile, and the operations on them.</summary>
/// <remarks>
/// The loops over elements leave the width to the runtime; the product must keep a whole tile in registers, so it is written over
/// this interface and compiled once for each width.
/// </remarks>
/// <typeparam name="TVector">The type of one register.</typeparam>
internal unsafe interface IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Floats in one register.</summary>
    static abstract int Lanes { get; }

    /// <summary>Rows of the largest tile: at three registers per row, 8 with 32 registers and 4 with 16.</summary>
    static abstract int TileRows { get; }

    /// <summary>Loads consecutive floats.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Loads one float into every lane.</summary>
    static abstract TVector Broadcast(float* source);

    /// <summary>Stores to consecutive floats.</summary>
    static abstract void Store(TVector value, float* destination);

    /// <summary>left + right.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>max(0, value); NaN stays NaN.</summary>
    static abstract TVector Rectify(TVector value);

    /// <summary>left·right + addend, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Loads four floats from each of the rows 0, 4, 8, …, until the register is full.</summary>
    static abstract TVector LoadEveryFourthRow(float* source, nint stride);

    /// <summary>Interleaves the first two lanes of left and right in each group of four lanes.</summary>
    static abstract TVector InterleaveLow(TVector left, TVector right);

    /// <summary>Interleaves the last two lanes of left and right in each group of four lanes.</summary>
    static abstract TVector InterleaveHigh(TVector left, TVector right);
}
