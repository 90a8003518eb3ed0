namespace Evenkeel.Numerics.Buffers;

/// <summary>The uses of scratch memory that can occur at the same time.</summary>
internal enum ScratchUse
{
    /// <summary>The right operand of a product, which all threads read, or sums, to which all threads add.</summary>
    Operand,

    /// <summary>A window of images.</summary>
    Window,

    /// <summary>A window of gradients or of results.</summary>
    Other,

    /// <summary>A list of segments of the inner dimension.</summary>
    Segments,
}
