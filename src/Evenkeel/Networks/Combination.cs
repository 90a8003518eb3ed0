namespace Evenkeel.Networks;

/// <summary>What the layer of a <see cref="GraphNode"/> takes where the node reads several inputs.</summary>
public enum Combination
{
    /// <summary>Their sum; the inputs have equal shapes.</summary>
    Sum,

    /// <summary>
    /// The product of two inputs of equal shapes; or one of them has a factor for each channel of each sample: [N, C] or [N, C, 1, 1] for
    /// [N, C, H, W].
    /// </summary>
    Product,

    /// <summary>The inputs one after the other along an axis, in which alone their shapes may differ.</summary>
    Concatenation,
}
