namespace Evenkeel.Numerics.Matrices;

/// <summary>Columns of a product cut into slivers as wide as a tile: few, and of about equal width.</summary>
/// <param name="columns">The columns of the product.</param>
/// <param name="lanes">Columns of a register.</param>
internal readonly struct MicroPanels(int columns, int lanes)
{
    /// <summary>Registers in a row of the widest tile.</summary>
    private const int TileRegisters = 3;

    /// <summary>Registers of all slivers.</summary>
    public int Registers => (columns + lanes - 1) / lanes;

    /// <summary>The columns filled up to whole registers.</summary>
    public int Width => Registers * lanes;

    /// <summary>How many slivers there are.</summary>
    public int Count => (Registers + TileRegisters - 1) / TileRegisters;

    /// <summary>The first column of a sliver; behind the last sliver, <see cref="Width"/>.</summary>
    public int Start(int sliver) => (int)((long)Registers * sliver / Count) * lanes;
}
