namespace Evenkeel.Onnx.Reading;

/// <summary>What a name in a graph stands for.</summary>
internal abstract record OnnxInput;
