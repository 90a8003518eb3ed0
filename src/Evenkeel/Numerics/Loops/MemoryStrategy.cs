using System.Globalization;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>
/// The order of memory accesses of a normalization, and the kind of stores: chosen by the shape, the number of threads and the
/// last-level cache.
/// </summary>
/// <remarks>
/// <para>
/// The first line that applies decides; no bit of a result depends on it. "All tensors" are those that a pass reads and writes: 2 forward,
/// 3 backward. In two sweeps: one reduces all sets, the other maps them. Set by set: a group of sets is reduced, and then mapped out of the
/// cache. Fused: sets are mapped while the next ones are reduced, step by step. Both read memory once.
/// </para>
/// <list type="table">
/// <listheader><term>the sets are</term><description>the pass runs</description></listheader>
/// <item><term>columns: [N, C], or channels last</term><description>in two sweeps, several rows at a time</description></item>
/// <item>
/// <term>fewer than two per thread, or so long that four per thread do not fit the last-level cache (16 MB of a server's)</term>
/// <description>in two sweeps</description>
/// </item>
/// <item>
/// <term>all tensors do not fit 5/8 of the last-level cache; runs have 512 elements or more and fill whole cache lines; the pass is
/// forward, or the cache is one that a server's cores have together, and sets have several runs</term>
/// <description>fused</description>
/// </item>
/// <item>
/// <term>contiguous: rows, the channels of samples</term>
/// <description>set by set; with gradients of the weights of rows, rows and columns are summed together (<c>RowColumnReduction</c>) if rows
/// have up to 16,384 elements and their blocks, of 256 rows or more, divide about
/// evenly among the threads; otherwise a sweep before sums those gradients</description>
/// </item>
/// <item>
/// <term>all tensors do not fit 5/8 of the last-level cache; runs have 256 elements or more, or 1,600 elements of a group of sets are
/// adjacent (in all tensors that are reduced)</term>
/// <description>set by set</description>
/// </item>
/// <item><term>others</term><description>in two sweeps, several sets at a time if runs are short</description></item>
/// </list>
/// <para>
/// Results are streamed past the caches if all tensors do not fit 5/8 of the last-level cache, and runs fill whole cache lines, or have 16
/// elements or more with 128 or more adjacent.
/// </para>
/// <para>
/// The environment variable <c>EVENKEEL_STRATEGY</c> forces an order (<c>sweeps</c>, <c>sets</c> or <c>fused</c>), a kind of stores
/// (<c>cached</c> or <c>streamed</c>), or both with a comma between, wherever possible.
/// </para>
/// </remarks>
/// <param name="Order">The order in which memory is read and written.</param>
/// <param name="Streams">Whether results are streamed past the caches.</param>
/// <param name="SetsTogether">The number of neighbouring sets in a group, unless in two sweeps.</param>
internal readonly record struct MemoryStrategy(MemoryOrder Order, bool Streams, int SetsTogether)
{
    private const int ShortestRun = 256;
    private const int ShortestAdjacency = 1600;
    private const int ShortestFusedRun = 512;
    private const int ShortestStreamedAdjacency = 128;
    private const int SetsInCachePerThread = 4;

    /// <summary>The bytes of a server's cache that sets may fill: more than tensors, which gain nothing in it.</summary>
    private const long CacheOfServerForSets = 2 * LastLevelCache.OfServer;

    /// <summary>The most elements of a group of sets: half of the cache of a core.</summary>
    private const int MaxElementsTogether = 128 * 1024;
    private const int MaxTogether = 256;

    /// <summary>The number of groups for each thread, so that no thread waits long for another.</summary>
    private const int GroupsPerThread = 4;

    /// <summary>The number of adjacent elements beyond which a larger group gains nothing, if fused.</summary>
    private const int MaxFusedAdjacent = 4096;

    /// <summary>The most elements of a group if fused, so that the group before it stays in the cache of a core too.</summary>
    private const int MaxElementsFused = MaxElementsTogether / 2;

    private static Force? _forced;

    /// <summary>The settings that override the table.</summary>
    internal static Force Forced
    {
        get => _forced ??= Force.Parse(Environment.GetEnvironmentVariable(Force.Variable));
        set => _forced = value;
    }

    /// <summary>Chooses the strategy of a pass that reduces and then maps.</summary>
    /// <param name="view">The shape.</param>
    /// <param name="tensors">The number of tensors that are read and written: 2 forward, 3 backward.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tensors"/> is below 1.</exception>
    public static MemoryStrategy Of(ChannelView view, int tensors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tensors, 1);
        // The rest of the cache holds other tensors and the data of other programs.
        bool fits = (long)view.Length * sizeof(float) * tensors <= LastLevelCache.OfThisMachine.Bytes * 5 / 8;
        bool streams = Forced.Streams ?? !fits;
        if (view.Inner <= 1)
        {
            return new(MemoryOrder.TwoSweeps, streams && view.Channels % CacheLine.Floats == 0, SetsTogether: 1);
        }

        int together = SetsPerGroup(view, tensors);
        MemoryOrder order = Forced.Order ?? FastestOrder(view, tensors, fits, adjacent: (long)together * view.Inner * (tensors - 1));
        if (order == MemoryOrder.Fused)
        {
            (order, together) = view.Inner % CacheLine.Floats == 0
                ? (order, Math.Clamp(Math.Min(MaxFusedAdjacent / view.Inner, MaxElementsFused / Math.Max(1, view.PerSet)), 1, together))
                : (MemoryOrder.SetBySet, together);
        }

        // Weights of rows differ from element to element, so that no vector may span two rows.
        int neighbours = view.Inner < CacheLine.Floats ? 1
            : order == MemoryOrder.TwoSweeps ? view.Channels
            : view.Outer == 1 ? 1
            : together;
        streams &= view.Inner % CacheLine.Floats == 0 || neighbours * view.Inner >= ShortestStreamedAdjacency;
        return new(order, streams, together);
    }

    /// <summary>Describes the strategy, such as <c>set by set, 4 together, streamed</c>.</summary>
    /// <returns>The description.</returns>
    public override string ToString()
    {
        string order = Order switch
        {
            MemoryOrder.TwoSweeps => "two sweeps",
            MemoryOrder.SetBySet => "set by set",
            _ => "fused",
        };
        string together = Order != MemoryOrder.TwoSweeps && SetsTogether > 1
            ? string.Create(CultureInfo.InvariantCulture, $", {SetsTogether} together")
            : "";
        return $"{order}{together}{(Streams ? ", streamed" : "")}";
    }

    private static int SetsPerGroup(ChannelView view, int tensors)
    {
        // Neighbouring sets are adjacent only within a part, unless all are contiguous.
        if (view.PerSet == 0 || (view.Outer > 1 && view.Parts > 1))
        {
            return 1;
        }

        int together = Math.Min(MaxElementsTogether / Math.Max(1, tensors - 1) / view.PerSet, MaxTogether);
        return Math.Clamp(view.Sets / (GroupsPerThread * WorkerPool.Threads), 1, Math.Max(1, together));
    }

    private static MemoryOrder FastestOrder(ChannelView view, int tensors, bool fits, long adjacent)
    {
        int threads = WorkerPool.Threads;
        LastLevelCache cache = LastLevelCache.OfThisMachine;
        long largest = cache.IsOfServer ? CacheOfServerForSets : cache.Bytes;
        bool setsFit = (long)view.PerSet * sizeof(float) * SetsInCachePerThread * threads <= largest;
        bool isContiguous = view.Inner >= ShortestRun || adjacent >= ShortestAdjacency;
        bool fuses = tensors == 2 || (cache.IsOfServer && view.Outer > 1);
        return !setsFit || view.Sets < 2 * threads ? MemoryOrder.TwoSweeps
            : !fits && fuses && view.Inner >= ShortestFusedRun ? MemoryOrder.Fused
            : view.Outer > 1 && (fits || !isContiguous) ? MemoryOrder.TwoSweeps
            : MemoryOrder.SetBySet;
    }

    /// <summary>The settings of the environment variable; null where the table decides.</summary>
    internal readonly record struct Force(MemoryOrder? Order, bool? Streams)
    {
        public const string Variable = "EVENKEEL_STRATEGY";

        /// <summary>Reads the variable's value.</summary>
        /// <exception cref="InvalidDataException">The value is unknown, or two settings exclude each other.</exception>
        public static Force Parse(string? value)
        {
            var force = default(Force);
            foreach (string name in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                force = name switch
                {
                    "sweeps" when force.Order is null => force with { Order = MemoryOrder.TwoSweeps },
                    "sets" when force.Order is null => force with { Order = MemoryOrder.SetBySet },
                    "fused" when force.Order is null => force with { Order = MemoryOrder.Fused },
                    "cached" when force.Streams is null => force with { Streams = false },
                    "streamed" when force.Streams is null => force with { Streams = true },
                    _ => throw new InvalidDataException(
                        $"{Variable} is \"{value}\"; use sweeps, sets or fused, cached or streamed, or one of each, separated by a comma."),
                };
            }

            return force;
        }
    }
}
