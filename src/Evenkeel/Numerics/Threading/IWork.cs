namespace Evenkeel.Numerics.Threading;

/// <summary>Work in numbered chunks, each independent of the others.</summary>
internal interface IWork
{
    /// <summary>Does the chunk with this number.</summary>
    void Invoke(int index);
}
