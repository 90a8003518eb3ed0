namespace Evenkeel.Onnx.Reading;

/// <summary>Reads a node.</summary>
/// <param name="network">Receives layers.</param>
/// <param name="node">The node.</param>
/// <param name="name">Its name.</param>
/// <returns>What its output is.</returns>
internal delegate OnnxInput OperatorReader(NetworkReader network, NodeReader node, string name);
