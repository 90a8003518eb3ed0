namespace Evenkeel.Numerics.Loops;

/// <summary>Vectors of a tensor at regular distances, in elements, that a reduction adds one after the other.</summary>
/// <param name="Offset">The offset of the first vector.</param>
/// <param name="Stride">The distance between vectors.</param>
/// <param name="Position">The position of the first vector within its run, or its row.</param>
/// <param name="PositionStep">What a vector adds to the position.</param>
/// <param name="Steps">The number of whole vectors.</param>
internal readonly record struct VectorSequence(nint Offset, nint Stride, nint Position, nint PositionStep, int Steps)
{
    /// <summary>The prefetch distance of the first vector.</summary>
    public nint Ahead { get; init; }

    /// <summary>What a vector adds to the prefetch distance.</summary>
    public nint AheadStep { get; init; }
}
