namespace Evenkeel.Numerics;

/// <summary>The sums of a block while they are taken, lane by lane; memory keeps them between the runs or strips of a block.</summary>
internal struct LaneSums
{
    /// <summary>What is subtracted from the elements.</summary>
    public WideLanes Shift;

    /// <summary>The first sum.</summary>
    public WideLanes First;

    /// <summary>The second sum.</summary>
    public WideLanes Second;
}
