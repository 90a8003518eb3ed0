using System.Globalization;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>In which order a normalization goes through memory, and how it writes: chosen by the shape, the threads and the processor's last cache.</summary>
/// <remarks>
/// <para>
/// The first line that fits decides; no result depends on it, to the last bit. "All tensors" are those that a pass reads and writes: 2
/// forward, 3 backward.
/// </para>
/// <list type="table">
/// <listheader><term>the sets</term><description>the pass</description></listheader>
/// <item><term>are columns: [N, C], or channels last</term><description>in sweeps, several rows at a time</description></item>
/// <item><term>are fewer than two per thread, or four per thread do not fit the last cache</term><description>in sweeps</description></item>
/// <item>
/// <term>lie in one stretch each: rows, samples' channels</term>
/// <description>set by set; with gradients of rows' weights, rows and columns at once (<c>RowColumnReduction</c>), where rows have up to 16,384 elements and
/// their blocks, of 256 or more, share evenly among the threads, or nearly so; elsewhere those gradients are summed by a sweep before</description>
/// </item>
/// <item>
/// <term>
/// lie in runs of 256 elements or more, or 1,600 elements of those that go together lie side by side (in all tensors that are reduced), and
/// all tensors do not fit 5/8 of the last cache
/// </term>
/// <description>set by set</description>
/// </item>
/// <item><term>others</term><description>in sweeps, several sets at a time where runs are short</description></item>
/// </list>
/// <para>
/// In sweeps: one reduces all sets, another maps them. Set by set: a set is mapped while the next is reduced, so that memory is gone
/// through once (<see cref="SetsTogether"/> go together where their runs are short). Results are streamed past the caches where all
/// tensors do not fit 5/8 of the last one, if runs fill whole lines of the cache, or have 16 elements or more and lie side by side to 128 or
/// more.
/// </para>
/// <para>
/// The environment variable <c>EVENKEEL_STRATEGY</c> forces an order (<c>sweeps</c> or <c>set-by-set</c>), a way to write
/// (<c>cached</c> or <c>streamed</c>), or both with a comma between, wherever they are possible.
/// </para>
/// </remarks>
/// <param name="Fused">Whether each set is reduced and mapped in turn, rather than all in a sweep each.</param>
/// <param name="Streams">Whether results go past the caches.</param>
/// <param name="SetsTogether">How many neighbouring sets are reduced and mapped together, set by set.</param>
internal readonly record struct MemoryStrategy(bool Fused, bool Streams, int SetsTogether)
{
    /// <summary>Elements of a line of the cache.</summary>
    internal const int Line = 16;

    private const int ShortestRunSetBySet = 256;
    private const int ShortestStretchSetBySet = 1600;
    private const int ShortestStretchStreamed = 128;
    private const int SetsInCachePerThread = 4;

    /// <summary>Elements side by side beyond which sets gain nothing by going together.</summary>
    private const int Stretch = 4096;

    /// <summary>Elements of sets that go together: a fourth of what the cache of a core holds.</summary>
    private const int Together = 64 * 1024;
    private const int MostTogether = 16;

    private static Force? _forced;

    /// <summary>What is forced, whatever the table says.</summary>
    internal static Force Forced
    {
        get => _forced ??= Force.Parse(Environment.GetEnvironmentVariable(Force.Variable));
        set => _forced = value;
    }

    /// <summary>The strategy of a pass that reduces and then maps.</summary>
    /// <param name="view">The shape.</param>
    /// <param name="tensors">How many tensors it reads and writes: 2 forward, 3 backward.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tensors"/> is below 1.</exception>
    public static MemoryStrategy Of(ChannelView view, int tensors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tensors, 1);
        // More of it is not free: other programs and other tensors have their parts.
        bool fits = (long)view.Length * sizeof(float) * tensors <= LastLevelCache.Bytes * 5 / 8;
        bool streams = Forced.Streams ?? !fits;
        if (view.Inner <= 1)
        {
            return new(Fused: false, streams && view.Channels % Line == 0, SetsTogether: 1);
        }

        int together = SetsThatGoTogether(view, tensors);
        bool setBySet = Forced.Fused ?? IsBestSetBySet(view, fits, stretch: (long)together * view.Inner * (tensors - 1));
        int neighbours = view.Inner < Line ? 1 : setBySet ? together : view.Channels;
        streams &= view.Inner % Line == 0 || neighbours * view.Inner >= ShortestStretchStreamed;
        return new(setBySet, streams, together);
    }

    /// <summary>The strategy in words, such as <c>set by set, 4 together, streamed</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString()
    {
        string together = Fused && SetsTogether > 1 ? string.Create(CultureInfo.InvariantCulture, $", {SetsTogether} together") : "";
        return $"{(Fused ? "set by set" : "in sweeps")}{together}{(Streams ? ", streamed" : "")}";
    }

    private static int SetsThatGoTogether(ChannelView view, int tensors)
    {
        // Neighbours by number lie side by side within a part only.
        if (view.Outer <= 1 || view.Parts > 1 || view.PerSet == 0)
        {
            return 1;
        }

        int stretch = Math.Min(Stretch / view.Inner, Together / Math.Max(1, tensors - 1) / view.PerSet);
        return Math.Max(1, Math.Min(stretch, Math.Min(MostTogether, view.Channels)));
    }

    private static bool IsBestSetBySet(ChannelView view, bool fits, long stretch)
    {
        int threads = WorkerPool.Threads;
        bool setsFit = (long)view.PerSet * sizeof(float) * SetsInCachePerThread * threads <= LastLevelCache.Bytes;
        bool inStretches = view.Inner >= ShortestRunSetBySet || stretch >= ShortestStretchSetBySet;
        return setsFit && view.Sets >= 2 * threads && (view.Outer == 1 || (!fits && inStretches));
    }

    /// <summary>What the environment forces; null for what the table says.</summary>
    internal readonly record struct Force(bool? Fused, bool? Streams)
    {
        public const string Variable = "EVENKEEL_STRATEGY";

        /// <summary>Reads the variable's value.</summary>
        /// <exception cref="InvalidDataException">It names what there is not, or two that exclude each other.</exception>
        public static Force Parse(string? value)
        {
            var force = default(Force);
            foreach (string name in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                force = name switch
                {
                    "sweeps" when force.Fused is null => force with { Fused = false },
                    "set-by-set" when force.Fused is null => force with { Fused = true },
                    "cached" when force.Streams is null => force with { Streams = false },
                    "streamed" when force.Streams is null => force with { Streams = true },
                    _ => throw new InvalidDataException(
                        $"{Variable} is \"{value}\"; it may be sweeps or set-by-set, cached or streamed, or one of each with a comma between."),
                };
            }

            return force;
        }
    }
}
