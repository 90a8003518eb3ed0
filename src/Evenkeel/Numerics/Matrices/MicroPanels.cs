namespace Evenkeel.Numerics.Matrices;

/// <summary>The panels, at most as wide as the widest tile, into which the columns of a product are cut.</summary>
internal readonly struct MicroPanels
{
    /// <summary>Registers in a row of the widest tile.</summary>
    private const int TileRegisters = 3;

    private readonly int _columns;
    private readonly int _lanes;
    private readonly bool _balanced;

    private MicroPanels(int columns, int lanes, bool balanced)
    {
        _columns = columns;
        _lanes = lanes;
        _balanced = balanced;
    }

    /// <summary>The number of panels.</summary>
    public int Count => (Registers + TileRegisters - 1) / TileRegisters;

    /// <summary>The number of columns, rounded up to whole registers.</summary>
    public int Width => Registers * _lanes;

    private int Registers => (_columns + _lanes - 1) / _lanes;

    /// <summary>Cuts columns into panels of the full width, except the last.</summary>
    /// <param name="columns">The columns of the product.</param>
    /// <param name="lanes">Columns of a register.</param>
    public static MicroPanels FullWidth(int columns, int lanes) => new(columns, lanes, balanced: false);

    /// <summary>Cuts columns into panels of about equal width.</summary>
    /// <inheritdoc cref="FullWidth"/>
    public static MicroPanels Balanced(int columns, int lanes) => new(columns, lanes, balanced: true);

    /// <summary>The number of columns of a full panel.</summary>
    public static int FullWidthOf(int lanes) => TileRegisters * lanes;

    /// <summary>The first column of a panel; for <see cref="Count"/>, <see cref="Width"/>.</summary>
    public int Start(int panel) =>
        _lanes * (_balanced ? (int)((long)Registers * panel / Count) : Math.Min(Registers, panel * TileRegisters));

    /// <summary>The width of a panel in whole registers, which may exceed the columns that exist.</summary>
    public int WidthOf(int panel) => Start(panel + 1) - Start(panel);

    /// <summary>The columns of a panel that exist.</summary>
    public int ColumnsOf(int panel) => Math.Min(_columns, Start(panel + 1)) - Start(panel);
}
