using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Loops;

/// <summary>How a sweep writes its result: through the caches, or past them.</summary>
/// <remarks>
/// What is written through a cache is first read into it, although all of it is overwritten. Where the result would not stay there
/// anyway, it is streamed past it, in whole lines: a third less to move for a sweep that reads as much as it writes.
/// </remarks>
internal readonly unsafe struct StoreMode
{
    private readonly float* _result;
    private readonly int _inLine;

    private StoreMode(float* result, MemoryStrategy strategy, bool stream)
    {
        _result = result;
        _inLine = MemoryStrategy.Line - 1;
        Strategy = strategy;
        Stream = stream;
    }

    /// <summary>How the pass of which this is the result goes through memory.</summary>
    public MemoryStrategy Strategy { get; }

    /// <summary>Whether results go past the caches: as the strategy says, where they lie so that it is possible.</summary>
    public bool Stream { get; }

    /// <summary>The same through the caches.</summary>
    public StoreMode ThroughCaches => new(_result, Strategy, stream: false);

    /// <summary>The way to write a result that is laid out as <paramref name="view"/> says, in a pass over so many tensors of that size.</summary>
    public static StoreMode Of(float* result, ChannelView view, int tensors)
    {
        var strategy = MemoryStrategy.Of(view, tensors);
        bool begins = (nint)result % (MemoryStrategy.Line * sizeof(float)) == 0;
        bool possible = view.Inner > 1 ? (nint)result % sizeof(float) == 0 : begins;
        return new StoreMode(result, strategy, possible && strategy.Streams);
    }

    /// <summary>How many elements from an offset on lie before the next line of the cache begins; none where the result is not known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BeforeLine(nint offset) => (int)(-((nint)(_result + offset) / sizeof(float)) & _inLine);
}
