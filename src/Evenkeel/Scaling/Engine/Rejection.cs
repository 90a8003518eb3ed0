namespace Evenkeel.Scaling;

/// <summary>The first element that a map of a table rejects.</summary>
/// <param name="Index">The index of the element in memory; −1 if every element is mapped.</param>
/// <param name="Stage">The stage of a <see cref="ScalerPipeline"/> that rejects it; 0 for other scalers.</param>
internal readonly record struct Rejection(int Index, int Stage = 0)
{
    /// <summary>True if an element is rejected.</summary>
    public bool IsAny => Index >= 0;

    /// <summary>Returns the rejection of the element at an index; of none for −1.</summary>
    public static implicit operator Rejection(int index) => new(index);

    /// <summary>Returns the rejection whose element comes first in memory.</summary>
    public static Rejection First(Rejection a, Rejection b) => !b.IsAny || (a.IsAny && a.Index <= b.Index) ? a : b;
}
