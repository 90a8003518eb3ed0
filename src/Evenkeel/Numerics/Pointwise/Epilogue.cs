namespace Evenkeel.Numerics.Pointwise;

/// <summary>
/// Operations fused behind a normalization's affine map or a convolution: the addition of a residual, a ReLU, both in this order, or
/// neither.
/// </summary>
internal readonly ref struct Epilogue
{
    /// <summary>The residual that is added, element by element; empty for none.</summary>
    public ReadOnlySpan<float> Residual { get; init; }

    /// <summary>True if a ReLU follows.</summary>
    public bool Relu { get; init; }

    /// <summary>The epilogue of a range of the elements.</summary>
    public Epilogue Slice(int start, int length) =>
        new() { Residual = Residual.IsEmpty ? [] : Residual.Slice(start, length), Relu = Relu };
}
