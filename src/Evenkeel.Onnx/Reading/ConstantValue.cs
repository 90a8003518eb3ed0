namespace Evenkeel.Onnx.Reading;

/// <summary>A constant.</summary>
/// <param name="Tensor">The constant.</param>
internal sealed record ConstantValue(OnnxTensor Tensor) : OnnxInput;
