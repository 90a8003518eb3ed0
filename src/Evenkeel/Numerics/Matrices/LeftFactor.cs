namespace Evenkeel.Numerics.Matrices;

/// <summary>The ways in which an element of the left operand becomes a register that multiplies a row of the right operand.</summary>
internal static class LeftFactor
{
    internal interface IKind;

    /// <summary>One element in all lanes, as in a matrix product: every column of the result sums over the same elements.</summary>
    internal readonly struct Broadcast : IKind;

    /// <summary>Consecutive elements, one for each lane: the convolution of each channel with its own filter.</summary>
    internal readonly struct PerColumn : IKind;
}
