namespace Evenkeel.Numerics;

/// <summary>What is done with some neighbouring sets.</summary>
internal interface ISetWork
{
    /// <summary>Does it with the sets from <paramref name="start"/> on, up to <paramref name="end"/>.</summary>
    void Invoke(int start, int end);
}
