namespace Evenkeel.Soak;

/// <summary>The memory of this process.</summary>
/// <param name="Heap">The bytes of live objects.</param>
/// <param name="WorkingSet">The bytes of memory that the system lends it.</param>
internal readonly record struct MemoryUse(long Heap, long WorkingSet)
{
    private const long HeapTolerance = 64 << 10;
    private const long WorkingSetTolerance = 8 << 20;

    public static MemoryUse Now() => new(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);

    /// <summary>Whether another use is higher by more than the runtime's own ups and downs.</summary>
    public bool IsBelow(MemoryUse other) => other.Heap > Heap + HeapTolerance || other.WorkingSet > WorkingSet + WorkingSetTolerance;
}
