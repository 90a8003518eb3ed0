namespace Evenkeel.Inference.Steps;

/// <summary>Things that calls rent and return, each used by one thread at a time. As many are kept as were in use at once.</summary>
/// <param name="create">Makes another when none is free. Any thread may call it.</param>
internal sealed class RentalPool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _free = new T?[Math.Max(64, 4 * Environment.ProcessorCount)];
    private int _created;

    /// <summary>The number of things that were made.</summary>
    public int Created => Volatile.Read(ref _created);

    /// <summary>Takes a free one, or makes one.</summary>
    public T Rent()
    {
        foreach (ref T? slot in _free.AsSpan())
        {
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } rented)
            {
                return rented;
            }
        }

        T made = create();
        Interlocked.Increment(ref _created);
        return made;
    }

    /// <summary>Gives one back. One that is not given back, because its user threw, is lost to the garbage collector.</summary>
    public void Return(T rented)
    {
        foreach (ref T? slot in _free.AsSpan())
        {
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, rented, null) is null)
            {
                return;
            }
        }
    }
}
