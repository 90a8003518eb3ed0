using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Loops;

/// <summary>The way a loop stores its result: through the caches, or past them with non-temporal stores.</summary>
/// <remarks>
/// A line written through a cache is first read into it, although all of it is overwritten. A result that would not stay in the cache
/// is streamed past it in whole lines, which moves a third less memory for a loop that reads as much as it writes.
/// </remarks>
internal readonly unsafe struct StoreMode
{
    private readonly float* _result;
    private readonly int _inLine;

    private StoreMode(float* result, MemoryStrategy strategy, bool stream)
    {
        _result = result;
        _inLine = CacheLine.Floats - 1;
        Strategy = strategy;
        Stream = stream;
    }

    /// <summary>The order of memory accesses of the pass.</summary>
    public MemoryStrategy Strategy { get; }

    /// <summary>Whether results are streamed past the caches: if the strategy says so and their alignment permits it.</summary>
    public bool Stream { get; }

    /// <summary>This mode, but with stores through the caches.</summary>
    public StoreMode ThroughCaches => new(_result, Strategy, stream: false);

    /// <summary>
    /// Chooses the mode for a result in the order of <paramref name="view"/>, in a pass that reads and writes
    /// <paramref name="tensors"/> tensors of its size.
    /// </summary>
    public static StoreMode Of(float* result, ChannelView view, int tensors)
    {
        var strategy = MemoryStrategy.Of(view, tensors);
        bool begins = (nint)result % (CacheLine.Floats * sizeof(float)) == 0;
        bool possible = view.Inner > 1 ? (nint)result % sizeof(float) == 0 : begins;
        return new StoreMode(result, strategy, possible && strategy.Streams);
    }

    /// <summary>The number of elements from an offset to the start of the next cache line; 0 without a result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BeforeLine(nint offset) => (int)(-((nint)(_result + offset) / sizeof(float)) & _inLine);
}
