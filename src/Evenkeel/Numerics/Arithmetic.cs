namespace Evenkeel.Numerics;

/// <summary>The version of the arithmetic of training.</summary>
internal static class Arithmetic
{
    /// <summary>
    /// Raised with every change of a bit in what training computes, so that a checkpoint is not resumed to other bits without a warning.
    /// </summary>
    public const int Version = 1;
}
