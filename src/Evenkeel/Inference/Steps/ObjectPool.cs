namespace Evenkeel.Inference.Steps;

/// <summary>A pool of objects, each used by one call at a time.</summary>
/// <remarks>It keeps as many as were in use at once, up to 64, or four per processor if that is more.</remarks>
/// <param name="create">Creates an object when none is free. Any thread may call it.</param>
internal sealed class ObjectPool<T>(Func<T> create)
    where T : class
{
    private readonly T?[] _free = new T?[Math.Max(64, 4 * Environment.ProcessorCount)];
    private int _count;

    /// <summary>The number of objects, free and in use.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a free object, or creates one.</summary>
    public T Rent()
    {
        foreach (ref T? slot in _free.AsSpan())
        {
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } rented)
            {
                return rented;
            }
        }

        T created = create();
        Interlocked.Increment(ref _count);
        return created;
    }

    /// <summary>Returns an object to the pool, or discards it if the pool is full.</summary>
    public void Return(T rented)
    {
        foreach (ref T? slot in _free.AsSpan())
        {
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, rented, null) is null)
            {
                return;
            }
        }

        Discard();
    }

    /// <summary>Forgets an object that was rented and is not returned.</summary>
    public void Discard() => Interlocked.Decrement(ref _count);
}
