using Evenkeel.Networks;

namespace Evenkeel.Onnx;

/// <summary>What was done to write a network to an ONNX file.</summary>
/// <param name="Nodes">The number of nodes in the file.</param>
/// <param name="Folding">
/// Of each normalization, what it was folded into, or why it was not; empty without <see cref="OnnxSaveOptions.Fold"/>.
/// </param>
public sealed record OnnxSaveReport(int Nodes, IReadOnlyList<FoldingEntry> Folding);
