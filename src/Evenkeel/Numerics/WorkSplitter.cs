namespace Evenkeel.Numerics;

/// <summary>A piece of work that falls into numbered shares, each independent of the others.</summary>
internal interface IWork
{
    /// <summary>Does the share with this number.</summary>
    void Invoke(int index);
}

/// <summary>Spreads the shares of a piece of work over threads.</summary>
internal static class WorkSplitter
{
    /// <summary>Does shares 0 to <paramref name="shares"/> − 1 of the work, in any order, and returns when all are done.</summary>
    public static void Run<TWork>(in TWork work, int shares)
        where TWork : struct, IWork
    {
        for (int i = 0; i < shares; i++)
        {
            work.Invoke(i);
        }
    }
}
