namespace Evenkeel.Numerics.Loops;

/// <summary>How the sets of a view are cut into blocks for a reduction: by the shape alone.</summary>
/// <remarks>
/// Every set has the same blocks, of up to 4,096 elements; where channels are the columns of a matrix, of 256 to 4,096 rows, as long as
/// that leaves 64 blocks for the threads to share. A unit is as many neighbouring sets as are read together, so that memory is read
/// in stretches that are worth it; it does not change a bit of the result.
/// </remarks>
internal readonly struct ReductionBlocking
{
    /// <summary>The most elements of a block in one run.</summary>
    public const int Elements = 4096;

    private const int MostColumns = 1024;
    private const int FewColumns = 128;
    private const int FewBlocks = 16;
    private const int MostSets = 64;
    private const int FewSets = 16;
    private const int FewUnits = 16;
    private const int FewestRows = 256;
    private const int ManyBlocks = 64;

    /// <summary>Elements that lie side by side: what is read at a time where runs are short.</summary>
    private const int Stretch = 2048;

    private readonly int _unitsPerPart;
    private readonly int _runsPerBlock;
    private readonly int _blocksPerRun;

    public ReductionBlocking(ChannelView view)
    {
        // Without an outer axis, the sets of all parts lie side by side.
        View = view.Outer == 1 && view.Inner > 1 ? new ChannelView(1, view.Sets, view.Inner) : view;
        _runsPerBlock = view.Inner == 1
            ? Math.Clamp(view.Outer / ManyBlocks, FewestRows, Elements)
            : Math.Max(1, Elements / view.Inner);
        _blocksPerRun = (view.Inner - 1) / Elements + 1;
        Blocks = ((view.Outer - 1) / _runsPerBlock + 1) * _blocksPerRun;

        // Threads share units of few sets where there are few, and the columns where there are few blocks.
        int most = Math.Clamp(View.Channels / FewUnits, FewSets, MostSets);
        SetsPerUnit = view.Inner > 1 ? Math.Clamp(Stretch / view.Inner, 2, most) & ~1 : Blocks < FewBlocks ? FewColumns : MostColumns;
        _unitsPerPart = (View.Channels - 1) / SetsPerUnit + 1;
        Units = View.Parts * _unitsPerPart;
    }

    /// <summary>The view, or one of the same sets with the same numbers.</summary>
    public ChannelView View { get; }

    /// <summary>How many neighbouring sets are read together.</summary>
    public int SetsPerUnit { get; }

    /// <summary>How many units there are.</summary>
    public int Units { get; }

    /// <summary>How many blocks a set has.</summary>
    public int Blocks { get; }

    /// <summary>The sets of a unit.</summary>
    public (int First, int Count) SetsOf(int unit)
    {
        (int part, int index) = Math.DivRem(unit, _unitsPerPart);
        int channel = index * SetsPerUnit;
        return (part * View.Channels + channel, Math.Min(SetsPerUnit, View.Channels - channel));
    }

    /// <summary>Where a block of a set lies: so many runs from an outer index on, and of each so many elements from an inner one on.</summary>
    public (nint Outer, int Runs, nint Inner, int Length) Bounds(int block)
    {
        (int outer, int inner) = _blocksPerRun == 1 ? (block, 0) : Math.DivRem(block, _blocksPerRun);
        outer *= _runsPerBlock;
        inner *= Elements;
        return (outer, Math.Min(_runsPerBlock, View.Outer - outer), inner, Math.Min(Elements, View.Inner - inner));
    }

    /// <summary>Where the runs of a block lie: the first element, how many, where that is within its run, and how many elements of each run.</summary>
    public (nint Offset, int Runs, nint Position, int Length) RunsOf(int set, int block)
    {
        (nint outer, int runs, nint inner, int length) = Bounds(block);
        (int part, int channel) = View.Parts == 1 ? (0, set) : Math.DivRem(set, View.Channels);
        nint line = (part * (nint)View.Outer + outer) * View.Channels;
        return ((line + channel) * View.Inner + inner, runs, inner, length);
    }

    /// <summary>How far the first elements of a set are from those of the set so many behind it.</summary>
    public nint Distance(int set, int sets) =>
        View.Parts == 1 ? (nint)sets * View.Inner : RunsOf(set + sets, 0).Offset - RunsOf(set, 0).Offset;

    /// <summary>How far a run of a set is from its next.</summary>
    public nint RunStride => (nint)View.Channels * View.Inner;
}
