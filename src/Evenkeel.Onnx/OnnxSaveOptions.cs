namespace Evenkeel.Onnx;

/// <summary>How a network is written to an ONNX file.</summary>
public sealed record OnnxSaveOptions
{
    /// <summary>The oldest version of ONNX's operators that can be written.</summary>
    public const int MinimumOpset = 17;

    /// <summary>The newest version of ONNX's operators that can be written.</summary>
    public const int MaximumOpset = 23;

    /// <summary>
    /// The version of ONNX's operators, from <see cref="MinimumOpset"/> to <see cref="MaximumOpset"/>. Default 21. What a version lacks is
    /// written by other operators: group normalization and GELU before 21 and 20, root-mean-square normalization before 23.
    /// </summary>
    public int Opset { get; init; } = 21;

    /// <summary>
    /// Whether normalizations by running statistics are folded into the layers before them where possible. Default false: they stay, and
    /// can be adapted where the file is read.
    /// </summary>
    public bool Fold { get; init; }

    /// <summary>Whether a softmax over the last axis follows the network, so that it gives probabilities. Default false.</summary>
    public bool Softmax { get; init; }

    /// <summary>The name of the input. Default <c>input</c>.</summary>
    public string InputName { get; init; } = "input";

    /// <summary>The name of the output. Default <c>output</c>.</summary>
    public string OutputName { get; init; } = "output";
}
