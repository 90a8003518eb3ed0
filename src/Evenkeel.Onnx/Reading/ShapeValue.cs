namespace Evenkeel.Onnx.Reading;

/// <summary>A shape that the network computes from its input: lengths, and the size of the batch where one is null.</summary>
/// <param name="Lengths">The lengths.</param>
/// <param name="IsScalar">True for a single length, without an axis.</param>
internal sealed record ShapeValue(long?[] Lengths, bool IsScalar = false) : OnnxInput;
