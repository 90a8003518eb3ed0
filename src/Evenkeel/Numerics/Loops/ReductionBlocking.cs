using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>The division of the sets of a view into blocks for a reduction, by the shape alone.</summary>
/// <remarks>
/// Every set has the same blocks: of up to 4,096 elements or, if channels are the columns of a matrix, of 256 to 4,096 rows such that
/// there are 64 blocks if possible. Neighbouring sets are read in groups, so that memory is read in long sequences; the size of a group
/// does not change a bit of the result.
/// </remarks>
internal readonly struct ReductionBlocking
{
    /// <summary>The most elements of a block in one run.</summary>
    public const int Elements = 4096;

    /// <summary>The number of columns in a group: their sums, 24 bytes for each, fit the first-level cache.</summary>
    private const int ColumnsPerGroup = 1024;

    /// <summary>The number of columns in a group if a set has few blocks, so that there are enough groups for the threads.</summary>
    private const int ColumnsPerGroupOfFewBlocks = 128;

    /// <summary>With fewer blocks than this, threads that share them would wait for each other.</summary>
    private const int FewBlocks = 16;

    /// <summary>The number of blocks into which columns are divided, if each then has <see cref="MinRows"/>.</summary>
    private const int BlocksOfColumns = 64;

    private const int MinRows = 256;

    /// <summary>The number of adjacent elements to read at a time if runs are short.</summary>
    private const int AdjacentElements = 2048;

    /// <summary>The number of groups into which short runs are divided, within the limits of their size, for the threads.</summary>
    private const int GroupsOfRuns = 16;

    private const int MinRunsPerGroup = 16;
    private const int MaxRunsPerGroup = 64;

    private readonly int _groupsPerPart;
    private readonly int _runsPerBlock;
    private readonly int _blocksPerRun;

    public ReductionBlocking(ChannelView view)
    {
        // Without an outer axis, the sets of all parts are adjacent.
        View = view.Outer == 1 && view.Inner > 1 ? new ChannelView(1, view.Sets, view.Inner) : view;
        _runsPerBlock = view.Inner == 1
            ? Math.Clamp(view.Outer / BlocksOfColumns, MinRows, Elements)
            : Math.Max(1, Elements / view.Inner);
        _blocksPerRun = (view.Inner - 1) / Elements + 1;
        Blocks = ((view.Outer - 1) / _runsPerBlock + 1) * _blocksPerRun;

        ReducesByBlocks = View.Inner > 1 && View.Outer > 1 && Blocks >= FewBlocks;
        SetsPerGroup = FindSetsPerGroup();
        _groupsPerPart = (View.Channels - 1) / SetsPerGroup + 1;
        Groups = View.Parts * _groupsPerPart;
        VectorsPerGroup = LaneSums.CountOf(Math.Min(SetsPerGroup, Math.Max(1, View.Channels)));
    }

    /// <summary>The view, or an equivalent one with the same sets in the same order.</summary>
    public ChannelView View { get; }

    /// <summary>The number of neighbouring sets that are read together.</summary>
    public int SetsPerGroup { get; }

    /// <summary>The number of groups.</summary>
    public int Groups { get; }

    /// <summary>The number of <see cref="LaneSums"/> that hold the sums of a group.</summary>
    public int VectorsPerGroup { get; }

    /// <summary>The number of <see cref="LaneSums"/> that hold the sums of all groups.</summary>
    public int Vectors => Groups * VectorsPerGroup;

    /// <summary>The number of blocks of a set.</summary>
    public int Blocks { get; }

    /// <summary>
    /// Whether a reduction takes one block of all sets after the other: sets that lie in several long runs are so read in the order of
    /// memory.
    /// </summary>
    public bool ReducesByBlocks { get; }

    /// <summary>The sets of a group.</summary>
    public (int First, int Count) SetsOf(int group)
    {
        (int part, int index) = Math.DivRem(group, _groupsPerPart);
        int channel = index * SetsPerGroup;
        return (part * View.Channels + channel, Math.Min(SetsPerGroup, View.Channels - channel));
    }

    /// <summary>
    /// The bounds of a block of a set: its first outer index and number of runs, and the first inner index and length within each
    /// run.
    /// </summary>
    public (nint Outer, int Runs, nint Inner, int Length) Bounds(int block)
    {
        (int outer, int inner) = _blocksPerRun == 1 ? (block, 0) : Math.DivRem(block, _blocksPerRun);
        outer *= _runsPerBlock;
        inner *= Elements;
        return (outer, Math.Min(_runsPerBlock, View.Outer - outer), inner, Math.Min(Elements, View.Inner - inner));
    }

    /// <summary>The number of elements of a block of a set.</summary>
    public double ElementsOf(int block)
    {
        (_, int runs, _, int length) = Bounds(block);
        return (double)runs * length;
    }

    /// <summary>The number of elements of a set in the blocks before a block.</summary>
    public double ElementsBefore(int block)
    {
        (nint outer, int runs, nint inner, _) = Bounds(block);
        return (double)outer * View.Inner + (double)runs * inner;
    }

    /// <summary>
    /// The runs of a block: the offset of the first element, the number of runs, the position within the run, and the length in
    /// each run.
    /// </summary>
    public (nint Offset, int Runs, nint Position, int Length) RunsOf(int set, int block)
    {
        (nint outer, int runs, nint inner, int length) = Bounds(block);
        (int part, int channel) = View.Parts == 1 ? (0, set) : Math.DivRem(set, View.Channels);
        nint line = (part * (nint)View.Outer + outer) * View.Channels;
        return ((line + channel) * View.Inner + inner, runs, inner, length);
    }

    /// <summary>
    /// Distance in elements between the starts of <paramref name="set"/> and <paramref name="set"/> + <paramref name="sets"/>.
    /// </summary>
    public nint Distance(int set, int sets) =>
        View.Parts == 1 ? (nint)sets * View.Inner : RunsOf(set + sets, 0).Offset - RunsOf(set, 0).Offset;

    /// <summary>Distance in elements between consecutive runs of a set.</summary>
    public nint RunStride => (nint)View.Channels * View.Inner;

    private int FindSetsPerGroup()
    {
        if (View.Inner == 1)
        {
            return Blocks < FewBlocks ? ColumnsPerGroupOfFewBlocks : ColumnsPerGroup;
        }

        if (View.Outer == 1)
        {
            // Contiguous: up to a vector of sums, and no more than a thread takes at a time.
            return Math.Clamp(WorkerPool.ChunkLength / View.Inner, 1, FullVector.Count);
        }

        if (ReducesByBlocks)
        {
            return MaxRunsPerGroup;
        }

        int max = Math.Clamp(View.Channels / GroupsOfRuns, MinRunsPerGroup, MaxRunsPerGroup);
        return Math.Clamp(AdjacentElements / View.Inner, 2, max) & ~1;
    }
}
