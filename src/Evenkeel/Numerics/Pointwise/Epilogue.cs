namespace Evenkeel.Numerics.Pointwise;

/// <summary>
/// Operations fused behind a normalization's affine map or a convolution: the addition of a residual, a ReLU, both in this order, or
/// neither.
/// </summary>
internal readonly ref struct Epilogue
{
    /// <summary>The residual that is added, element by element; empty for none.</summary>
    public ReadOnlySpan<float> Addend { get; init; }

    /// <summary>True if a ReLU follows.</summary>
    public bool Rectifies { get; init; }

    /// <summary>The epilogue of a range of the elements.</summary>
    public Epilogue Slice(int start, int length) =>
        new() { Addend = Addend.IsEmpty ? [] : Addend.Slice(start, length), Rectifies = Rectifies };
}
